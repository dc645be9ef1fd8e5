"""Pairs of documents that are told by their ranks: as one number each, and those that are alike, by their first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Numbers, Table, runs

Similarities = NDArray[np.float64]

MOST_RANKED = 1 << 32
_SECOND = np.uint64(32)
"""Bits of a pair that hold the second rank."""
_NUMBERS, _SIMILARITIES = np.empty(0, np.uint64), np.empty(0)


@dataclass(frozen=True, eq=False)
class Alike(Table):
    """Alike pairs."""

    first: Numbers = field(default_factory=lambda: _NUMBERS)
    second: Numbers = field(default_factory=lambda: _NUMBERS)
    """Each behind its first."""
    similarity: Similarities = field(default_factory=lambda: _SIMILARITIES)
    """Of the second with the first, where that stays; 0 below the limit."""
    back: Similarities = field(default_factory=lambda: _SIMILARITIES)
    """Of the first's text with the second, where that stays and a copy of the first comes behind it."""


class Edges:
    """Alike pairs, by their first document, ascending."""

    def __init__(self, of: Alike) -> None:
        self.second, self.similarity, self.back = of.second, of.similarity, of.back
        starts, ends = runs(of.first)
        self.firsts = of.first[starts]
        """Each once."""
        self._places: dict[int, slice] = dict(
            zip(self.firsts.tolist(), map(slice, starts.tolist(), ends.tolist()), strict=True)
        )

    def of(self, rank: int) -> slice:
        return self._places.get(rank, slice(0))


def distinct(parts: Iterable[Numbers]) -> Numbers:
    """What is in any of the parts, sorted. Memory: three times the result and a part."""
    whole, fresh, waiting = np.empty(0, np.uint64), list[Numbers](), 0
    for part in parts:
        fresh.append(part)
        waiting += len(part)
        if waiting > len(whole):
            whole, fresh, waiting = np.unique(np.concatenate((whole, *fresh))), [], 0
    return np.unique(np.concatenate((whole, *fresh))) if fresh else whole


def packed(first: Numbers, second: Numbers) -> Numbers:
    """Pairs of ranks as one number each, which sorts as they do."""
    return (first << _SECOND) | second


def unpacked(pairs: Numbers) -> tuple[Numbers, Numbers]:
    return pairs >> _SECOND, pairs & np.uint64(MOST_RANKED - 1)
