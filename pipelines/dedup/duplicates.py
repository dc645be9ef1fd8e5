"""What deduplication found in all: the sums that the stage `settle` leaves, and that the ledger tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from winnow.pipelines.files.sealed import Sealed


@dataclass(frozen=True)
class Duplicates(Sealed):
    """What deduplication found."""

    documents_in_clusters: int = 0
    members: int = 0
    """Of clusters: documents and, of sources that are compared so, whole records."""
    clusters: int = 0
    verified_pairs: int = 0
    exact_copies: int = 0
    largest: int = 0
    """Members of the largest cluster."""
    dropped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """source of what was dropped -> source of what was kept in its place -> documents dropped."""
