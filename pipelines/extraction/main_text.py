"""What trafilatura does for us: a parsed page becomes its main text and its metadata."""

import contextlib
import logging
import re
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Any

from htmldate import find_date
from htmldate.extractors import try_date_expr
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.metadata import Document, examine_meta, extract_sitename, extract_title
from trafilatura.utils import line_processing, trim

from winnow.pipelines.extraction import linear, metadata, shortcuts
from winnow.pipelines.extraction.blocks import names
from winnow.pipelines.extraction.extracted import LINE_END, Extracted
from winnow.pipelines.extraction.settings import MARKDOWN, ExtractSettings

LARGE = 300_000
"""Bytes of a page after which `forget` is due: what it took must be free for later pages."""
LAST_DATE = "2099-12-31"
"""No page is dated later, where its capture is unknown. Never today: the same build would differ tomorrow."""

_NEVER_TEXT = ("script", "style", "svg")
_READ_SCRIPTS = frozenset({"application/ld+json", "application/settings+json"})
_OF_THE_PAGE = frozenset(("html", "body", "main", "article"))
_SPANS = ("colspan", "rowspan")
_MOST_DATA = 500_000
"""Characters of JSON-LD that are read of a page, and of its meta tags (153,095 and 59,237 at most in those pages)."""
_JSON_LD_ERRORS = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
_EMPTY_ITEM = re.compile(r"^[ \t]*[-*\u2022\u2013][ \t]*$\n?", re.MULTILINE)
"""What a list item leaves that held only a picture or a button."""


def parse(source: bytes) -> HtmlElement | None:
    """Return the root of a page in UTF-8, without comments, or None if libxml2 finds nothing to read."""
    parser = etree.HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    # one class for every element, looked up in C: lxml.html asks Python for each, and nobody needs its form elements
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        return etree.fromstring(source, parser=parser)
    except etree.XMLSyntaxError:
        return None


def depth_of(tree: HtmlElement) -> int:
    """Return how many elements lie inside one another at most, the root included; PARSER_DEPTH stands for more."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def is_deeper(tree: HtmlElement, limit: int) -> bool:
    """Return whether more than `limit` elements lie inside one another."""
    return bool(_below(limit)(tree))


@cache
def _below(limit: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/*' * (limit + 1)})")


def find(
    tree: HtmlElement, url: str | None, captured: str | None, settings: ExtractSettings, text: str = ""
) -> Extracted | None:
    """Return the main text, unless one is given, and the metadata of a pruned page, None where it has no text.

    The tree is used up.
    """
    prepare()
    known = _metadata(tree, url, captured) if settings.metadata else Document()
    text = text or _text(tree, url, settings)
    if not text:
        return None
    return Extracted(text, known.title, known.date, known.author, known.sitename, known.license)


def _text(tree: HtmlElement, url: str | None, settings: ExtractSettings) -> str:
    document = bare_extraction(
        tree,
        url=url,
        fast=not settings.fallback,
        favor_precision=settings.favour == "precision",
        favor_recall=settings.favour == "recall",
        include_comments=settings.comments,
        include_tables=settings.tables,
        include_formatting=settings.format == MARKDOWN,
        deduplicate=False,
    )
    return "" if document is None else normal("\n".join(filter(None, (document.text, document.comments))))


def prune(tree: HtmlElement) -> None:
    """Take out what never holds text, once, rather than copying it with every copy of the tree.

    JSON-LD and meta tags go past `_MOST_DATA`, spans always: trafilatura fills them up with empty cells, a hundred for
    a cell that says so.
    """
    scripts = [script for script in tree.iter("script") if script.get("type") in _READ_SCRIPTS]
    read = set(_up_to(scripts, [len(script.text or "") for script in scripts]))
    linear.drop([element for element in tree.iter(*_NEVER_TEXT) if element not in read])
    tags = list(tree.iter("meta"))
    read = set(_up_to(tags, [len(tag.get("content") or "") for tag in tags]))
    linear.drop([tag for tag in tags if tag not in read])
    for cell in tree.iter("td", "th"):
        for span in _SPANS:
            cell.attrib.pop(span, None)


def drop_dialogs(tree: HtmlElement) -> None:
    """Take out the dialogs of the common tools that ask for consent."""
    named = (element for element in tree.iter() if element.get("id") or element.get("class"))
    linear.drop([element for element in named if element.tag not in _OF_THE_PAGE and _is_dialog(element)])


def _is_dialog(element: HtmlElement) -> bool:
    values = (element.get(name) for name in ("id", "class"))
    return any(names.bits(value[: names.MOST_CHARACTERS]) & names.CONSENT_TOOL for value in values if value)


def _up_to(elements: list[HtmlElement], sizes: list[int]) -> list[HtmlElement]:
    """The first elements, up to `_MOST_DATA` characters of them all."""
    return [element for element, total in zip(elements, accumulate(sizes), strict=True) if total <= _MOST_DATA]


def _metadata(tree: HtmlElement, url: str | None, captured: str | None) -> Any:
    """trafilatura's metadata without its search for an author's name, categories and tags in the page's body."""
    known = examine_meta(tree)
    if known.author and " " not in known.author:
        known.author = None
    with contextlib.suppress(*_JSON_LD_ERRORS):  # lists where objects are due: what was read before stays
        known = metadata.extract_meta_json(tree, known)
    known.title = known.title or extract_title(tree)
    known.sitename = (known.sitename or extract_sitename(tree) or "").lstrip("@") or None
    known.license = linear.extract_license(tree)
    known.date = find_date(
        tree, url=known.url or url, extensive_search=False, original_date=True, max_date=_last_date(captured)
    )
    known.clean_and_trim()
    return known


def _last_date(captured: str | None) -> str:
    """The end of the day of capture: what a page is dated after that is a mistake."""
    try:
        day = date.fromisoformat((captured or "")[:10]).isoformat()
    except ValueError:
        day = LAST_DATE
    return f"{day}T23:59:59"


def normal(text: str) -> str:
    """NFC, no NUL, "\\n" between lines and none around the text, no line of a list mark alone."""
    text = linear.nfc(LINE_END.sub("\n", text).replace("\0", ""))
    return _EMPTY_ITEM.sub("", text).strip()


def forget() -> None:
    """Give back the strings that the libraries remember, of which a large page leaves a multiple of its size."""
    for remembered in (trim, line_processing, try_date_expr):
        remembered.cache_clear()


@cache
def prepare() -> None:
    """Once a process: the shortcuts, and silence. What trafilatura would log per page is a row of the ledger."""
    shortcuts.install()
    linear.install()
    metadata.install()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
