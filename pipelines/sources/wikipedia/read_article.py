"""Reads the lines of Wikimedia's HTML dumps: a page a line, as a JSON object with its HTML and its wikitext."""

import json
import re
from typing import Any

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources.base import Item, Record
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.refused import quoted
from winnow.pipelines.sources.wikipedia.content import HTML, WIKITEXT
from winnow.pipelines.sources.wikipedia.read_page import pieces_of, rest_of
from winnow.pipelines.sources.wikipedia.record import Known, record
from winnow.pipelines.sources.wikipedia.settings import WikipediaSettings

_NAME = re.compile(r"[A-Za-z0-9.+-]{1,60}")
_ALL_OF = " AND "
"""As SPDX joins licenses that hold together."""


def read_article(data: Bytes, item: Item, settings: WikipediaSettings) -> Record:
    """The record of one line."""
    if item.length > settings.max_page_bytes:
        reject = Reject("wikipedia.too_large", item.length, settings.max_page_bytes)
        return record(item.offset, Known(), settings, rest_of(pieces_of(data, item)), reject)
    line = data.read(item.offset, item.length).strip(b"\r\n")
    try:
        said, why = json.loads(line), None
    except UnicodeDecodeError as error:
        said, why = None, quoted("wikipedia.encoding", error)
    except (ValueError, RecursionError) as error:  # no JSON, or thousands of digits or brackets
        said, why = None, quoted("wikipedia.unparsable", error)
    if why is None and not isinstance(said, dict):
        why = Reject("wikipedia.unparsable", detail="the line is no JSON object")
    known = Known() if why else _known(said)
    rest = "" if known.page and known.revision else digest_of_bytes(line)
    return record(item.offset, known, settings, rest, why)


def _known(said: dict[str, Any]) -> Known:
    html, wikitext = _text(said, "article_body", "html"), _text(said, "article_body", "wikitext")
    return Known(
        _text(said, "is_part_of", "identifier"), _number(said, "identifier"), _number(said, "version", "identifier"),
        _number(said, "namespace", "identifier") or "0", _text(said, "name"), _text(said, "url") or None,
        _text(said, "date_modified"), _text(said, "in_language", "identifier"), _license(said.get("license")),
        HTML if html else WIKITEXT, html or wikitext,
    )  # fmt: skip


def _at(said: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said


def _text(said: Any, *path: str) -> str:
    """The text that stands at a place; "" where there is none."""
    found = _at(said, path)
    return found if isinstance(found, str) else ""


def _number(said: Any, *path: str) -> str:
    """A whole number, or what is written for one."""
    found = _at(said, path)
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else _text(said, *path)


def _license(given: Any) -> str:
    """The identifiers of all licenses, which are spelt as SPDX does."""
    listed = given if isinstance(given, list) else [given]
    return _ALL_OF.join(sorted({name for each in listed if _NAME.fullmatch(name := _text(each, "identifier"))}))
