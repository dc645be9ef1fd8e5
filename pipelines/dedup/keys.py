"""A chunk's keys: what deduplication knows of its kept documents, in packed arrays beside the chunk's files.

A document costs 8 bytes a band and 8 a distinct shingle, and about 90 more. The shingles lie in a file of their own,
from which only those of candidates are read again.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from winnow.pipelines.dedup.components import moments
from winnow.pipelines.dedup.packed import Hashes, Numbers, offsets_of
from winnow.pipelines.dedup.shingles import Shingles, shingle
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures
from winnow.pipelines.files.parquet import read_batches
from winnow.pipelines.files.sealed import damaged, load_arrays, save_arrays
from winnow.pipelines.files.storage import Storage, write_bytes
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk, file_base, numbers
from winnow.pipelines.recipe.lock import dedup_digest, digest

COLUMNS = ["id", "text", "date", "captured", "characters", "span", "part"]
CONTENT = -1
"""The band of the content keys, in which equal texts meet."""


def path_of(job: Job, chunk: Chunk) -> str:
    """Path of a chunk's key files, without suffix."""
    return job.work("keys", digest("keys", chunk.name, dedup_digest(job.recipe)))


def make_keys(storage: Storage, job: Job, chunk: Chunk) -> None:
    """Write `NAME.shingles` (uint64, end to end) and, last, `NAME.npz`."""
    near, path, parts, values = job.recipe.dedup.near, path_of(job, chunk), [], []
    receipt = Tally.load(storage, f"{job.chunk(chunk)}.json").kept_file
    for batch in read_batches(storage, f"{job.chunk(chunk)}.kept.parquet", receipt, COLUMNS):
        columns = {name: batch[name].to_pylist() for name in COLUMNS}
        texts = columns["text"]
        arrays = {
            "numbers": numbers(columns["span"], columns["part"]),
            "ids": np.array(columns["id"], "S32"),
            "characters": np.array(columns["characters"], np.int64),
            "moments": moments([c or d for c, d in zip(columns["captured"], columns["date"], strict=True)]),
            "content": content_keys(texts),
        }
        if near is not None:
            shingles = shingle(texts, near.shingle_words)
            bands = band_keys(signatures(shingles, near.permutations, near.seed), near.bands)
            arrays |= {f"band_{i}": bands[:, i] for i in range(near.bands)} | {
                "sizes": shingles.sizes, "sums": _sums(shingles),
            }  # fmt: skip
            values.append(shingles.values)
        parts.append(arrays)
    write_bytes(storage, f"{path}.shingles", b"".join(v.astype("<u8").tobytes() for v in values))
    names = parts[0] if parts else ()
    save_arrays(storage, f"{path}.npz", {name: np.concatenate([part[name] for part in parts]) for name in names})


def _sums(shingles: Shingles) -> Hashes:
    """Of each document's shingles, modulo 2^64: what is read of them later must have the same."""
    sums = np.zeros(len(shingles.values) + 1, np.uint64)
    np.cumsum(shingles.values, out=sums[1:])
    return sums[shingles.offsets[1:]] - sums[shingles.offsets[:-1]]


class ChunkKeys:
    """A chunk's keys as they lie in its file; an array is read when it is asked for."""

    def __init__(self, storage: Storage, job: Job, chunk: Chunk) -> None:
        self.storage, self.path = storage, path_of(job, chunk)
        self.base = np.uint64(file_base(chunk.input))

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return load_arrays(self.storage, f"{self.path}.npz", [name])[name]

    @functools.cached_property
    def numbers(self) -> Numbers:
        """Numbers in the whole build, uint64 [n], ascending."""
        held = load_arrays(self.storage, f"{self.path}.npz", ["numbers"])  # none where a chunk keeps nothing
        return held.get("numbers", np.empty(0, np.uint64)) | self.base

    @functools.cached_property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Where each document's shingles begin in their file, int64 [n + 1]."""
        return offsets_of(self["sizes"])

    @functools.cached_property
    def sums(self) -> Hashes:
        return self["sums"]

    def __len__(self) -> int:
        return len(self.numbers)

    def entries(self, band: int) -> tuple[Hashes, Numbers]:
        """(keys, numbers) of one band; content keys have two columns."""
        if not len(self):
            return np.empty((0, 2) if band == CONTENT else 0, np.uint64), np.empty(0, np.uint64)
        return self["content" if band == CONTENT else f"band_{band}"], self.numbers

    def shingles(self, rows: npt.NDArray[np.int64]) -> Shingles:
        """The shingle sets of these rows."""
        path, remove, found = f"{self.path}.shingles", (f"{self.path}.npz",), []
        if self.storage.size(path) is None:
            raise damaged(path, remove, "is gone")
        with self.storage.open(path) as file:
            for start, end in zip(self.offsets[rows].tolist(), self.offsets[rows + 1].tolist(), strict=True):
                file.seek(8 * start)
                found.append(file.read(8 * (end - start)))
        sizes = self.offsets[rows + 1] - self.offsets[rows]
        if [len(f) for f in found] != (8 * sizes).tolist():
            raise damaged(path, remove)
        shingles = Shingles(np.frombuffer(b"".join(found), "<u8").astype(np.uint64, copy=False), offsets_of(sizes))
        if not np.array_equal(_sums(shingles), self.sums[rows]):
            raise damaged(path, remove)
        return shingles


@dataclass
class Library:
    """The keys of every chunk of a build; documents are found by number."""

    storage: Storage
    job: Job
    chunks: Sequence[Chunk]

    def __post_init__(self) -> None:
        firsts = [int(numbers([c.first], [0])[0]) | file_base(c.input) for c in self.chunks]
        self._firsts = np.array(firsts, np.uint64)
        self._keys: dict[int, ChunkKeys] = {}

    def split(self, wanted: Numbers) -> list[tuple[int, npt.NDArray[np.int64]]]:
        """(chunk, places in `wanted`) for every chunk that holds one of them."""
        chunk = np.searchsorted(self._firsts, wanted, side="right") - 1
        order = np.argsort(chunk, kind="stable")
        held, starts = np.unique(chunk[order], return_index=True)
        return list(zip(held.tolist(), np.split(order, starts[1:]), strict=True)) if len(wanted) else []

    def keys(self, chunk: int) -> ChunkKeys:
        if chunk not in self._keys:
            self._keys[chunk] = ChunkKeys(self.storage, self.job, self.chunks[chunk])
        return self._keys[chunk]

    def fetch(self, wanted: Numbers) -> Shingles:
        """The shingle sets of the documents `wanted`, in their order."""
        places, sets = [], []
        for chunk, at in self.split(wanted):
            keys = self.keys(chunk)
            sets.append(keys.shingles(np.searchsorted(keys.numbers, wanted[at])))
            places.append(at)
        if not sets:
            return Shingles(np.empty(0, np.uint64), np.zeros(1, np.int64))
        together = Shingles(
            np.concatenate([s.values for s in sets]), offsets_of(np.concatenate([s.sizes for s in sets]))
        )
        return together.take(np.argsort(np.concatenate(places)))
