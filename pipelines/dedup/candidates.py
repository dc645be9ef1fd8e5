"""Candidate pairs, verified: documents that share a bucket are compared by the exact similarity of their shingle sets.

A shared band alone proves little: of the pairs at similarity 0.6 a third share one of sixteen bands of seven rows.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.buckets import NO_BUCKETS, Buckets, joined
from winnow.pipelines.dedup.components import components
from winnow.pipelines.dedup.packed import Counts, Numbers, offsets_of, runs
from winnow.pipelines.dedup.shingles import Shingles, similarities

_PAIRS_AT_ONCE = 2048
"""Pairs compared together, so at most 4096 shingle sets are fetched and held."""
_SHINGLES_AT_ONCE = 1 << 23
"""Of the pairs compared together, beside those of one pair: 64 MiB, and a few times as much while that runs."""
_PAIRS_LISTED = 1 << 18
"""Candidate pairs listed together."""


class Sets(Protocol):
    """The shingle sets of documents, by number."""

    def sizes(self, wanted: Numbers) -> Counts:
        """How many shingles each has."""

    def fetch(self, wanted: Numbers) -> Shingles:
        """The sets of documents that are given ascending, each once; in their order."""


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """Pairs of documents that were compared and are alike: first < second."""

    first: Numbers
    second: Numbers
    similarity: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)


NO_EDGES = Edges(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.float64))


def compare(first: Numbers, second: Numbers, sets: Sets) -> NDArray[np.float64]:
    """The exact Jaccard similarity of each pair of documents."""
    found = np.empty(len(first))
    before = np.cumsum(sets.sizes(first) + sets.sizes(second))
    for start, end in zip(*runs(before // _SHINGLES_AT_ONCE + np.arange(len(first)) // _PAIRS_AT_ONCE), strict=True):
        part = slice(start, end)
        numbers, rows = np.unique(np.concatenate((first[part], second[part])), return_inverse=True)
        half = len(rows) // 2
        found[part] = similarities(sets.fetch(numbers), rows[:half], rows[half:])
    return found


def verify(buckets: Buckets, sets: Sets, similarity: float, max_bucket: int, known: Edges = NO_EDGES) -> Edges:
    """The pairs of at least `similarity` among the candidates, as far as they connect what is not yet connected.

    The connected components of `known` and the result together are those of all alike candidate pairs: a pair is left
    out only where alike pairs connect its ends already. So they depend on the set of buckets alone: all bands at once,
    one after another with what was found before as `known`, and each by itself give the same components.

    In a bucket of up to `max_bucket` documents all pairs are candidates. In a larger one (boilerplate on every page of
    a crawl) the smallest number is compared with all, the smallest of those that are not alike to it with the rest, and
    so on, max_bucket / 2 times; what is left is cut by number into runs of max_bucket, and all pairs of a run are
    candidates. So no bucket costs more than max_bucket comparisons a document.
    """
    alike = _Alike(sets, similarity)
    large = buckets.sizes > max_bucket
    leaders, small = _Leaders(alike, known, max_bucket), [buckets.take(np.flatnonzero(~large))]
    for row in np.flatnonzero(large):
        small.append(leaders.follow(buckets.numbers[buckets.offsets[row] : buckets.offsets[row + 1]]))
    candidates, found = joined(small), leaders.edges
    forest = _Forest(buckets.numbers, [known, *found])
    edges = alike(*forest.apart(*candidates.leaders()))  # settles most buckets with one comparison a document
    forest.join(edges)
    found.append(edges)
    for part in forest.split(candidates).parts(_PAIRS_LISTED):
        edges = alike(*forest.apart(*part.pairs()))
        forest.join(edges)
        found.append(edges)
    return _concatenated(found)


@dataclass(frozen=True, slots=True)
class _Alike:
    """Keeps of candidate pairs those that are alike."""

    sets: Sets
    similarity: float

    def __call__(self, first: Numbers, second: Numbers) -> Edges:
        found = compare(first, second, self.sets)
        kept = found >= self.similarity
        return Edges(first[kept], second[kept], found[kept])


class _Forest:
    """Which of some documents are connected by the edges so far. 16 bytes a document; it forgets the edges."""

    def __init__(self, numbers: Numbers, edges: list[Edges]) -> None:
        given = _concatenated(edges)
        nodes = np.unique(np.concatenate((numbers, given.first, given.second)))
        roots = components(nodes, given.first, given.second)
        self._numbers = np.unique(numbers)
        self._roots = roots[np.searchsorted(nodes, self._numbers)]

    def roots(self, numbers: Numbers) -> Numbers:
        return self._roots[np.searchsorted(self._numbers, numbers)]

    def join(self, edges: Edges) -> None:
        trees = np.unique(self._roots)
        merged = components(trees, self.roots(edges.first), self.roots(edges.second))
        self._roots = merged[np.searchsorted(trees, self._roots)]

    def apart(self, first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
        """Those of the pairs whose ends are not connected."""
        open_ = self.roots(first) != self.roots(second)
        return first[open_], second[open_]

    def split(self, buckets: Buckets) -> Buckets:
        """Those of the buckets that are not connected wholly."""
        if not len(buckets):
            return buckets
        roots, starts = self.roots(buckets.numbers), buckets.offsets[:-1]
        return buckets.take(np.flatnonzero(np.minimum.reduceat(roots, starts) != np.maximum.reduceat(roots, starts)))


class _Leaders:
    """Works off large buckets. Boilerplate fills one in nearly every band, so it remembers who follows which leader."""

    def __init__(self, alike: _Alike, known: Edges, max_bucket: int) -> None:
        self.edges = [NO_EDGES]
        self._alike, self._known, self._max_bucket = alike, known, max_bucket
        self._followers: dict[int, Numbers] = {}

    def follow(self, numbers: Numbers) -> Buckets:
        """Adds the edges of a bucket to its leaders; what is left of it, cut into smaller buckets."""
        left = numbers
        for _ in range(self._max_bucket // 2):
            left = np.setdiff1d(left[1:], self._followers_of(int(left[0]), left[1:]), assume_unique=True)
            if len(left) <= self._max_bucket:
                break
        if len(left) < 2:
            return NO_BUCKETS
        sizes = np.full(-(-len(left) // self._max_bucket), self._max_bucket)
        sizes[-1] = len(left) - self._max_bucket * (len(sizes) - 1)
        return Buckets(left, offsets_of(sizes)).take(np.flatnonzero(sizes > 1))

    def _followers_of(self, leader: int, others: Numbers) -> Numbers:
        before = self._followers.get(leader)
        if before is None:
            before = self._known.second[self._known.first == leader]
        asked = np.setdiff1d(others, before, assume_unique=True)
        edges = self._alike(np.full(len(asked), leader, np.uint64), asked)
        self.edges.append(edges)
        self._followers[leader] = np.concatenate((before, edges.second))
        return self._followers[leader]


def _concatenated(edges: list[Edges]) -> Edges:
    return Edges(
        np.concatenate([e.first for e in edges]),
        np.concatenate([e.second for e in edges]),
        np.concatenate([e.similarity for e in edges]),
    )
