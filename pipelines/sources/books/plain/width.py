"""How wide a text was set, and at which line ends somebody meant the line to end there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SHORT = 20
"""Shorter lines say nothing about the width."""
_MOST = 0.85
"""Of the lines that are not the last of theirs so many are not wider than the width."""
_FEW = 0.05
"""Of the breaks in prose so many may be deliberate, or those of a narrower column."""
_MANY = 20
"""Breaks in prose that tell the width."""
_TOO_FEW = 5
_USUAL = 72
_NARROWEST = 0.7
_LONGEST = 100_000


@dataclass(frozen=True)
class Width:
    columns: int
    sharp: bool
    """Whether every line was filled, as by a program; a person leaves some shorter than they could be."""


def width_of(stretches: Iterable[Sequence[str]]) -> Width:
    """The width that a text's lines were broken at.

    Lines whose next one begins in lower case are prose, nearly always: nearly none of their breaks is deliberate.
    """
    lengths, reaches = Counter[int](), Counter[int]()
    for stretch in stretches:
        for line, following in pairwise(stretch):
            if len(line) >= _SHORT:
                lengths[min(len(line), _LONGEST)] += 1
            if _first_letter(following).islower() and len(line) >= _SHORT:
                reaches[min(_reach(line, following), _LONGEST)] += 1
    widest = _quantile(lengths, _MOST) or _USUAL
    if reaches.total() < _MANY:
        return Width(widest, False)
    least = _quantile(reaches, _FEW) - 1
    return Width(max(least, int(_NARROWEST * widest)), least >= widest)


def _quantile(counts: Counter[int], share: float) -> int:
    """The value that this share of the counted ones does not exceed; 0 where there are too few to tell."""
    seen, total = 0, counts.total()
    for value in sorted(counts) if total >= _TOO_FEW else ():
        seen += counts[value]
        if seen >= share * total:
            return value
    return 0


def _first_letter(line: str) -> str:
    return line.lstrip()[:1]


def _reach(line: str, following: str) -> int:
    """How long a line would have been with the first word of the following one."""
    begin = len(following) - len(following.lstrip())
    end = following.find(" ", begin)
    return len(line) + 1 + (end if end >= 0 else len(following)) - begin


def would_fit(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line would still have fitted: whoever broke here meant to."""
    return _reach(line, following) <= width


def deliberate_share(lines: Sequence[str], width: int) -> float:
    """The share of breaks between the lines of a paragraph that are deliberate."""
    breaks = len(lines) - 1
    return sum(would_fit(lines[at], lines[at + 1], width) for at in range(breaks)) / breaks if breaks else 0.0
