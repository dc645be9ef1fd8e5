"""Cutting passages out of a text: never inside a word, and so that what stays reads on.

White space before a passage or at its end stays, whichever sets apart more: an empty line before a line's end, that
before a space. None stays at the text's own ends.
"""

import bisect
import itertools
from collections.abc import Iterable, Sequence

from winnow.filters.edits import Change, Span
from winnow.pipelines.dedup.spans import pieces

Cut = tuple[int, int, int, str]
"""Start and end in the text, the kind of mark, and the id of the document in which the first copy stands."""


def tidy(text: str, cuts: Sequence[Cut]) -> list[Cut]:
    """The cuts, ascending, with the white space that goes with them, and without that which stays."""
    found = list[Cut]()
    for run in _runs(text, cuts):
        start, end = _edges(text, run[0][0], run[-1][1])
        starts = [start, *(cut[0] for cut in run[1:])]
        ends = [*starts[1:], end]
        found += [(a, b, *cut[2:]) for a, b, cut in zip(starts, ends, run, strict=True) if a < b]
    return found


def changes(cuts: Iterable[Cut]) -> list[Change]:
    """Cuts that touch are one change."""
    found = list[Change]()
    for start, end, *_ in cuts:
        if found and found[-1].end == start:
            start = found.pop().start
        found.append(Change(start, end))
    return found


def whole_sentences(text: str, cuts: Sequence[Cut], kind: int) -> list[Cut]:
    """The cuts, those of one kind only as far as they are of sentences that all cuts together cover whole."""
    covered, allowed = [(change.start, change.end) for change in changes(cuts)], list[Span]()
    for start, end in pieces.sentences(text):
        at = bisect.bisect_right(covered, (start, len(text))) - 1
        if at >= 0 and start + len(text[start:end].rstrip()) <= covered[at][1]:
            allowed.append((start, min(end, covered[at][1])))
    return [
        (max(cut[0], a), min(cut[1], b), *cut[2:])
        for cut in cuts
        for a, b in (_touched(allowed, cut) if cut[2] == kind else [cut[:2]])
    ]


def _touched(spans: Sequence[Span], cut: Cut) -> Sequence[Span]:
    """Those of the ascending spans that have characters of a cut."""
    first = bisect.bisect_right(spans, cut[0], key=lambda span: span[1])
    return spans[first : bisect.bisect_left(spans, cut[1], key=lambda span: span[0])]


def _runs(text: str, cuts: Sequence[Cut]) -> list[list[Cut]]:
    """Cuts between which nothing but white space stands, together."""
    numbers, number = [0] * len(cuts), 0
    for at, (one, other) in enumerate(itertools.pairwise(cuts), 1):
        number += bool(text[one[1] : other[0]].strip())
        numbers[at] = number
    return [
        [cut for _, cut in group]
        for _, group in itertools.groupby(zip(numbers, cuts, strict=True), lambda pair: pair[0])
    ]


def _edges(text: str, start: int, end: int) -> Span:
    """From where to where a passage is cut."""
    before, after = _back(text, start, 0), _back(text, end, start)
    while end < len(text) and text[end].isspace():
        end += 1
    if not before:
        return 0, end
    if end == len(text):
        return before, end
    return (before, after) if _apart(text[after:end]) > _apart(text[before:start]) else (start, end)


def _back(text: str, place: int, least: int) -> int:
    """Where the white space before a place begins."""
    while place > least and text[place - 1].isspace():
        place -= 1
    return place


def _apart(space: str) -> tuple[int, bool]:
    return space.count("\n"), bool(space)
