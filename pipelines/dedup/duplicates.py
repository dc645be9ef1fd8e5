"""What deduplication found in all: the sums that the stage `settle` leaves, and that the ledger tells."""

import collections
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from winnow.pipelines.dedup.settings import ORDER
from winnow.pipelines.dedup.stars import BINS
from winnow.pipelines.files.sealed import Sealed
from winnow.pipelines.recipe.model import Dedup


@dataclass(frozen=True)
class Duplicates(Sealed):
    """What deduplication found."""

    documents_in_clusters: int = 0
    members: int = 0
    """Of clusters: documents and, of sources that are compared so, whole records."""
    clusters: int = 0
    largest: int = 0
    """Members of the largest cluster."""
    exact_copies: int = 0
    """Documents dropped for the same text."""
    alike_pairs: int = 0
    """Of different texts, at or above the limit."""
    compared: tuple[int, ...] = (0,) * BINS
    """Comparisons of two documents' shingle sets, by the similarity found: 0 to 0.05, to 0.1, …, 0.95 to 1. Of pairs
    that are not alike some may be there twice."""
    skipped_pairs: int = 0
    """At most, of candidates that were left out past the recipe's cap on the documents that share a key, and could have
    had one dropped; a pair that meets in several bands counts in each."""
    common_shingles: int = 0
    """Sampled shingles that more documents share than the recipe's cap, by which no excerpt was looked for."""
    order: tuple[str, ...] = ORDER
    """Which of two copies stays, as the recipe's [dedup] has it."""
    measure: str = "jaccard"
    """Of the similarity of two shingle sets."""
    sample_every: int = 0
    """One shingle in so many was a key by which excerpts meet their sources; 0 where none were looked for."""
    limit: float | None = None
    """The least similarity of near duplicates; None where only equal texts were looked for."""
    bands: int = 0
    rows: int = 0
    """Of each band."""
    dropped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """source of what was dropped -> source of what was kept in its place -> documents dropped."""
    earlier: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """source of what was dropped -> identity of the earlier build that keeps what is in its place -> documents dropped;
    none of them counts in what stands above but `alike_pairs`, `compared` and `skipped_pairs`."""

    @classmethod
    def of(cls, dedup: Dedup, **sums: Any) -> Self:
        """What was found in a recipe's way."""
        near = dedup.near
        return cls(
            **sums, order=dedup.order, measure=near.measure if near else "jaccard",
            sample_every=near.sample_every if near and dedup.contains else 0, limit=near.similarity if near else None,
            bands=near.bands if near else 0, rows=near.rows if near else 0,
        )  # fmt: skip

    @property
    def comparisons(self) -> int:
        return sum(self.compared)

    @property
    def lost(self) -> dict[str, int]:
        """source -> documents dropped."""
        found = collections.Counter[str]()
        for each in (self.dropped, self.earlier):
            found.update({source: sum(by.values()) for source, by in each.items()})
        return dict(sorted(found.items()))


_ADDED = ("documents_in_clusters", "members", "clusters", "exact_copies", "alike_pairs", "skipped_pairs")


def merged(dedup: Dedup, parts: Iterable[Duplicates]) -> Duplicates:
    """The sum of what was found in several slices, of which none holds a part of another's cluster."""
    found = list(parts)
    return Duplicates.of(
        dedup,
        **{name: sum(getattr(part, name) for part in found) for name in _ADDED},
        largest=max((part.largest for part in found), default=0),
        compared=tuple(map(sum, zip((0,) * BINS, *(part.compared for part in found), strict=True))),
        dropped=_summed(part.dropped for part in found),
        earlier=_summed(part.earlier for part in found),
    )


def _summed(parts: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    found = collections.defaultdict[str, collections.Counter[str]](collections.Counter)
    for part in parts:
        for source, by in part.items():
            found[source].update(by)
    return {source: dict(sorted(found[source].items())) for source in sorted(found)}
