"""The stretches of a text that are long enough to have a language: lines, long ones cut and short ones joined.

A line is what stands between newlines. One of at least `2 * least` characters is cut where sentences begin; what is
shorter is joined with its neighbours until there are `least` characters, so that a heading goes with its paragraph.
Code and rows of tables have no language: they belong to no segment and part those around them.
"""

import itertools
from collections.abc import Iterator, Sequence

from winnow.filters.edits import Span
from winnow.filters.families.c4 import sentence_breaks
from winnow.filters.kinds import NOT_PROSE
from winnow.filters.text import pieces


def lines(string: str, line_kinds: Sequence[str] | None) -> list[tuple[Span, str]]:
    """(place, kind) of each line that is not blank, white space at its ends left out; "" for an unknown kind.

    `line_kinds`: of each piece between newlines, or of those and more behind them.
    """
    found = []
    for number, (start, end) in enumerate(pieces(string)):
        if inner := string[start:end].strip():
            start = string.index(inner[0], start)
            found.append(((start, start + len(inner)), line_kinds[number] if line_kinds else ""))
    return found


def segments(string: str, line_kinds: Sequence[str] | None, least: int) -> list[Span]:
    """The segments in order. One has fewer than `least` characters only where nothing stands beside it to join."""
    found = list[Span]()
    for run in _runs(string, line_kinds):
        first, start, end = len(found), -1, -1
        for piece in (piece for line in run for piece in _pieces(string, line, least)):
            if start >= 0 and 2 * (end - start) >= least <= 2 * (piece[1] - piece[0]):
                found.append((start, end))  # half is enough, where the next one has as much itself
                start = -1
            start, end = piece[0] if start < 0 else start, piece[1]
            if end - start >= least:
                found.append((start, end))
                start = -1
        if start >= 0 and 2 * (end - start) < least and len(found) > first:
            found[-1] = (found[-1][0], end)
        elif start >= 0:
            found.append((start, end))
    return found


def _runs(string: str, line_kinds: Sequence[str] | None) -> Iterator[list[Span]]:
    """Lines that follow one another without code or a table between them."""
    run = list[Span]()
    for place, kind in lines(string, line_kinds):
        if kind in NOT_PROSE:
            yield run
            run = []
        else:
            run.append(place)
    yield run


def _pieces(string: str, line: Span, least: int) -> list[Span]:
    """A line, or its sentences where it is long."""
    start, end = line
    if end - start < 2 * least:
        return [line]
    cuts = [start, *(start + cut for cut in sentence_breaks(string[start:end])), end]
    return [*itertools.pairwise(cuts)]
