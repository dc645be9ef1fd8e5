"""What deduplication found in all: the sums that the stage `settle` leaves, and that the ledger tells."""

from dataclasses import dataclass

from winnow.pipelines.files.sealed import Sealed


@dataclass(frozen=True)
class Duplicates(Sealed):
    """What deduplication found."""

    documents_in_clusters: int = 0
    clusters: int = 0
    verified_pairs: int = 0
    exact_copies: int = 0
    largest: int = 0
    """Documents of the largest cluster."""
