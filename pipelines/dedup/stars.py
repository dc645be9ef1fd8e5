"""Which documents stay, and of which each of the others is a copy: direct evidence, in survivor order.

A document stays unless an earlier one that stays is alike: of the same text, or of an exact similarity of shingle sets
at or above the limit, computed on the two (Jaccard's, or the share of the later one's that the earlier one has). So
chains drop nothing (A like B, B like C: of the three B goes), and every document that goes is known by the one that
stays, the centre of its star. Documents are told by their ranks, their places in survivor order, so that of two the
smaller is the one that may stay.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines import progress
from winnow.pipelines.dedup.buckets import Buckets, group, joined
from winnow.pipelines.dedup.edges import MOST_RANKED, Alike, Edges, Similarities, distinct, packed, unpacked
from winnow.pipelines.dedup.large_buckets import LargeBuckets
from winnow.pipelines.dedup.packed import Counts, Numbers, runs
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import Shingles, containment, jaccard, shared
from winnow.pipelines.errors import BuildFailed

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
        greedy = _Greedy(found, _of_leaders(bands, leader), of, sets, near, fixed)
        greedy.run()
        found.centre[copied], found.similarity[copied] = found.centre[of], found.similarity[of]
        greedy.tell_copies(copied.astype(np.uint64), of)
    found.same[copied] = found.centre[copied] == of
    return found


def compare(first: Numbers, second: Numbers, sets: Sets) -> Similarities:
    """The exact Jaccard similarity of each pair of documents."""
    return jaccard(common(first, second, sets), sets.sizes(first), sets.sizes(second))


def common(first: Numbers, second: Numbers, sets: Sets) -> Counts:
    """How many shingles the two of each pair share."""
    found = np.empty(len(first), np.int64)
    before = np.cumsum(sets.sizes(first) + sets.sizes(second))
    for start, end in zip(*runs(before // _SHINGLES_AT_ONCE + np.arange(len(first)) // _PAIRS_AT_ONCE), strict=True):
        part = slice(start, end)
        ranks, rows = np.unique(np.concatenate((first[part], second[part])), return_inverse=True)
        half = len(rows) // 2
        found[part] = shared(sets.fetch(ranks), rows[:half], rows[half:])
    return found


def _of_leaders(bands: Buckets, leader: Numbers) -> Buckets:
    """The buckets with the first document of each text for all that have it, and without those of one text."""
    moved = leader[bands.numbers] != bands.numbers
    touched = np.logical_or.reduceat(moved, bands.offsets[:-1]) if len(bands) else moved
    change = bands.take(np.flatnonzero(touched))  # the others need no sorting
    names = np.arange(1, len(change) + 1, dtype=np.uint64)
    changed = group(np.repeat(names, change.sizes), leader[change.numbers])
    return joined([bands.take(np.flatnonzero(~touched)), changed]).distinct()


class _Greedy:
    """Goes through the documents in survivor order; each that stays tells those after it that are alike."""

    def __init__(
        self, found: Stars, buckets: Buckets, copied: Numbers, sets: Sets, near: NearDuplicates, fixed: int
    ) -> None:
        """`copied`: the first documents of the texts that later ones have too."""
        self._found, self._sets, self._near, self._fixed = found, sets, near, np.uint64(fixed)
        self._copied = np.zeros(len(found.centre), np.bool_)
        self._copied[copied] = True
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
        here = self._edges.of(first)
        others, similarity = self._edges.second[here], self._edges.back[here]
        later = np.setdiff1d(self._large.later(self._large.of(first), first), others, assume_unique=True)
        later = later[(self._found.centre[later] == later) & (later < copies[-1])]
        alike = self._alike(np.full(len(later), first, np.uint64), later)
        others, similarity = np.append(others, alike.second), np.append(similarity, alike.back)
        better = (self._found.centre[others] == others) & (similarity > self._best[first])
        others, similarity = others[better], similarity[better]
        for at in np.lexsort((others, -similarity))[::-1].tolist():  # the best last
            behind = copies[copies > others[at]]
            self._found.centre[behind], self._found.similarity[behind] = others[at], similarity[at]

    def _stays(self, rank: int) -> None:
        here = self._edges.of(rank)
        others = self._edges.second[here]
        self._tell(rank, others, self._edges.similarity[here])
        buckets = self._large.of(rank)
        if not buckets:
            return
        later = np.setdiff1d(self._large.later(buckets, rank), others, assume_unique=True)
        later = later[later >= self._fixed]
        alike = self._alike(np.full(len(later), rank, np.uint64), later)
        self._tell(rank, alike.second, alike.similarity)
        for bucket in buckets:
            self._found.skipped += self._large.told(bucket, rank, self._found.centre)

    def _tell(self, rank: int, others: Numbers, similarity: Similarities) -> None:
        """The most similar counts, then the earliest."""
        better = similarity > self._best[others]
        self._best[others[better]] = similarity[better]
        self._found.centre[others[better]] = rank

    def _verified(self, buckets: Buckets) -> Edges:
        """All alike pairs of these buckets."""
        pairs, found = distinct(packed(*part.pairs()) for part in buckets.parts(_PAIRS_LISTED)), [Alike()]
        for start in range(0, len(pairs), _PAIRS_LISTED):
            first, second = unpacked(pairs[start : start + _PAIRS_LISTED])
            found.append(self._alike(first[second >= self._fixed], second[second >= self._fixed]))
        return Edges(Alike.joined(found))

    def _alike(self, first: Numbers, second: Numbers) -> Alike:
        """Which of the pairs are alike. What their sizes alone rule out is not compared."""
        may = np.flatnonzero(self._may_be_alike(first, self._sets.sizes(first), self._sets.sizes(second)))
        first, second = first[may], second[may]
        both, one, other = common(first, second, self._sets), self._sets.sizes(first), self._sets.sizes(second)
        if self._near.contains:
            similarity, back = containment(both, other, one), containment(both, one, other)
        else:
            similarity = back = jaccard(both, one, other)
        steps = np.minimum((similarity * BINS).astype(np.int64), BINS - 1)  # 1.0 is of the last
        self._found.compared += np.bincount(steps, minlength=BINS)
        self._found.alike += int(np.count_nonzero(similarity >= self._near.similarity))
        similarity, back = (np.where(each >= self._near.similarity, each, 0.0) for each in (similarity, back))
        return Alike(first, second, similarity, back).take((similarity > 0) | (back > 0) & self._copied[first])

    def _may_be_alike(self, first: Numbers, one: Counts, other: Counts) -> NDArray[np.bool_]:
        """By the sizes of their sets: what two share is at most the smaller one."""
        least, limit = np.minimum(one, other), self._near.similarity
        if not self._near.contains:
            return jaccard(least, one, other) >= limit
        inside = containment(least, other, one) >= limit
        return inside | self._copied[first] & (containment(least, one, other) >= limit)
