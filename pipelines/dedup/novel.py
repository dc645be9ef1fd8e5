"""What an excerpt says that the document kept in its place does not: its shingles that the other has not, and the words
that stand in no other shingle of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers, Table, between, together
from winnow.pipelines.dedup.shingles import run_hashes, words_of
from winnow.pipelines.dedup.stars import Sets, Stars
from winnow.pipelines.files.arrays import Array, SealedArrays

_SHINGLES_TOGETHER = 1 << 22


@dataclass(frozen=True)
class Novel(Table, SealedArrays):
    """Novel shingles, each with the document that has it, by ascending number; it lies beside `drops.Drops`."""

    novel_numbers: Array = field(default_factory=lambda: np.empty(0, np.uint64))
    """uint64 [n], as in the drop list."""
    novel_hashes: Array = field(default_factory=lambda: np.empty(0, np.uint64))
    """uint64 [n]"""

    def of(self, number: int) -> Hashes:
        """The novel shingles of a document, in no order."""
        found: Hashes = self.novel_hashes[between(self.novel_numbers, number, number + 1)]
        return found


def novel(found: Stars, sets: Sets, numbers: Numbers, fixed: int) -> Novel:
    """Of all documents that are dropped for one of another text; `numbers` by rank."""
    centres = found.centre.astype(np.int64)
    gone = fixed + np.flatnonzero((centres != np.arange(len(centres)))[fixed:] & ~found.same[fixed:])
    parts = [Novel(np.full(len(hashes), numbers[rank]), hashes) for rank, hashes in _differences(gone, centres, sets)]
    every = Novel.joined([Novel(), *parts])
    return every.take(np.argsort(every.novel_numbers, kind="stable"))


def _differences(gone: Counts, centres: Counts, sets: Sets) -> Iterator[tuple[int, Hashes]]:
    """(rank, shingles that its centre has not)."""
    sizes = sets.sizes(gone.astype(np.uint64)) + sets.sizes(centres[gone].astype(np.uint64))
    for part in together(sizes, _SHINGLES_TOGETHER):
        ranks = np.unique(np.concatenate((gone[part], centres[gone[part]])))
        held = sets.fetch(ranks.astype(np.uint64))
        for rank in gone[part].tolist():
            own, other = (
                held.values[slice(*held.offsets[at : at + 2])]
                for at in np.searchsorted(ranks, (rank, centres[rank])).tolist()
            )
            yield rank, np.setdiff1d(own, other, assume_unique=True)


def novel_words(text: str, shingle_words: int, hashes: Hashes) -> int:
    """How many words of a text stand in no shingle but these novel ones."""
    words, _ = words_of([text])
    wide = min(shingle_words, len(words))
    if not wide:
        return 0
    places = np.flatnonzero(~np.isin(run_hashes(words, wide)[: len(words) - wide + 1], hashes))
    inside = np.zeros(len(words) + 1, np.int64)
    np.add.at(inside, places, 1)
    np.add.at(inside, places + wide, -1)
    return int(np.count_nonzero(np.cumsum(inside[:-1]) == 0))
