"""Packed arrays: lists of lists as the values end to end and n + 1 offsets, tables as an array a column."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.uint64]
"""Documents' numbers: one a document, in the order of row keys."""
Counts = NDArray[np.int64]
"""Sizes, offsets and row indices."""


def offsets_of(sizes: Counts) -> Counts:
    """Where each of the lists begins, and last where all end: offsets_of([2, 3]) -> [0, 2, 5]."""
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def ramps(starts: Counts, sizes: Counts) -> Counts:
    """The runs starts[i], starts[i] + 1, … of sizes[i] indices: ramps([5, 0], [2, 3]) -> [5, 6, 0, 1, 2]."""
    offsets = offsets_of(sizes)
    return np.repeat(starts - offsets[:-1], sizes) + np.arange(offsets[-1])


def runs(values: NDArray[Any]) -> tuple[Counts, Counts]:
    """Start and end of every run of equal values."""
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])) if len(values) else np.empty(0, np.int64)
    return starts, np.append(starts[1:], len(values)) if len(values) else starts


def together(sizes: Counts, most: int) -> Iterator[slice]:
    """Runs of rows that come to about `most`, or have one row: a row goes with those that begin with it."""
    yield from map(slice, *(bounds.tolist() for bounds in runs((np.cumsum(sizes) - sizes) // most)))


def places_of(wanted: Numbers, among: Numbers) -> Counts:
    """Where each of `wanted` stands among ascending numbers, of which none is there twice; -1 where it does not."""
    if not len(among):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[at] == wanted, at, -1)


def between(numbers: Numbers, least: int, end: int) -> slice:
    """Where those of ascending numbers stand that are from `least` up to `end` (exclusive)."""
    return slice(*np.searchsorted(numbers, np.array((least, end), np.uint64)).tolist())


class Table:
    """A dataclass whose fields are arrays with a row each."""

    __slots__ = ()

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def take(self, rows: NDArray[Any] | slice) -> Self:
        """Some of the rows, by places or a mask."""
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """The rows of several, one after another; there is at least one."""
        held = list(parts)
        return cls(*(np.concatenate([getattr(part, each.name) for part in held]) for each in fields(cls)))
