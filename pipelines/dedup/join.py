"""The documents that share a key, band by band: what is grouped, and what is made of a group.

Between workers travel packed arrays, one for a unit and a band (or a slice of one, by the key's hash): never a
document, never one element an entry.
"""

import collections
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from winnow.pipelines.dedup.buckets import Buckets, group, joined
from winnow.pipelines.dedup.keys import CONTENT, UnitKeys
from winnow.pipelines.files.sealed import gone, load_arrays, save_arrays
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit

MOST_ENTRIES = 1 << 22
"""Entries of a slice, about: 64 MiB of keys and numbers."""

Packed = tuple[bytes, bytes]
"""Keys and numbers, both uint64."""


@dataclass(frozen=True, slots=True)
class Band:
    """One slice of one band."""

    band: int
    slice: int
    slices: int

    @property
    def shown(self) -> str:
        name = "equal texts" if self.band == CONTENT else f"band {self.band}"
        return name if self.slices == 1 else f"{name}, slice {self.slice + 1} of {self.slices}"

    @property
    def columns(self) -> int:
        """Columns of a key."""
        return 2 if self.band == CONTENT else 1


def bands(work: Work) -> list[Band]:
    """What is to be joined, the content keys first; slices follow from the number of entries."""
    settings, slices = work.job.recipe.dedup, -(-max(1, work.job.compared) // MOST_ENTRIES)
    if not settings.exact:
        return []
    numbers = [CONTENT, *range(settings.near.bands if settings.near else 0)]
    return [Band(number, slice, slices) for number in numbers for slice in range(slices)]


def entries(work: Work, unit: Unit, band: Band) -> Packed:
    """A unit's keys and numbers in one slice of one band."""
    keys, numbers = UnitKeys(work, unit).entries(band.band)
    if band.slices > 1:
        first = keys.reshape(-1, band.columns)[:, 0]
        here = (first >> np.uint64(32)) % np.uint64(band.slices) == band.slice
        keys, numbers = keys.reshape(-1, band.columns)[here], numbers[here]
    return keys.tobytes(), numbers.tobytes()


def join(work: Work, band: Band, packed: Iterable[Packed]) -> None:
    """The stage `join`: leave the buckets of the entries of all units."""
    pairs = [(np.frombuffer(k, np.uint64).reshape(-1, band.columns), np.frombuffer(n, np.uint64)) for k, n in packed]
    keys = np.concatenate([k for k, _ in pairs]) if pairs else np.empty((0, band.columns), np.uint64)
    found = group(keys, np.concatenate([n for _, n in pairs]) if pairs else np.empty(0, np.uint64))
    save_arrays(work.storage, buckets_path(work, band), {
        "numbers": found.numbers, "offsets": found.offsets, "entries": np.array([len(keys)]),
    })  # fmt: skip


def buckets_of(work: Work) -> tuple[Buckets, Buckets]:
    """(exact copies, documents that share a key of any band), of all bands that were joined.

    Gone where a band was not joined of all entries: a runner can lose what was sent.
    """
    found: dict[bool, list[Buckets]] = {True: [], False: []}
    entries: collections.Counter[int] = collections.Counter()
    for band in bands(work):
        arrays = load_arrays(work.storage, buckets_path(work, band))
        entries[band.band] += int(arrays.pop("entries")[0])
        found[band.band == CONTENT].append(Buckets(**arrays))
    for number, came in entries.items():
        if came != work.job.compared:
            paths = [buckets_path(work, band) for band in bands(work) if band.band == number]
            raise gone(paths[0], paths, f"is of {came:,} entries, not of {work.job.compared:,}")
    return joined(found[True]), joined(found[False])


def buckets_path(work: Work, band: Band) -> str:
    """Where the buckets of a slice of a band lie."""
    return work.job.names.buckets(work.job.deduplicated, band.band, band.slice)
