"""Buckets of more than a few documents, whose candidates are compared only with those that stay."""

from collections.abc import Iterator

import numpy as np

from winnow.pipelines.dedup.buckets import Buckets
from winnow.pipelines.dedup.packed import Numbers


class LargeBuckets:
    """The large buckets of all bands, while documents are decided one after another.

    Where a bucket has more than `most` documents, the first most / 2 that stay are compared with all later ones; those
    of the rest that are like none that stays so far are cut by rank into buckets of `most`. So none costs more than
    1.5 times `most` comparisons a document. The ranks below `fixed` are of documents that stay in any case.
    """

    def __init__(self, buckets: Buckets, most: int, fixed: int = 0) -> None:
        found = [np.sort(buckets.numbers[start:end]) for start, end in _bounds(buckets)]
        self._most, self._buckets, self._fixed = most, found, np.uint64(fixed)
        self._leaders = [0] * len(self._buckets)
        numbers = np.concatenate(self._buckets) if found else np.empty(0, np.uint64)
        order = np.argsort(numbers, kind="stable")
        self._ranks = numbers[order]
        self._in = np.repeat(np.arange(len(self._buckets)), list(map(len, self._buckets)))[order]
        self._cut: dict[int, list[int]] = {}
        """The buckets of the rest, by rank."""
        self.members: Numbers = np.unique(numbers)

    def of(self, rank: int) -> list[int]:
        """The buckets that a document is in, but for those that were cut."""
        start, end = np.searchsorted(self._ranks, np.array((rank, rank + 1), np.uint64)).tolist()
        found = [*self._in[start:end].tolist(), *self._cut.get(rank, ())]
        return [bucket for bucket in found if len(self._buckets[bucket])]

    def later(self, buckets: list[int], rank: int) -> Numbers:
        """The documents behind this one in some buckets, ascending, each once."""
        if not buckets:
            return self.members[:0]
        found = [_behind(self._buckets[bucket], rank) for bucket in buckets]
        return found[0] if len(found) == 1 else np.unique(np.concatenate(found))

    def told(self, bucket: int, rank: int, centre: Numbers) -> int:
        """A document that stays was compared with the later ones of a bucket; the pairs that none will be."""
        of = self._buckets[bucket]
        self._leaders[bucket] += 1
        if len(of) <= self._most or self._leaders[bucket] < self._most // 2:
            return 0
        rest = _behind(of, rank)
        rest = rest[centre[rest] == rest]
        self._buckets[bucket] = of[:0]
        cuts = [rest[at : at + self._most] for at in range(0, len(rest), self._most)]
        for cut in cuts:
            for each in cut.tolist():
                self._cut.setdefault(each, []).append(len(self._buckets))
            self._buckets.append(cut)
            self._leaders.append(0)
        return self._pairs_of(rest) - sum(map(self._pairs_of, cuts))

    def _pairs_of(self, ranks: Numbers) -> int:
        """Those of which one document may have to go."""
        both = int(np.count_nonzero(ranks < self._fixed))
        return (len(ranks) * (len(ranks) - 1) - both * (both - 1)) // 2


def _behind(ranks: Numbers, rank: int) -> Numbers:
    return ranks[np.searchsorted(ranks, np.uint64(rank), side="right") :]


def _bounds(buckets: Buckets) -> Iterator[tuple[int, int]]:
    return zip(buckets.offsets[:-1].tolist(), buckets.offsets[1:].tolist(), strict=True)
