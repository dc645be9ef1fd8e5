"""Which documents stay, and of which each of the others is a copy: direct evidence, in survivor order.

A document stays unless an earlier one that stays is alike: of the same text, or of an exact similarity of shingle sets
at or above the limit, computed on the two. So chains drop nothing (A like B, B like C: of the three B goes), and every
document that goes is known by the one that stays, the centre of its star. Documents are told by their ranks, their
places in survivor order, so that of two the smaller is the one that may stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines import progress
from winnow.pipelines.dedup.buckets import Buckets, group
from winnow.pipelines.dedup.large_buckets import LargeBuckets
from winnow.pipelines.dedup.packed import Counts, Numbers, runs
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import Shingles, similarities
from winnow.pipelines.errors import BuildFailed

Similarities = NDArray[np.float64]

BINS = 20
EACH_WITH_EACH = 16
"""Documents of a bucket of which all pairs are compared at once; of larger ones those that stay are compared with all
later ones, one after another. It decides what that costs, and nothing else."""
_PAIRS_AT_ONCE = 1 << 16
"""Pairs compared together: their sets lie in as many files as there are units, and each is opened once for all."""
_SHINGLES_AT_ONCE = 1 << 23
"""Of the pairs compared together, beside those of one pair: 64 MiB, and a few times as much while that runs."""
_PAIRS_LISTED = 1 << 20
"""Candidate pairs listed together."""
_SECOND = np.uint64(32)
"""Bits of a pair that hold the second rank."""
MOST_RANKED = 1 << 32


class Sets(Protocol):
    """The shingle sets of documents, by rank."""

    def sizes(self, wanted: Numbers) -> Counts:
        """How many shingles each has."""

    def fetch(self, wanted: Numbers) -> Shingles:
        """The sets of documents that are given ascending, each once; in their order."""


@dataclass(eq=False, slots=True)
class Stars:
    """What became of n documents, by rank."""

    centre: Numbers
    """uint64 [n]: the rank of the one that stays for each, its own where it stays."""
    similarity: Similarities
    """float64 [n]: with that one; 1 where it stays."""
    same: NDArray[np.bool_]
    """bool [n]: whether the text is that one's."""
    compared: Counts = field(default_factory=lambda: np.zeros(BINS, np.int64))
    """int64 [BINS]: comparisons of two shingle sets, by the similarity that they found, in steps of 1 / BINS."""
    alike: int = 0
    """Pairs of different texts that were found at or above the limit."""
    skipped: int = 0
    """Pairs of candidates that were not compared, for they met in a bucket larger than the recipe's cap."""

    @property
    def comparisons(self) -> int:
        return int(self.compared.sum())


def stars(
    count: int, copies: Buckets, bands: Buckets, sets: Sets, near: NearDuplicates | None, fixed: int = 0
) -> Stars:  # fmt: skip
    """The stars of the documents 0 to `count`: `copies` have equal texts, `bands` are candidates of near duplicates.

    The first `fixed` are of earlier builds: they stay, alike or not, and are not compared with one another. Of several
    that a document is like, one of the same text counts first, then the most similar, then the earliest.

    A function of the sets of buckets: neither their order nor that of the members of one counts. Memory: 40 bytes a
    document, 8 a pair that shares a bucket of few, 24 a pair that is alike, and what `compare` needs.
    """
    if count > MOST_RANKED:
        raise BuildFailed(
            f"{count:,} documents share a key with another: more than {MOST_RANKED:,} are not compared at once"
        )
    firsts, others = copies.leaders()
    leader = np.arange(count, dtype=np.uint64)
    leader[others] = firsts
    found = Stars(leader.copy(), np.ones(count), np.zeros(count, np.bool_))
    found.centre[:fixed] = np.arange(fixed)
    copied = fixed + np.flatnonzero((leader != np.arange(count))[fixed:])
    of = leader[copied]
    if near is not None and len(bands):
        greedy = _Greedy(found, _of_leaders(bands, leader), sets, near, fixed)
        greedy.run()
        found.centre[copied], found.similarity[copied] = found.centre[of], found.similarity[of]
        greedy.tell_copies(copied.astype(np.uint64), of)
    found.same[copied] = found.centre[copied] == of
    return found


