"""Lists of lists as two arrays: the values end to end, and n + 1 offsets."""

from typing import Any

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
