"""trafilatura's patterns for metadata and JSON-LD, in time linear in the text: each gives the same matches in one pass.

Its patterns look from each of many beginnings to the end of the text. What cannot be put another way is bounded: how
much may be said of authors, and how much JSON-LD that is no JSON is searched.
"""

import importlib
import json
import re
from typing import Any

from lxml.html import HtmlElement
from trafilatura import core, json_metadata, metadata
from trafilatura.json_metadata import extract_json, extract_json_parse_error, normalize_json

MOST_AUTHORS = 30
"""Names that are gathered of one page (11 at most in the 2,487 pages that `ExtractSettings` names)."""
MOST_OF_AUTHORS = 1_000
"""Characters of one statement about authors; a longer one is passed over."""
MOST_BROKEN = 10_000
"""Characters of JSON-LD that is no JSON and is yet searched, in one page."""

_JSON_LD = './/script[@type="application/ld+json" or @type="application/settings+json"]'
_OPEN_STRING = r'"(?:\\.|[^"\\])*+'
_STRING_OR_SPACE = re.compile(rf'({_OPEN_STRING}")|\s+|{_OPEN_STRING}')
_SPACE = re.compile(r"\s+")
_FORUM = '"DiscussionForumPosting"'
_TYPE = re.compile(rf'"@type"\s*:\s*(?:{_FORUM}|(\[[^\]]*+))')
_normalize_authors = json_metadata.normalize_authors


def extract_meta_json(tree: HtmlElement, known: Any) -> Any:
    """trafilatura's reading of JSON-LD, which searches with patterns what is no JSON, up to `MOST_BROKEN`."""
    left = MOST_BROKEN
    for script in tree.xpath(_JSON_LD):
        if not script.text:
            continue
        text = normalize_json(without_space(script.text))
        try:
            known = extract_json(json.loads(text, strict=False), known)
        except json.JSONDecodeError:
            left -= len(text)
            if left >= 0:
                known = extract_json_parse_error(text, known)
    return known


def normalize_authors(known: str | None, stated: str) -> str | None:
    """trafilatura's, which compares all names with each other."""
    if len(stated) > MOST_OF_AUTHORS or (known or "").count("; ") >= MOST_AUTHORS - 1:
        return known
    names: str | None = _normalize_authors(known, stated)
    return names


def without_space(text: str) -> str:
    """Return JSON without the white space outside its strings.

    A quote that nothing closes closes no string either: it is passed with all that was looked at in vain.
    """
    return _STRING_OR_SPACE.sub(lambda found: found[1] or _SPACE.sub("", found[0]), text)


def without_tags(text: str) -> str:
    """Return what `<!--.*?-->|<[^>]*>` leaves of a text; a comment ends on its line or is a tag like any other."""
    pieces, at, comment_end, line_end = [], 0, 0, 0
    last, start = text.rfind(">"), text.find("<")
    while -1 < start < last:
        end = text.index(">", start) + 1
        if text.startswith("<!--", start):
            comment_end = comment_end if comment_end >= start + 4 else _find(text, "-->", start + 4)
            line_end = line_end if line_end >= start + 4 else _find(text, "\n", start + 4)
            end = comment_end + 3 if comment_end < line_end else end
        pieces.append(text[at:start])
        at, start = end, text.find("<", end)
    return "".join([*pieces, text[at:]])


def _find(text: str, what: str, start: int) -> int:
    """Where `what` stands at `start` or later; the length of the text where it does not."""
    found = text.find(what, start)
    return len(text) if found < 0 else found


def is_forum(text: str) -> bool:
    """Whether `"@type"` is a forum's posting, or a list that holds one."""
    return _FORUM in text and any(not found[1] or _FORUM in found[1] for found in _TYPE.finditer(text))


class _Tags:
    """Stands where trafilatura has a pattern for tags."""

    def sub(self, _: str, text: str) -> str:
        return without_tags(text)


class _Forum:
    def search(self, text: str) -> bool:
        return is_forum(text)


def install() -> None:
    """Put these in the place of what they stand for, once a process; a second call changes nothing."""
    modules: tuple[Any, ...] = (metadata, json_metadata)
    for module in modules:
        module.HTML_STRIP_TAGS = _Tags()
        module.normalize_authors = normalize_authors
    forum: Any = core
    forum._DISCUSSION_FORUM_POSTING_RE = _Forum()
    baseline: Any = importlib.import_module("trafilatura.baseline")  # `trafilatura.baseline` by itself is a function
    names = baseline._HTML_TAG_NAMES
    baseline._HTML_MARKUP = re.compile(rf"</(?:{names})>|<(?:{names})(?:\s(?=[^<>=]*+=)[^<>]*+)?/?>", re.IGNORECASE)
