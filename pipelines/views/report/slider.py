"""How many documents another limit would keep or drop: what the slider of the page shows, counted from a sketch's bins.

`report.js` counts the same in the same way. Of the bin in which a limit lies only the whole is known, so every figure
is `least` or more, and `most` or fewer; the two are equal where the limit lies between bins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Range:
    least: int
    most: int


@dataclass(frozen=True)
class Moved:
    """What other limits change."""

    more: Range
    """Documents that this cut alone dropped and that pass it now: they would be kept."""
    fewer: Range
    """Kept documents that it drops now."""
    anyway: Range
    """Documents that do not pass it now and that something else drops as well, or dropped before."""


def moved(sketch: Mapping[str, Any], least: float | None, most: float | None) -> Moved:
    """With these limits in place of a group's own; `sketch` as the report's JSON has it."""
    edges = zip(sketch["low"], sketch["high"], strict=True)
    passing = [_passes(low, high, sketch["fine"], least, most) for low, high in edges]
    sure = [at for at, (sure, _) in enumerate(passing) if sure]
    maybe = [at for at, (_, maybe) in enumerate(passing) if maybe]
    kept, alone = sketch["kept"], sketch["alone"]
    others = [first + another for first, another in zip(sketch["first"], sketch["another"], strict=True)]
    return Moved(
        Range(_sum(alone, sure), _sum(alone, maybe)),
        Range(sum(kept) - _sum(kept, maybe), sum(kept) - _sum(kept, sure)),
        Range(sum(others) - _sum(others, maybe), sum(others) - _sum(others, sure)),
    )


def _passes(
    low: float | None, high: float | None, fine: bool, least: float | None, most: float | None
) -> tuple[bool, bool]:
    """Whether all values of a bin pass, and whether any may. None is an end beyond all numbers."""
    low, high = (float("-inf") if low is None else low), (float("inf") if high is None else high)
    if low == high:
        passes = (least is None or low >= least) and (most is None or low <= most)
        return passes, passes
    holds_low, holds_high = not fine and low >= 0, not fine and high <= 0
    sure = (least is None or low >= least) and (most is None or high <= most)
    over = least is None or high > least or (high == least and holds_high)
    under = most is None or low < most or (low == most and holds_low)
    return sure, over and under


def _sum(counts: Sequence[int], places: Sequence[int]) -> int:
    return sum(counts[at] for at in places)
