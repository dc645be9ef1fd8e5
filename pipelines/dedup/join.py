"""The documents that share a key, band by band: what is grouped, and what is made of a group.

Between workers travel packed arrays, one for a sender and a band (or a slice of one, by the key's hash): never a
document, never one element an entry.
"""

import collections
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from winnow.pipelines.dedup import senders
from winnow.pipelines.dedup.buckets import Buckets, group
from winnow.pipelines.dedup.keys import CONTENT, SAMPLES, Keys
from winnow.pipelines.dedup.packed import Counts, Hashes, places_of
from winnow.pipelines.dedup.senders import Sender
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.files.sealed import gone
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import build_of

MOST_ENTRIES = 1 << 22
"""Entries of a slice, about: 64 MiB of keys and numbers."""

Packed = tuple[bytes, bytes, int]
"""Keys and numbers, both uint64, and of how many documents."""


@dataclass(frozen=True, slots=True)
class Band:
    """One slice of one band."""

    band: int
    slice: int
    slices: int

    @property
    def shown(self) -> str:
        name = {CONTENT: "equal texts", SAMPLES: "sampled shingles"}.get(self.band, f"band {self.band}")
        return name if self.slices == 1 else f"{name}, slice {self.slice + 1} of {self.slices}"

    @property
    def several(self) -> bool:
        """Whether a document has any number of keys: every slice is told of all documents."""
        return self.band == SAMPLES

    @property
    def columns(self) -> int:
        """Columns of a key."""
        return 2 if self.band == CONTENT else 1


def bands(work: Work) -> list[Band]:
    """What is to be joined, the content keys first; slices follow from the number of entries."""
    settings, near = work.job.recipe.dedup, work.job.recipe.dedup.near
    if not settings.exact:
        return []
    numbers = [CONTENT, *range(near.bands if near else 0), *([SAMPLES] if settings.contains else [])]
    slices = dict.fromkeys(numbers, _slices_of(work.job.compared)) | {SAMPLES: _slices_of(samples(work))}
    return [Band(number, slice, slices[number]) for number in numbers for slice in range(slices[number])]


def _slices_of(entries: int) -> int:
    return -(-max(1, entries) // MOST_ENTRIES)


def samples(work: Work) -> int:
    """About how many sampled shingles all documents have, where excerpts are looked for: a word is six characters."""
    near = work.job.recipe.dedup.near
    if not near or not near.contains:
        return 0
    earlier = sum(each.kept for each in work.job.against)
    return (work.job.characters // 6 + earlier * _SHINGLES_OF_ONE) // near.sample_every


_SHINGLES_OF_ONE = 1000
"""Of a document of an earlier build, of which no characters are counted."""


def push(work: Work, sender: Sender) -> Iterator[tuple[int, Packed]]:
    """(place of a slice, what a sender has for it)."""
    made, to = [each.hold() for each in senders.keys(work, sender)], bands(work)
    documents = sum(map(len, made))
    for place, band in enumerate(to):
        if band.slice == 0:
            pairs = [each.entries(band.band) for each in made]
            keys = np.concatenate([k.reshape(-1, band.columns) for k, _ in pairs])
            numbers, of = np.concatenate([n for _, n in pairs]), _slices(keys, band)
        here = np.flatnonzero(of == band.slice)
        if documents and (len(here) or band.several):
            yield place, (keys[here].tobytes(), numbers[here].tobytes(), documents if band.several else len(here))


def pull(work: Work, band: Band) -> Iterator[Packed]:
    """What all senders have for one slice of one band."""
    for each in senders.every(work):
        yield entries(each, band)


def entries(of: Keys, band: Band) -> Packed:
    """What one sender's keys have for one slice of one band."""
    keys, numbers = of.entries(band.band)
    if band.slices > 1:
        here = _slices(keys.reshape(-1, band.columns), band) == band.slice
        keys, numbers = keys.reshape(-1, band.columns)[here], numbers[here]
    return keys.tobytes(), numbers.tobytes(), len(of) if band.several else len(numbers)


def _slices(keys: Hashes, band: Band) -> Counts:
    """The slice of each key, (n, columns)."""
    return ((keys[:, 0] >> np.uint64(32)) % np.uint64(band.slices)).astype(np.int64)


def join(work: Work, band: Band, packed: Iterable[Packed]) -> None:
    """The stage `join`: leave the buckets of the entries of all; a bucket of earlier builds' alone decides nothing."""
    sent = list(packed)
    keys = _flat([of for of, _, _ in sent]).reshape(-1, band.columns)
    numbers, left = _flat([of for _, of, _ in sent]), {"entries": np.array([sum(n for _, _, n in sent)])}
    if band.several:
        left["common"] = _common(work, keys[:, 0])
        rare = places_of(keys[:, 0], left["common"]) < 0
        keys, numbers = keys[rare], numbers[rare]
    found = group(keys, numbers)
    found = found.take(np.flatnonzero(build_of(found.numbers[found.offsets[:-1]]) == 0))
    left |= {"numbers": found.numbers, "offsets": found.offsets}
    save_arrays(work.storage, buckets_path(work, band), left)


def _flat(parts: Sequence[bytes]) -> Hashes:
    return np.frombuffer(b"".join(parts), np.uint64)


def _common(work: Work, keys: Hashes) -> Hashes:
    """The keys of more documents than the recipe has for evidence, sorted."""
    near = work.job.recipe.dedup.near
    values, documents = np.unique(keys, return_counts=True)
    return values[documents > near.max_common] if near else values[:0]


def common(work: Work) -> Iterator[Hashes]:
    """The keys that bring nobody together, slice by slice."""
    for band in bands(work):
        if band.several:
            yield load_arrays(work.storage, buckets_path(work, band), ["common"])["common"]


def load(work: Work, band: Band) -> Buckets:
    """The buckets of a slice of a band."""
    arrays = load_arrays(work.storage, buckets_path(work, band), ["numbers", "offsets"])
    return Buckets(**arrays)


def require_all(work: Work, made: Sequence[str]) -> None:
    """Gone where a band was not joined of all entries: a runner can lose what was sent. What was `made` of it goes."""
    told = collections.defaultdict[Band, list[str]](list)
    for band in bands(work):
        told[band if band.several else replace(band, slice=0)].append(buckets_path(work, band))
    for paths in told.values():
        came = sum(int(load_arrays(work.storage, path, ["entries"])["entries"][0]) for path in paths)
        if came != work.job.compared:
            raise gone(paths[0], [*paths, *made], f"is of {came:,} entries, not of {work.job.compared:,}")


def buckets_path(work: Work, band: Band) -> str:
    """Where the buckets of a slice of a band lie."""
    return work.job.names.buckets(work.job.deduplicated, band.band, band.slice)