def compare(first: Numbers, second: Numbers, sets: Sets) -> Similarities:
    """The exact Jaccard similarity of each pair of documents."""
    found = np.empty(len(first))
    before = np.cumsum(sets.sizes(first) + sets.sizes(second))
    for start, end in zip(*runs(before // _SHINGLES_AT_ONCE + np.arange(len(first)) // _PAIRS_AT_ONCE), strict=True):
        part = slice(start, end)
        ranks, rows = np.unique(np.concatenate((first[part], second[part])), return_inverse=True)
        half = len(rows) // 2
        found[part] = similarities(sets.fetch(ranks), rows[:half], rows[half:])
    return found


def _of_leaders(bands: Buckets, leader: Numbers) -> Buckets:
    """The buckets with the first document of each text for all that have it, and without those of one text."""
    names = np.arange(1, len(bands) + 1, dtype=np.uint64)
    return group(np.repeat(names, bands.sizes), leader[bands.numbers]).distinct()


class _Greedy:
    """Goes through the documents in survivor order; each that stays tells those after it that are alike."""

    def __init__(self, found: Stars, buckets: Buckets, sets: Sets, near: NearDuplicates, fixed: int) -> None:
        self._found, self._sets, self._near, self._fixed = found, sets, near, np.uint64(fixed)
        buckets = buckets.take(np.flatnonzero(buckets.numbers[buckets.offsets[1:] - 1] >= fixed))
        large = buckets.sizes > min(EACH_WITH_EACH, near.max_bucket)
        self._edges = self._verified(buckets.take(np.flatnonzero(~large)))
        self._large = LargeBuckets(buckets.take(np.flatnonzero(large)), near.max_bucket, fixed)
        self._best = np.zeros(len(found.centre))
        """Similarity with the centre; 0 for those that stay so far."""

    def run(self) -> None:
        centre = self._found.centre
        for rank in np.unique(np.concatenate((self._edges.firsts, self._large.members))).tolist():
            if stays := bool(centre[rank] == rank):  # all that could take its place have come before
                self._stays(rank)
            progress.decided(stays)
        gone = self._best > 0
        self._found.similarity[gone] = self._best[gone]

    def tell_copies(self, copies: Numbers, of: Numbers) -> None:
        """Copies of texts that went: between the first document with the text and a later one a more similar document
        may have come that stays."""
        order = np.lexsort((copies, of))
        copies, of = copies[order], of[order]
        for start, end in zip(*runs(of.astype(np.int64)), strict=True):
            first = int(of[start])
            if self._found.centre[first] != first:
                self._tell_copies(first, copies[start:end])

    def _tell_copies(self, first: int, copies: Numbers) -> None:
        """Those of one text; documents that stay tell those behind them, the most similar first, then the earliest."""
        others, similarity = self._edges.of(first)
        later = np.setdiff1d(self._large.later(self._large.of(first), first), others, assume_unique=True)
        later = later[(self._found.centre[later] == later) & (later < copies[-1])]
        alike = self._alike(np.full(len(later), first, np.uint64), later)
        others, similarity = np.append(others, later[alike.rows]), np.append(similarity, alike.similarity)
        better = (self._found.centre[others] == others) & (similarity > self._best[first])
        others, similarity = others[better], similarity[better]
        for at in np.lexsort((others, -similarity))[::-1].tolist():  # the best last
            behind = copies[copies > others[at]]
            self._found.centre[behind], self._found.similarity[behind] = others[at], similarity[at]

    def _stays(self, rank: int) -> None:
        others, similarity = self._edges.of(rank)
        self._tell(rank, others, similarity)
        buckets = self._large.of(rank)
        if not buckets:
            return
        later = np.setdiff1d(self._large.later(buckets, rank), others, assume_unique=True)
        later = later[later >= self._fixed]
        first = np.full(len(later), rank, np.uint64)
        alike = self._alike(first, later)
        self._tell(rank, later[alike.rows], alike.similarity)
        for bucket in buckets:
            self._found.skipped += self._large.told(bucket, rank, self._found.centre)

    def _tell(self, rank: int, others: Numbers, similarity: Similarities) -> None:
        """The most similar counts, then the earliest."""
        better = similarity > self._best[others]
        self._best[others[better]] = similarity[better]
        self._found.centre[others[better]] = rank

    def _verified(self, buckets: Buckets) -> "_Edges":
        """All alike pairs of these buckets."""
        pairs = _distinct(_packed(*part.pairs()) for part in buckets.parts(_PAIRS_LISTED))
        found: list[tuple[Numbers, Numbers, Similarities]] = []
        for start in range(0, len(pairs), _PAIRS_LISTED):
            first, second = _unpacked(pairs[start : start + _PAIRS_LISTED])
            first, second = first[second >= self._fixed], second[second >= self._fixed]
            alike = self._alike(first, second)
            found.append((first[alike.rows], second[alike.rows], alike.similarity))
        return _Edges(*(np.concatenate([each[at] for each in found]) for at in range(3))) if found else _Edges()

    def _alike(self, first: Numbers, second: Numbers) -> "_Alike":
        """Which of the pairs are alike. What their sizes alone rule out is not compared: J is at most less / more."""
        sizes, others = self._sets.sizes(first), self._sets.sizes(second)
        least, most = np.minimum(sizes, others), np.maximum(sizes, others)
        may = np.flatnonzero((most == 0) | (least / np.maximum(most, 1) >= self._near.similarity))
        similarity = compare(first[may], second[may], self._sets)
        alike = similarity >= self._near.similarity
        steps = np.minimum((similarity * BINS).astype(np.int64), BINS - 1)  # 1.0 is of the last
        self._found.compared += np.bincount(steps, minlength=BINS)
        self._found.alike += int(np.count_nonzero(alike))
        return _Alike(may[alike], similarity[alike])


@dataclass(frozen=True, eq=False, slots=True)
class _Alike:
    rows: Counts
    similarity: Similarities


@dataclass(eq=False, slots=True)
class _Edges:
    """Alike pairs, by their first document."""

    first: Numbers = field(default_factory=lambda: np.empty(0, np.uint64))
    second: Numbers = field(default_factory=lambda: np.empty(0, np.uint64))
    similarity: Similarities = field(default_factory=lambda: np.empty(0))
    firsts: Numbers = field(init=False)
    """Each once."""
    _places: dict[int, tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        starts, ends = runs(self.first.astype(np.int64))
        self.firsts = self.first[starts]
        self._places = dict(zip(self.firsts.tolist(), zip(starts.tolist(), ends.tolist(), strict=True), strict=True))

    def of(self, rank: int) -> tuple[Numbers, Similarities]:
        start, end = self._places.get(rank, (0, 0))
        return self.second[start:end], self.similarity[start:end]


def _distinct(parts: Iterable[Numbers]) -> Numbers:
    """What is in any of the parts, sorted. Memory: three times the result and a part."""
    whole, fresh, waiting = np.empty(0, np.uint64), list[Numbers](), 0
    for part in parts:
        fresh.append(part)
        waiting += len(part)
        if waiting > len(whole):
            whole, fresh, waiting = np.unique(np.concatenate((whole, *fresh))), [], 0
    return np.unique(np.concatenate((whole, *fresh))) if fresh else whole


def _packed(first: Numbers, second: Numbers) -> Numbers:
    """Pairs of ranks as one number each, which sorts as they do."""
    return (first << _SECOND) | second


def _unpacked(pairs: Numbers) -> tuple[Numbers, Numbers]:
    return pairs >> _SECOND, pairs & np.uint64(MOST_RANKED - 1)
