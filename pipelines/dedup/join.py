"""The documents that share a key, band by band: what is grouped, and what is made of a group.

Between workers travel packed arrays, one for a sender and a band (or a slice of one, by the key's hash): never a
document, never one element an entry.
"""

import collections
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from winnow.pipelines.dedup import senders
from winnow.pipelines.dedup.buckets import Buckets, group
from winnow.pipelines.dedup.keys import CONTENT, Keys
from winnow.pipelines.dedup.packed import Counts, Hashes
from winnow.pipelines.dedup.senders import Sender
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.files.sealed import gone
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import build_of

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


def push(work: Work, sender: Sender) -> Iterator[tuple[int, Packed]]:
    """(place of a slice, what a sender has for it)."""
    made, to = [each.hold() for each in senders.keys(work, sender)], bands(work)
    for place, band in enumerate(to):
        if band.slice == 0:
            pairs = [each.entries(band.band) for each in made]
            keys = np.concatenate([k.reshape(-1, band.columns) for k, _ in pairs])
            numbers, of = np.concatenate([n for _, n in pairs]), _slices(keys, band)
        here = np.flatnonzero(of == band.slice)
        if len(here):
            yield place, (keys[here].tobytes(), numbers[here].tobytes())


def pull(work: Work, band: Band) -> Iterator[Packed]:
    """What all senders have for one slice of one band."""
    for each in senders.every(work):
        yield entries(each, band)


def entries(of: Keys, band: Band) -> Packed:
    """Keys and numbers in one slice of one band."""
    keys, numbers = of.entries(band.band)
    if band.slices > 1:
        here = _slices(keys.reshape(-1, band.columns), band) == band.slice
        keys, numbers = keys.reshape(-1, band.columns)[here], numbers[here]
    return keys.tobytes(), numbers.tobytes()


def _slices(keys: Hashes, band: Band) -> Counts:
    """The slice of each key, (n, columns)."""
    return ((keys[:, 0] >> np.uint64(32)) % np.uint64(band.slices)).astype(np.int64)


def join(work: Work, band: Band, packed: Iterable[Packed]) -> None:
    """The stage `join`: leave the buckets of the entries of all; a bucket of earlier builds' alone decides nothing."""
    pairs = [(np.frombuffer(k, np.uint64).reshape(-1, band.columns), np.frombuffer(n, np.uint64)) for k, n in packed]
    keys = np.concatenate([k for k, _ in pairs]) if pairs else np.empty((0, band.columns), np.uint64)
    found = group(keys, np.concatenate([n for _, n in pairs]) if pairs else np.empty(0, np.uint64))
    found = found.take(np.flatnonzero(build_of(found.numbers[found.offsets[:-1]]) == 0))
    save_arrays(work.storage, buckets_path(work, band), {
        "numbers": found.numbers, "offsets": found.offsets, "entries": np.array([len(keys)]),
    })  # fmt: skip


def load(work: Work, band: Band) -> Buckets:
    """The buckets of a slice of a band."""
    arrays = load_arrays(work.storage, buckets_path(work, band), ["numbers", "offsets"])
    return Buckets(**arrays)


def require_all(work: Work, made: Sequence[str]) -> None:
    """Gone where a band was not joined of all entries: a runner can lose what was sent. What was `made` of it goes."""
    came: collections.Counter[int] = collections.Counter()
    for band in bands(work):
        came[band.band] += int(load_arrays(work.storage, buckets_path(work, band), ["entries"])["entries"][0])
    for number, entries in came.items():
        if entries != work.job.compared:
            paths = [buckets_path(work, band) for band in bands(work) if band.band == number]
            raise gone(paths[0], [*paths, *made], f"is of {entries:,} entries, not of {work.job.compared:,}")


def buckets_path(work: Work, band: Band) -> str:
    """Where the buckets of a slice of a band lie."""
    return work.job.names.buckets(work.job.deduplicated, band.band, band.slice)
