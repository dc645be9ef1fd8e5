"""Job 2 as a Beam graph: chunks -> keys -> buckets of each band -> drop lists.

Between workers travel packed arrays, one for a chunk and a band (or a slice of one, by the hash's first bits): never a
document, never one element an entry. The local driver reads the same arrays from the chunks' key files instead.
"""

from collections.abc import Iterable, Iterator, Sequence

import apache_beam as beam
import numpy as np

from winnow.pipelines.beam.stage import Stage
from winnow.pipelines.beam.storage import BeamStorage
from winnow.pipelines.dedup.buckets import Buckets, joined
from winnow.pipelines.dedup.keys import CONTENT, ChunkKeys, make_keys, path_of
from winnow.pipelines.dedup.settle import bands_of, join, name_of, settle
from winnow.pipelines.files.sealed import load_arrays, save_arrays
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk
from winnow.pipelines.plan.work import bucket_path

SLICES = 16
"""Slices of a band, so that a group stays small on a cluster."""

Packed = tuple[bytes, bytes, int]
"""Keys (uint64), numbers (uint64), columns a key."""


def dedup(chunks: beam.PCollection, job: Job, all_chunks: Sequence[Chunk]) -> beam.PCollection:
    """Chunks in, the name of the finished deduplication out."""
    if not bands_of(job.recipe.dedup):
        everything = chunks.pipeline | "everything" >> beam.Create([tuple(all_chunks)], reshuffle=False)
        return everything | "settle" >> beam.ParDo(Settle(job))
    keys = chunks | "keys" >> beam.ParDo(MakeKeys(job)) | "slices" >> beam.ParDo(Slices(job))  # ((band, slice), Packed)
    buckets = keys | "bands" >> beam.GroupByKey() | "join" >> beam.ParDo(JoinSlice(job))  # (None, (band, buckets))
    return buckets | "gather" >> beam.GroupByKey() | "settle" >> beam.ParDo(SettleGroups(job, all_chunks))


class MakeKeys(Stage):
    """Leave a chunk's key files."""

    def process(self, element: Chunk) -> Iterator[Chunk]:
        storage = BeamStorage()
        if storage.size(f"{path_of(self.job, element)}.npz") is None:
            make_keys(storage, self.job, element)
        yield element


class Slices(Stage):
    """A chunk's key files as packed arrays keyed by (band, slice)."""

    def process(self, element: Chunk) -> Iterator[tuple[tuple[int, int], Packed]]:
        keys = ChunkKeys(BeamStorage(), self.job, element)
        for band in bands_of(self.job.recipe.dedup):
            hashes, numbers = keys.entries(band)
            width = 2 if band == CONTENT else 1
            columns = hashes.reshape(-1, width)
            part = (columns[:, 0] >> np.uint64(60)).astype(np.int64) % SLICES
            for i in range(SLICES):  # an empty slice travels too: every group is there, and the last step runs
                here = part == i
                yield (band, i), (columns[here].tobytes(), numbers[here].tobytes(), width)


class JoinSlice(Stage):
    """The buckets of one slice of a band."""

    def process(
        self, element: tuple[tuple[int, int], Iterable[Packed]]
    ) -> Iterator[tuple[None, tuple[int, bytes, bytes]]]:
        (band, _), packed = element
        found = join((np.frombuffer(k, np.uint64).reshape(-1, c), np.frombuffer(n, np.uint64)) for k, n, c in packed)
        yield None, (band, found.numbers.tobytes(), found.offsets.tobytes())


class SettleGroups(Stage):
    """All buckets of a build in one place: clusters, survivors, drop lists."""

    def __init__(self, job: Job, chunks: Sequence[Chunk]) -> None:
        super().__init__(job)
        self.chunks = tuple(chunks)

    def process(self, element: tuple[None, Iterable[tuple[int, bytes, bytes]]]) -> Iterator[str]:
        found: dict[bool, list[Buckets]] = {True: [], False: []}
        for band, numbers, offsets in element[1]:
            buckets = Buckets(np.frombuffer(numbers, np.uint64), np.frombuffer(offsets, np.int64))
            found[band == CONTENT].append(buckets)
        settle(BeamStorage(), self.job, self.chunks, joined(found[True]), found[False])
        yield name_of(self.job, self.chunks)


class JoinBand(Stage):
    """The buckets of a whole band from the chunks' key files: the local driver's form of Slices, bands and join."""

    def process(self, element: tuple[int, Sequence[Chunk]]) -> Iterator[str]:
        band, chunks = element
        storage, path = BeamStorage(), bucket_path(self.job, chunks, band)
        if storage.size(path) is None:
            found = join(ChunkKeys(storage, self.job, chunk).entries(band) for chunk in chunks)
            save_arrays(storage, path, {"numbers": found.numbers, "offsets": found.offsets})
        yield path


class Settle(Stage):
    """The local driver's form of gather and settle."""

    def process(self, element: Sequence[Chunk]) -> Iterator[str]:
        storage = BeamStorage()
        found = {}
        for band in bands_of(self.job.recipe.dedup):
            found[band] = Buckets(**load_arrays(storage, bucket_path(self.job, element, band)))
        copies = found.pop(CONTENT, joined([]))
        settle(storage, self.job, element, copies, list(found.values()))
        yield name_of(self.job, element)
