"""Buckets: the documents that share a key, and the pairs inside them. All functions of sets: order changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers, offsets_of, ramps, runs, together
from winnow.pipelines.dedup.shingles import mix


@dataclass(frozen=True, eq=False, slots=True)
class Buckets:
    """Groups of two documents or more, packed: bucket i is numbers[offsets[i]:offsets[i + 1]], ascending, each once."""

    numbers: Numbers
    offsets: Counts

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def sizes(self) -> Counts:
        return np.diff(self.offsets)

    def take(self, rows: Counts) -> "Buckets":
        """These buckets, in this order."""
        sizes = self.sizes[rows]
        return Buckets(self.numbers[ramps(self.offsets[rows], sizes)], offsets_of(sizes))

    def distinct(self) -> "Buckets":
        """Each set of members once: bands that agree make the same buckets."""
        if not len(self):
            return self
        first, second = (np.add.reduceat(mix(self.numbers + salt), self.offsets[:-1]) for salt in _SALTS)
        names = np.stack((first, second, self.sizes.astype(np.uint64)), axis=1)
        return self.take(np.sort(np.unique(names, axis=0, return_index=True)[1]))

    def leaders(self) -> tuple[Numbers, Numbers]:
        """The star of every bucket: its smallest number with each of the others, once over all buckets."""
        sizes = self.sizes
        others = np.ones(len(self.numbers), bool)
        others[self.offsets[:-1]] = False
        return distinct_pairs(np.repeat(self.numbers[self.offsets[:-1]], sizes - 1), self.numbers[others])

    def pairs(self) -> tuple[Numbers, Numbers]:
        """All pairs (smaller, larger) of every bucket, once over all buckets: 16 bytes and a sort's copies a pair."""
        later = np.repeat(self.offsets[1:], self.sizes) - np.arange(len(self.numbers)) - 1
        first = np.repeat(np.arange(len(self.numbers)), later)
        second = ramps(np.arange(len(self.numbers)) + 1, later)
        return distinct_pairs(self.numbers[first], self.numbers[second])

    def parts(self, pairs: int) -> Iterator["Buckets"]:
        """These buckets in runs of about `pairs` pairs; a bucket is never cut."""
        inside = self.sizes * (self.sizes - 1) // 2
        for part in together(inside, pairs):
            yield self.take(np.arange(part.start, part.stop))


_SALTS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1342543DE82EF95))
"""Any two numbers: sets are told apart by 128 bits."""
NO_BUCKETS = Buckets(np.empty(0, np.uint64), np.zeros(1, np.int64))


def group(keys: Hashes, numbers: Numbers) -> Buckets:
    """The buckets of two and more among these (key, number) entries, by ascending key.

    keys has shape (n,), one band's, or (n, k) where k columns make one key. A key of zeros (NO_KEY) meets nobody, and
    an entry that is given twice counts once. Beside its arguments (16 bytes an entry) about 20 bytes an entry.
    """
    columns = keys if keys.ndim == 2 else keys[:, None]
    order = np.argsort(columns[:, 0])
    held = order[_repeats(columns[order, 0])]  # most keys stand alone, so the full sort is of few
    held = held[columns[held].any(axis=1)]
    held = held[np.lexsort((numbers[held], *columns[held].T[::-1]))]
    columns, numbers = columns[held], numbers[held]
    new_key = _changes(columns)
    again = ~(new_key | _changes(numbers[:, None]))
    starts, ends = runs(np.cumsum(new_key[~again]))
    found = Buckets(numbers[~again], np.append(starts, len(numbers) - np.count_nonzero(again)))
    return found.take(np.flatnonzero(ends - starts > 1))


def joined(buckets: list[Buckets]) -> Buckets:
    """The buckets of several bands as one list."""
    if not buckets:
        return NO_BUCKETS
    return Buckets(np.concatenate([b.numbers for b in buckets]), offsets_of(np.concatenate([b.sizes for b in buckets])))


def distinct_pairs(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """The pairs, each once, sorted by (first, second)."""
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    new = _changes(np.stack((first, second), axis=1))
    return first[new], second[new]


def _changes(columns: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True where a row differs from the row before; the first row does."""
    new = np.ones(len(columns), bool)
    new[1:] = (columns[1:] != columns[:-1]).any(axis=1)
    return new


def _repeats(ordered: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True where a sorted value has an equal neighbour."""
    equal = np.zeros(len(ordered) + 1, bool)
    if len(ordered):
        equal[1:-1] = ordered[1:] == ordered[:-1]
    return equal[:-1] | equal[1:]
