"""A unit's keys: what deduplication knows of its kept documents, in packed arrays.

An entry is a document or, of a source that says so, a whole record (`dedup.records`). It costs 8 bytes a band and 8 a
distinct shingle, and about 90 more. The shingles lie in a file of their own, to which they go batch by batch, and from
which only those of candidates are read again.
"""

import collections
import functools
from collections.abc import Collection, Mapping
from typing import Any, BinaryIO, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.dedup.order import moments
from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers, offsets_of, runs
from winnow.pipelines.dedup.records import Columns, whole
from winnow.pipelines.dedup.samples import arrays_of, sampled
from winnow.pipelines.dedup.settings import PROBE_ROWS, NearDuplicates
from winnow.pipelines.dedup.shingles import NO_SHINGLES, Shingles, shingle
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.files.arrays import Array, load_arrays, save_arrays
from winnow.pipelines.files.parquet import read_batches
from winnow.pipelines.files.sealed import damaged, opened
from winnow.pipelines.ingest.ingested import Ingested
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base, numbers
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.recipe.model import Recipe

COLUMNS = ["id", "text", "date", "captured", "characters", "item", "part"]
CONTENT = -1
"""The band of the content keys, in which equal texts meet."""
SAMPLES = -2
"""The band of the sampled shingles, of which an entry has as many as it has."""


def make_keys(work: Work, unit: Unit) -> None:
    """The stage `keys`: a unit's shingles (uint64, end to end) and, last, its arrays."""
    job, storage, names = work.job, work.storage, work.job.names
    near, name, held = job.recipe.dedup.near, job.curated(unit), collections.defaultdict[str, list[Array]](list)
    told = names.curate(name)
    receipt = Tally.load(storage, told).kept_file
    measures = measures_of(job.recipe, unit.source)
    wanted = [*COLUMNS, *dict.fromkeys(column for column, _ in measures.values())]
    with storage.create(names.shingles(job.keyed(unit))) as file:
        batches = read_batches(storage, names.kept(name), receipt, (told,), wanted)
        documents = (_columns(batch, measures) for batch in batches)
        for columns in whole(documents) if job.recipe.source(unit.source).by_record else documents:
            arrays = _facts(columns) | {of: np.array(columns[of], np.float64) for of in measures}  # None becomes NaN
            held["hashes"] = [np.array(hashes_of(near), "S32")]
            if near is not None:
                shingles = shingle(columns["text"], near.shingle_words)
                file.write(shingles.values.astype("<u8", copy=False).tobytes())
                arrays |= _hashed(shingles, near)
            for of, array in arrays.items():
                held[of].append(array)
    save_arrays(storage, names.keys(job.keyed(unit)), {of: np.concatenate(held.pop(of)) for of in list(held)})


def compared(recipe: Recipe, found: Ingested) -> int:
    """How many entries the keys of all units have."""
    return sum(of.records if recipe.source(name).by_record else of.kept for name, of in found.sources.items())


def measures_of(recipe: Recipe, source: str) -> dict[str, tuple[str, str]]:
    """STEP.MEASURE -> (column, its part) of the measures by which copies are ordered, of the steps of a source."""
    columns = {step.name: step.column for step in recipe.steps_of(source)}
    return {f"{step}.{measure}": (of, measure) for step, measure in recipe.dedup.measures if (of := columns.get(step))}


def _columns(batch: pa.Table, measures: Mapping[str, tuple[str, str]]) -> Columns:
    found = {name: batch[name].to_pylist() for name in COLUMNS}
    return found | {
        name: pc.struct_field(batch[column], measure).to_pylist() for name, (column, measure) in measures.items()
    }


def _facts(columns: Mapping[str, list[Any]]) -> dict[str, Array]:
    """What is known of a batch's entries without near duplicates."""
    of_records = {"documents": np.array(columns["documents"], np.int64)} if "documents" in columns else {}
    return of_records | {
        "numbers": numbers(columns["item"], columns["part"]),
        "ids": np.array(columns["id"], "S32"),
        "characters": np.array(columns["characters"], np.int64),
        "moments": moments([c or d for c, d in zip(columns["captured"], columns["date"], strict=True)]),
        "content": content_keys(columns["text"]),
    }


def _hashed(shingles: Shingles, near: NearDuplicates) -> dict[str, Array]:
    """What the shingles of a batch's entries come to."""
    values = signatures(shingles, near.permutations, near.seed, (PROBE_ROWS, near.probe_seed))
    bands = band_keys(values[:, : near.permutations], near.bands)
    by_band = {f"band_{number}": bands[:, number] for number in range(near.bands)}
    probe = band_keys(values[:, near.permutations :], 1)[:, 0]
    found = by_band | {"probe": probe, "sizes": shingles.sizes, "sums": sums_of(shingles)}
    return found | (arrays_of(sampled(shingles, near.sample_every)) if near.contains else {})


def unkept(shingles: Shingles, near: NearDuplicates) -> dict[str, Array]:
    """What is asked of entries and not kept in keys/, made of their shingles once more."""
    probe = band_keys(signatures(shingles, PROBE_ROWS, near.probe_seed), 1)[:, 0]
    return {"probe": probe} | (arrays_of(sampled(shingles, near.sample_every)) if near.contains else {})


def sums_of(shingles: Shingles) -> Hashes:
    """Of each entry's shingles, modulo 2^64: what is read of them later must have the same."""
    sums = np.zeros(len(shingles.values) + 1, np.uint64)
    np.cumsum(shingles.values, out=sums[1:])
    return sums[shingles.offsets[1:]] - sums[shingles.offsets[:-1]]


