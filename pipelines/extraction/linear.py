"""What takes the square of a page's size in Python, lxml, jusText and trafilatura, in linear time, the answers equal.

Ordinary pages do not feel it; a page made for it took minutes. What cannot be made linear is bounded by the counts of
`extract.py`. The tests compare each answer with the one it stands for.
"""

import importlib
import re
import unicodedata
from collections.abc import Sequence
from itertools import chain, islice, takewhile
from typing import Any

from justext.paragraph import Paragraph  # type: ignore[import-untyped]
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import core, external, htmlprocessing, main_extractor

_JUDGED = frozenset({"good", "bad"})
_JUDGED_OR_NEAR = _JUDGED | {"neargood"}
_MARKS = re.compile(r"[\u0300-\U0010ffff](?<!\w)[^\w\x00-\u02ff]{29,}")
"""Where a long run of combining marks can stand; 30 is what Unicode's stream-safe text format allows (UAX 15)."""
_FORUM = '"DiscussionForumPosting"'
_TYPE = re.compile(rf'"@type"\s*:\s*(?:{_FORUM}|(\[[^\]]*+))')
_FEW = 256
"""Tags that lxml may strip without harm."""

_flush = main_extractor._flush_rowspan_phantoms


def nfc(text: str) -> str:
    """Return `text` in NFC. Python moves each combining mark to its place by steps of one: here they come sorted."""
    return unicodedata.normalize("NFC", _MARKS.sub(_sorted, text))


def _sorted(match: re.Match[str]) -> str:
    """The decomposition of a piece of text, its combining marks in canonical order (a stable sort of each run)."""
    pieces: list[str] = []
    run: list[str] = []
    for mark in "".join(map(_decomposed, match[0])):
        if unicodedata.combining(mark):
            run.append(mark)
            continue
        pieces += sorted(run, key=unicodedata.combining)
        pieces.append(mark)
        run.clear()
    return "".join([*pieces, *sorted(run, key=unicodedata.combining)])


def _decomposed(character: str) -> str:
    return unicodedata.normalize("NFD", character)


def revise_paragraph_classification(paragraphs: Sequence[Paragraph], max_heading_distance: int) -> None:
    """jusText's second look: short and doubtful paragraphs take the class of their neighbours.

    jusText walks from each of them to the nearest one that is judged. Headings count as paragraphs (trafilatura asks
    for no others), so that `max_heading_distance` says nothing.
    """
    first = [paragraph.cf_class for paragraph in paragraphs]
    sides = zip(*map(_on_both_sides, (first, first), (_JUDGED, _JUDGED_OR_NEAR)), strict=True)
    second = [
        _of_short(*judged, *near) if own == "short" else own for own, (judged, near) in zip(first, sides, strict=True)
    ]
    before = "bad"
    for paragraph, own, (_, after) in zip(paragraphs, second, _on_both_sides(second, _JUDGED), strict=True):
        if own == "neargood":
            own = "bad" if before == after == "bad" else "good"
        paragraph.class_type = before = own


def _on_both_sides(classes: Sequence[str], wanted: frozenset[str]) -> list[tuple[str, str]]:
    """For each place the nearest class before it and behind it that is wanted; "bad" where there is none."""
    return list(zip(_nearest(classes, wanted), reversed(_nearest(classes[::-1], wanted)), strict=True))


def _nearest(classes: Sequence[str], wanted: frozenset[str]) -> list[str]:
    found, last = [], "bad"
    for own in classes:
        found.append(last)
        last = own if own in wanted else last
    return found


def _of_short(before: str, after: str, near_before: str, near_after: str) -> str:
    """Good between two good ones, and where the bad side is doubtful at its nearest end."""
    if before == after:
        return before
    return "good" if (near_before if before == "bad" else near_after) == "neargood" else "bad"


def drop(elements: Sequence[HtmlElement]) -> None:
    """Take elements out and leave the text behind them, as their `drop_tree` does, which copies each time all before.

    The elements stand in the page's order; one may lie in another.
    """
    dropped = set(elements)
    for element in elements:
        before, parent = element.getprevious(), element.getparent()
        if parent is None:  # it went with the one before
            continue
        run = [element, *takewhile(dropped.__contains__, element.itersiblings())]
        text = "".join(filter(None, (one.tail for one in run)))
        if text and before is None:
            parent.text = (parent.text or "") + text
        elif text:
            before.tail = (before.tail or "") + text
        for one in run:
            parent.remove(one)


def strip_tags(tree: Any, *tags: Any) -> None:
    """lxml's, but that a text in many pieces becomes one: lxml joins them again at every call.

    Each text of a stripped element moves to where it will stand: behind the last element that stays, or at the start
    of the one around.
    """
    names = frozenset(chain.from_iterable([tag] if isinstance(tag, str) else tag for tag in tags))
    if not names or next(islice(tree.iter(*names), _FEW, None), None) is None:
        etree.strip_tags(tree, *names)
        return
    slots: list[tuple[Any, str, list[str]]] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        here = "text" if event == "start" else "tail"
        text = getattr(element, here)
        if element is tree or element.tag not in names:
            slots.append((element, here, [text or ""]))
        elif text:
            slots[-1][2].append(text)
            setattr(element, here, None)
    for element, here, pieces in slots:
        if len(pieces) > 1:
            setattr(element, here, "".join(pieces))
    etree.strip_tags(tree, *names)


def flush_rowspan_phantoms(spans: dict[int, int], row: Any) -> None:
    """trafilatura's, which counts a row's cells for each of them, spans or none (`prune` leaves none)."""
    if spans:
        _flush(spans, row)


def is_forum(text: str) -> bool:
    """Whether `"@type"` is a forum's posting, or a list that holds one."""
    return _FORUM in text and any(not found[1] or _FORUM in found[1] for found in _TYPE.finditer(text))


class _Forum:
    """Stands where trafilatura has a pattern that looks from each `[` to the end of the text."""

    def search(self, text: str) -> bool:
        return is_forum(text)


def install() -> None:
    """Put these in the place of what they stand for, once a process; a second call changes nothing."""
    external.revise_paragraph_classification = revise_paragraph_classification
    main_extractor._flush_rowspan_phantoms = flush_rowspan_phantoms
    modules: tuple[Any, ...] = (external, htmlprocessing, main_extractor)
    for module in modules:
        module.strip_tags = strip_tags
    forum: Any = core
    forum._DISCUSSION_FORUM_POSTING_RE = _Forum()
    baseline: Any = importlib.import_module("trafilatura.baseline")  # `trafilatura.baseline` by itself is a function
    names = baseline._HTML_TAG_NAMES
    baseline._HTML_MARKUP = re.compile(rf"</(?:{names})>|<(?:{names})(?:\s(?=[^<>=]*+=)[^<>]*+)?/?>", re.IGNORECASE)
