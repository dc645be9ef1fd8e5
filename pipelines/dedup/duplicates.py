"""What deduplication found in all: the sums that the stage `settle` leaves, and that the ledger tells."""

from dataclasses import dataclass

from winnow.pipelines.files.sealed import load_typed, save_typed
from winnow.pipelines.files.storage import Storage


@dataclass(frozen=True)
class Duplicates:
    """What deduplication found."""

    documents_in_clusters: int = 0
    clusters: int = 0
    verified_pairs: int = 0
    exact_copies: int = 0
    largest: int = 0
    """Documents of the largest cluster."""

    def save(self, storage: Storage, path: str) -> None:
        save_typed(storage, path, self)

    @staticmethod
    def load(storage: Storage, path: str) -> "Duplicates":
        return load_typed(storage, path, Duplicates)
