"""Duplicates: documents with equal text, and documents whose shingle sets are as similar as the recipe asks.

content keys -> one document of each set of exact copies -> shingles -> signature -> band keys -> buckets -> verified
pairs -> connected components -> one survivor. Texts are read for keys and shingles; the rest is packed arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.filters.settings import NotAllowed, within
from winnow.pipelines.dedup.buckets import group, joined
from winnow.pipelines.dedup.candidates import compare, verify
from winnow.pipelines.dedup.components import components, moments, survivors
from winnow.pipelines.dedup.packed import Numbers
from winnow.pipelines.dedup.shingles import Shingles, shingle
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures

MOST_PERMUTATIONS = 4096
"""Values of a signature, 8 bytes each: 32 KiB a document. 112 are usual; more than a few hundred tell nothing new."""


@dataclass(frozen=True)
class NearDuplicates:
    """What counts as a near duplicate. bands x rows is the length of a signature; 16 x 7 and 14 x 8 are both 112."""

    shingle_words: int = 5
    """Words a shingle."""
    bands: int = 16
    """More bands find more: a pair of similarity s meets with probability 1 - (1 - s^rows)^bands."""
    rows: int = 7
    """More rows meet less by chance. 16 x 7 finds 97.7 % of pairs at 0.8, 99.8 % at 0.85; 14 x 8 92.4 % and 98.8 %."""
    similarity: float = 0.75
    """A pair is one of near duplicates if the exact Jaccard similarity of its shingle sets is at least this."""
    seed: int = 1
    """Of the permutations."""
    max_bucket: int = 128
    """Up to this many documents that share a band key are compared each with each; of more, each with at most this many
    (`pipelines.dedup.candidates.verify` says which)."""

    def __post_init__(self) -> None:
        within(self, "shingle_words", 1, 1000)
        within(self, "bands", 1, MOST_PERMUTATIONS)
        within(self, "rows", 1, MOST_PERMUTATIONS)
        if self.permutations > MOST_PERMUTATIONS:
            raise NotAllowed("bands", self.bands, f"with rows, {self.rows}, a signature has {self.permutations:,} "
                             f"values; allowed is up to {MOST_PERMUTATIONS:,}")  # fmt: skip
        within(self, "seed", 0, (1 << 32) - 1)
        within(self, "max_bucket", 2, 100_000)
        if not 0 < self.similarity <= 1:
            raise NotAllowed("similarity", self.similarity, "allowed is above 0, and at most 1")

    @property
    def permutations(self) -> int:
        return self.bands * self.rows


@dataclass(frozen=True, eq=False, slots=True)
class Clusters:
    """The answer for n documents numbered 0 to n - 1, in arrays of length n."""

    root: Numbers
    """The smallest number of the document's cluster, its own where it is alone."""
    survivor: Numbers
    similarity: NDArray[np.float64]
    """Exact Jaccard similarity with the survivor. It may lie below the limit: a cluster is a chain of alike pairs."""
    exact: NDArray[np.bool_]
    """The text equals the survivor's, character for character."""


def find(texts: Sequence[str], dates: Sequence[str | None], settings: NearDuplicates) -> Clusters:
    """The whole way in memory, documents numbered by their place. About 4.5 kB a page of three hundred words."""
    numbers = np.arange(len(texts), dtype=np.uint64)
    copies = group(content_keys(texts), numbers)
    same = numbers.copy()
    leaders, others = copies.leaders()
    same[others] = leaders
    unique = np.flatnonzero(same == numbers)
    shingles = shingle([texts[i] for i in unique.tolist()], settings.shingle_words)

    def fetch(wanted: Numbers) -> Shingles:
        return shingles.take(np.searchsorted(unique, wanted))

    keys = band_keys(signatures(shingles, settings.permutations, settings.seed), settings.bands)
    buckets = joined([group(band, numbers[unique]) for band in keys.T])
    edges = verify(buckets, fetch, settings.similarity, settings.max_bucket)
    first, second = np.concatenate((edges.first, leaders)), np.concatenate((edges.second, others))
    roots = components(numbers, first, second)
    characters = np.fromiter(map(len, texts), np.int64, len(texts))
    kept = survivors(numbers, roots, characters, moments(dates))
    similarity, near = np.ones(len(texts)), np.flatnonzero(same != same[kept])
    similarity[near] = compare(same[near], same[kept][near], fetch)
    return Clusters(roots, kept, similarity, same == same[kept])
