"""How documents spread over the values of a fact, in bounded memory: all values while they are few, else the frequent.

Misra and Gries, "Finding repeated elements", 1982, in the form that adds up (Agarwal et al., "Mergeable summaries",
2012): of more than MOST values the count of the next one is taken off all, and those of which nothing is left are
forgotten. So a value may have been met more often than its count says, never less often, and by at most `error`, which
is at most documents / (MOST + 1). How many values there are is then told by the least of their hashes (Bar-Yossef et
al., "Counting distinct elements in a data stream", 2002), to about 3 %.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from winnow.pipelines.counts import NONE, Count, total

MOST = 4096
"""Values that are counted: some 150 KB of a part's receipt."""
HASHES = 1024
_SPACE = 1 << 63


@dataclass(frozen=True, slots=True)
class Frequent:
    """Documents by value."""

    counts: Mapping[str, Count] = field(default_factory=dict)
    """At most MOST, by value."""
    whole: Count = NONE
    """All documents, of whichever value."""
    error: int = 0
    """Documents that a value may have beside those counted; 0 where every document is."""
    hashes: tuple[int, ...] = ()
    """The least of all values' hashes, ascending, once values were forgotten."""

    @property
    def distinct(self) -> int:
        """How many values there are; about, once values were forgotten."""
        if len(self.hashes) < HASHES:
            return len(self.hashes or self.counts)
        return round((len(self.hashes) - 1) * _SPACE / self.hashes[-1])

    def documents(self, value: str) -> tuple[int, int]:
        """At least and at most how many documents have it."""
        found = self.counts.get(value, NONE).documents
        return found, found + self.error


def frequent(counts: Mapping[str, Count], most: int = MOST) -> Frequent:
    """Of all values' documents."""
    return _cut(counts, total(counts.values()), 0, (), most)


def merged(parts: Iterable[Frequent], most: int = MOST) -> Frequent:
    """The sum of several. Exact and the same in any order while values are few; else a function of the order too."""
    found = Frequent()
    for part in parts:
        counts = dict(found.counts)
        for value, count in part.counts.items():
            counts[value] = counts.get(value, NONE) + count
        hashes = (*_hashes(found), *_hashes(part)) if found.hashes or part.hashes else ()
        found = _cut(counts, found.whole + part.whole, found.error + part.error, hashes, most)
    return found


def _cut(counts: Mapping[str, Count], whole: Count, error: int, hashes: tuple[int, ...], most: int) -> Frequent:
    if len(counts) > most:
        hashes = hashes or tuple(map(_hash, counts))
        less = heapq.nlargest(most + 1, (count.documents for count in counts.values()))[-1]
        counts = {value: _less(count, less) for value, count in counts.items() if count.documents > less}
        error += less
    return Frequent(dict(sorted(counts.items())), whole, error, tuple(heapq.nsmallest(HASHES, {*hashes})))


def _less(count: Count, documents: int) -> Count:
    """The count with so many documents less, and their share of its characters."""
    left = count.documents - documents
    return Count(left, count.characters * left // count.documents)


def _hashes(found: Frequent) -> tuple[int, ...]:
    return found.hashes or tuple(map(_hash, found.counts))


def _hash(value: str) -> int:
    """63 bits, as many as a count in a receipt has."""
    return int.from_bytes(blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") >> 1
