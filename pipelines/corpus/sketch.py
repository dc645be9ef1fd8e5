"""Sketches of a measure: how its values are spread, in little room, the same in whatever order they came.

A value is counted in a bin that follows from its bits alone. Edges are 0 and, of both signs, the 64 evenly spaced
numbers of each octave from 2^-64 to 2^64. Every edge is a bin of its own, and what lies between two edges is one too:

    ...   {1}   (1, 1 1/64)   {1 1/64}   (1 1/64, 1 2/64)   ...   {128}   (128, 130)   {130}   ...

So a bin is at most 1/64 of its values wide; whole numbers up to 256 have one each; and how many values are below, at
or above an edge is known exactly. Nearer to zero than 2^-64 there is one bin, as there is beyond 2^64: a sketch has at
most 32,775 bins. Nothing but whole numbers is added up, and no logarithm is taken: sketches of parts, merged in any
order, are the sketch of the whole, to the byte and on any machine.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winnow.pipelines.counts import NONE, Count

OCTAVES = 64
"""Above and below 1, that bins tell apart."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_SHIFT = 52 - 6
"""Bits of a float64 below the six of its mantissa that name its bin."""
_INSIDE = (1 << _SHIFT) - 1
_LEAST = 2.0**-OCTAVES
_FIRST = int(np.float64(_LEAST).view(np.int64)) >> _SHIFT
_LAST = 2 * (2 * OCTAVES * 64 + 1) + 1
"""The number of the bin beyond 2^64; bins of negative values have the negative numbers."""


class Between(NamedTuple):
    """What is known of a count: it is `least` or more, and `most` or fewer. At an edge of bins the two are equal."""

    least: Count
    most: Count


def bins_of(values: Floats) -> Ints:
    """int64 [values]: the number of each value's bin, in the order of values; NaN has none and must not be given."""
    size = np.abs(values)
    bits = size.view(np.int64)
    bins = np.minimum(2 * ((bits >> _SHIFT) - _FIRST + 1) + ((bits & _INSIDE) != 0), _LAST)
    bins = np.where(size < _LEAST, (size > 0).astype(np.int64), bins)
    return np.where(values < 0, -bins, bins)


def edges_of(bins: Ints) -> tuple[Floats, Floats]:
    """(low, high), each float64 [bins]: equal where the bin is one value; else the values lie between, without them."""
    size = np.abs(bins)
    near, far = _edges(size // 2), _edges((size + 1) // 2)
    far[size == _LAST] = math.inf
    return np.where(bins < 0, -far, near), np.where(bins < 0, -near, far)


def _edges(at: Ints) -> Floats:
    """float64 [at]: 0, then the edges from 2^-64 on."""
    return np.where(at > 0, (np.maximum(at - 1 + _FIRST, 0) << _SHIFT).view(np.float64), 0.0)


@dataclass(frozen=True, eq=False)
class Sketch:
    """The values of one measure over some documents; a function of them as a multiset."""

    documents: int
    """All, those without a value included."""
    unknown: int
    """Reached by the step, which found no value: null or not a number."""
    not_measured: int
    """Not reached by the step."""
    min: float | None
    max: float | None
    """Exact; None where no value is known."""
    bins: Ints
    """int64 [bins in use], ascending."""
    counts: Ints
    """int64 [bins in use]: documents."""
    characters: Ints
    """int64 [bins in use]: of those documents' texts."""

    @property
    def known(self) -> int:
        """Documents with a value."""
        return self.documents - self.unknown - self.not_measured

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sketch) and self._facts() == other._facts()

    def _facts(self) -> tuple[object, ...]:
        return (self.documents, self.unknown, self.not_measured, self.min, self.max, self.bins.tolist(),
                self.counts.tolist(), self.characters.tolist())  # fmt: skip

    def quantile(self, q: float) -> float | None:
        """The least value such that `q` of the known values are not above it (0 the least of all, 1 the greatest).

        It is at most 1/128 of the true one away from that, and exact where that is an edge of bins or a whole
        number up to 256; below 2^-64 it is at most that far away; beyond 2^64 nothing is told. None of no values.
        """
        if self.min is None or self.max is None:
            return None
        rank = min(max(1, math.ceil(q * self.known)), self.known)
        at = int(np.searchsorted(np.cumsum(self.counts), rank))
        low, high = (float(edge[0]) for edge in edges_of(self.bins[at : at + 1]))
        middle = (low + high) / 2  # infinite in the bins at both ends
        return min(max(middle, self.min), self.max)

    def below(self, cut: float) -> Between:
        """How many values are < `cut`: exact at an edge of bins, else but for those in the bin of `cut`."""
        return self._others(self.within(least=cut))

    def above(self, cut: float) -> Between:
        """How many values are > `cut`: exact at an edge of bins, else but for those in the bin of `cut`."""
        return self._others(self.within(most=cut))

    def within(self, least: float | None = None, most: float | None = None) -> Between:
        """How many values no limit breaks: neither < `least` nor > `most`; exact but for those in the limits' bins."""
        sure, maybe = np.ones(len(self.bins), bool), np.ones(len(self.bins), bool)
        if self.min is None or self.max is None:
            return Between(NONE, NONE)
        if least is not None and least > self.min:
            at = int(bins_of(np.array([least]))[0])
            maybe &= (self.bins >= at) & (least <= self.max)
            sure &= self.bins >= at + at % 2
        if most is not None and most < self.max:
            at = int(bins_of(np.array([most]))[0])
            maybe &= (self.bins <= at) & (most >= self.min)
            sure &= self.bins <= at - at % 2
        return Between(self._count(sure & maybe), self._count(maybe))

    def _count(self, chosen: Bools) -> Count:
        return Count(int(self.counts[chosen].sum()), int(self.characters[chosen].sum()))

    def _others(self, found: Between) -> Between:
        """What `found` leaves of all values."""
        every = self._count(np.ones(len(self.bins), bool))
        return Between(every - found.most, every - found.least)