@functools.lru_cache(maxsize=16)
def hashes_of(near: NearDuplicates | None) -> tuple[str, ...]:
    """Digests of what a fixed text comes to: its content key and, of near duplicates, its shingles and band keys.

    Keys of two builds can be compared where these are the same, whatever versions of code and libraries made them.
    """
    found = [digest_of_bytes(content_keys(_FIXED).astype("<u8").tobytes())]
    if near is not None:
        shingles = shingle(_FIXED, near.shingle_words)
        keys = band_keys(signatures(shingles, near.permutations, near.seed), near.bands)
        found.append(digest_of_bytes(*(each.astype("<u8").tobytes() for each in (shingles.values, keys))))
    return tuple(found)


_FIXED = [
    "The Quick brown fox, naïve façade: ΣΊΣΥΦΟΣ İstanbul, ﬁne straße 12½ x_y Съешь ещё नमस्ते 🙂 e\u0301 བོད་སྐད "
    "你好世界 東京に住んでいます ภาษาไทยและที่ ພາສາລາວແມ່ນ ភាសាខ្មែរជា မြန်မာဘာသာစကား"
]


def read_shingles(file: BinaryIO, starts: Counts, sizes: Counts) -> Shingles | None:
    """The sets that begin at these places of a file, which ascend; None where it ends before."""
    apart = np.append(0, starts[1:] != (starts + sizes)[:-1])[: len(starts)]
    first, last = runs(np.cumsum(apart))  # those that follow one another are read together
    found = []
    for start, end in zip(starts[first].tolist(), (starts + sizes)[last - 1].tolist(), strict=True):
        file.seek(8 * start)
        found.append(file.read(8 * (end - start)))
    if sum(map(len, found)) != 8 * sizes.sum():
        return None
    return Shingles(np.frombuffer(b"".join(found), "<u8").astype(np.uint64, copy=False), offsets_of(sizes))


class Keys(Protocol):
    """The keys of some documents that deduplication compares: of a unit, or of a file of an earlier build's."""

    least: int
    end: int
    """Their numbers are in this range, the last exclusive, and nobody else's."""
    source: str | None
    """None for an earlier build's, whose sources are not this recipe's."""
    measures: Collection[str]
    """Of the survivor order, those that are known of them."""

    def hold(self) -> Self: ...

    def __getitem__(self, name: str) -> Array: ...

    def __len__(self) -> int: ...

    @property
    def numbers(self) -> Numbers:
        """Numbers in the whole build, uint64 [n], ascending."""

    @property
    def documents(self) -> Counts:
        """How many documents each entry has, int64 [n]."""

    def entries(self, band: int) -> tuple[Hashes, Numbers]:
        """(keys, numbers) of one band; content keys have two columns."""

    @property
    def samples(self) -> Shingles:
        """The sampled shingles of all, with containment."""

    def shingles(self, rows: Counts) -> Shingles:
        """The shingle sets of these rows, which ascend."""


def by_entry(keys: Keys) -> tuple[Hashes, Numbers]:
    """Every sampled shingle with the number of its entry."""
    samples = keys.samples
    return samples.values, np.repeat(keys.numbers, samples.sizes)


class UnitKeys:
    """A unit's keys as they lie in its file; an array is read whenever it is asked for, or all are held."""

    def __init__(self, work: Work, unit: Unit) -> None:
        names, name = work.job.names, work.job.keyed(unit)
        self.storage, self.path, self.shingles_path = work.storage, names.keys(name), names.shingles(name)
        self.least, self.end = base(unit.number), base(unit.number + unit.items)
        self.source: str | None = unit.source
        self.by_record = work.job.recipe.source(unit.source).by_record
        self.measures: Collection[str] = measures_of(work.job.recipe, unit.source).keys()
        self._held: Mapping[str, Array] | None = None
        self._whole = False

    def hold(self, *names: str) -> Self:
        """Read these arrays at once; all, but for the shingles, if none is named: for who asks for most."""
        if not self._whole:
            self._held, self._whole = load_arrays(self.storage, self.path, names or None), not names
        return self

    def _arrays(self, name: str) -> Mapping[str, Array]:
        return load_arrays(self.storage, self.path, [name]) if self._held is None else self._held

    def __getitem__(self, name: str) -> Array:
        return self._arrays(name)[name]

    @functools.cached_property
    def numbers(self) -> Numbers:
        """Numbers in the whole build, uint64 [n], ascending."""
        found: Numbers = self._arrays("numbers").get("numbers", np.empty(0, np.uint64))  # a unit may keep nothing
        return found + np.uint64(self.least)

    @property
    def documents(self) -> Counts:
        """How many documents each entry has, int64 [n]."""
        return self["documents"] if self.by_record else np.ones(len(self), np.int64)

    @functools.cached_property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Where each entry's shingles begin in their file, int64 [n + 1]."""
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
        if band == SAMPLES:
            return by_entry(self)
        return self["content" if band == CONTENT else f"band_{band}"], self.numbers

    @property
    def samples(self) -> Shingles:
        """The sampled shingles of all, with containment."""
        return Shingles(self["samples"], offsets_of(self["sample_sizes"])) if len(self) else NO_SHINGLES

    def shingles(self, rows: npt.NDArray[np.int64]) -> Shingles:
        """The shingle sets of these rows, which ascend."""
        return self.shingles_at(self.offsets[rows], self.offsets[rows + 1] - self.offsets[rows], self.sums[rows])

    def shingles_at(self, starts: Counts, sizes: Counts, sums: Hashes) -> Shingles:
        """The shingle sets that begin at these ascending places of their file; with these sums, or it is damaged."""
        path, remove = self.shingles_path, (self.path,)
        with opened(self.storage, path, remove) as file:
            found = read_shingles(file, starts, sizes)
        if found is None or not np.array_equal(sums_of(found), sums):
            raise damaged(path, remove)
        return found