def merge(sketches: Iterable[Sketch]) -> Sketch:
    """The sketch of all their documents."""
    given = list(sketches)
    bins, counts, characters = _summed(
        *(np.concatenate([np.zeros(0, np.int64), *(getattr(s, name) for s in given)]) for name in _COUNTED)
    )
    return Sketch(
        sum(s.documents for s in given), sum(s.unknown for s in given), sum(s.not_measured for s in given),
        min((s.min for s in given if s.min is not None), default=None),
        max((s.max for s in given if s.max is not None), default=None), bins, counts, characters,
    )  # fmt: skip


_COUNTED = ("bins", "counts", "characters")


class Sketches:
    """The sketches of one measure under construction, of documents in numbered cells. Rows are taken by the column."""

    def __init__(self) -> None:
        self._documents, self._unknown, self._not_measured = (np.zeros(0, np.int64) for _ in range(3))
        self._min, self._max = np.zeros(0), np.zeros(0)
        self._bins, self._counts, self._characters = (np.zeros(0, np.int64) for _ in range(3))
        """[cells and bins in use], the bins with their cells in the bits above."""

    def add(self, cells: Ints, values: Floats, characters: Ints, measured: Bools) -> None:
        """All [documents]: cell (from 0), value (NaN is unknown), characters, whether the step reached it."""
        self._grow(int(cells.max(initial=-1)) + 1)
        known = measured & ~np.isnan(values)
        for total, chosen in ((self._documents, slice(None)), (self._unknown, measured & ~known),
                              (self._not_measured, ~measured)):  # fmt: skip
            total += np.bincount(cells[chosen], minlength=len(total))
        cells, values, characters = cells[known], values[known] + 0.0, characters[known]  # of -0.0 it makes 0.0
        np.minimum.at(self._min, cells, values)
        np.maximum.at(self._max, cells, values)
        self._bins, self._counts, self._characters = _summed(
            np.concatenate([self._bins, (cells << _CELL) + bins_of(values) + _ZERO]),
            np.concatenate([self._counts, np.ones(len(cells), np.int64)]),
            np.concatenate([self._characters, characters]),
        )

    def _grow(self, cells: int) -> None:
        more = cells - len(self._documents)
        if more > 0:
            self._documents, self._unknown, self._not_measured = (
                np.pad(a, (0, more)) for a in (self._documents, self._unknown, self._not_measured)
            )
            self._min = np.pad(self._min, (0, more), constant_values=math.inf)
            self._max = np.pad(self._max, (0, more), constant_values=-math.inf)

    def result(self) -> dict[int, Sketch]:
        """cell -> its sketch, of the cells that have documents."""
        starts = np.searchsorted(self._bins, np.arange(len(self._documents) + 1) << _CELL)
        found = {}
        for cell in np.flatnonzero(self._documents).tolist():
            of = slice(starts[cell], starts[cell + 1])
            least, most = (float(a[cell]) for a in (self._min, self._max)) if of.start < of.stop else (None, None)
            found[cell] = Sketch(
                int(self._documents[cell]), int(self._unknown[cell]), int(self._not_measured[cell]), least, most,
                (self._bins[of] & ((1 << _CELL) - 1)) - _ZERO, self._counts[of], self._characters[of],
            )  # fmt: skip
        return found


_CELL, _ZERO = 16, 1 << 15
"""Bits that hold a bin, and what is added to its number so that it is not negative."""


def _summed(bins: Ints, *amounts: Ints) -> tuple[Ints, ...]:
    """Distinct `bins`, ascending, and the sums of each of `amounts` over them."""
    order = np.argsort(bins, kind="stable")
    bins = bins[order]
    first = np.flatnonzero(np.concatenate([[True], bins[1:] != bins[:-1]])[: len(bins)])
    return bins[first], *(np.add.reduceat(amount[order], first) for amount in amounts)
