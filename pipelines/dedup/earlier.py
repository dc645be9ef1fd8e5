"""The keys of earlier builds, file by file of their keys/, as those of a unit: what these builds keep takes part.

Nothing of theirs is ever mended or deleted: what is wrong with a file of an earlier build is for the user to see to.
"""

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.pipelines.dedup.build_keys import CONTENT_KEY, SIZES, SUMS, KeyFile, KeyFiles, band
from winnow.pipelines.dedup.keys import CONTENT, SAMPLES, by_entry, read_shingles, sums_of
from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers, offsets_of, together
from winnow.pipelines.dedup.samples import sampled
from winnow.pipelines.dedup.shingles import Shingles, end_to_end
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BadCall, Damaged, Gone
from winnow.pipelines.files.arrays import Array
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.plan import names
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS, of_build

ID_DIGITS = 32
_UNREAD = ("source", "file", "offset", "part", "documents", "characters", "moment", "measures")
"""Columns that no build after it needs."""
_SHINGLES_TOGETHER = 1 << 23
"""That are read at once, and those of one document."""
CURE = "winnow ledger {} --check says more, and its winnow build command with --replace builds it again"


@dataclass(frozen=True, slots=True)
class EarlierFile:
    """A part file of an earlier build's keys/: as small for many rows as for one."""

    build: int
    """1 for the first of `Job.against`."""
    number: int
    first: int
    """Rows of the build before its own."""

    @property
    def shown(self) -> str:
        return f"file {self.number + 1} of earlier build {self.build}"


def files(work: Work) -> Iterator[EarlierFile]:
    """The files of all earlier builds."""
    for build, earlier in enumerate(work.job.against, 1):
        first = 0
        for number, file in enumerate(files_of(work, earlier)):
            yield EarlierFile(build, number, first)
            first += file.file.rows


def files_of(work: Work, of: Earlier) -> tuple[KeyFile, ...]:
    """The files of a build's keys/, if they are the ones that were found at the beginning. Memory: about 500 bytes a
    file, of which one holds as many documents as a file of corpus/."""
    if of.files not in work.known:
        path = f"{of.path}/{names.LISTED}"
        try:
            found = KeyFiles.load(work.storage, path)
        except (Damaged, OSError) as error:
            raise broken(of.path, f"{path} {why(error)}") from None
        if digest(to_json(found)) != of.files:
            raise BadCall(f"--against {of.path}: its keys/ changed since this build began; give the same command again")
        work.known[of.files] = found.files
    files: tuple[KeyFile, ...] = work.known[of.files]
    return files


def broken(path: str, what: str) -> BadCall:
    return BadCall(f"--against {path}: {what}; {CURE.format(path)}")


def why(error: Exception) -> str:
    """The message of `Damaged` is not for a file of another build: it says what is done with one of this build."""
    if isinstance(error, Damaged):
        return "is gone" if isinstance(error, Gone) else "is not what was written"
    return f"cannot be read: {error}"


class EarlierKeys:
    """What an earlier build keeps of one file of its keys/, as `keys.Keys`. Of the order in which copies stay nothing
    is known: all of this come before all of this build, by their numbers."""

    source: str | None = None
    measures: Collection[str] = ()

    def __init__(self, work: Work, of: EarlierFile) -> None:
        earlier = work.job.against[of.build - 1]
        self._storage, self._build, self._of = work.storage, earlier.path, of
        self._file = files_of(work, earlier)[of.number]
        self._path = f"{earlier.path}/{names.part(names.KEYS, '', of.number)}"
        self._shingles = f"{earlier.path}/{names.shingles(of.number)}"
        self.least, self.end = of_build(of.build, of.first), of_build(of.build, of.first + self._file.file.rows)
        self._held: Mapping[str, Array] | None = None
        self._near = work.job.recipe.dedup.near

    def hold(self) -> Self:
        self._held = self._held or self._read(None)
        return self

    def _read(self, columns: list[str] | None) -> dict[str, Array]:
        """Columns of all rows; BadCall where the file is not what its build wrote."""
        if self._storage.size(self._path) != self._file.file.bytes:
            raise broken(self._build, f"{self._path} is gone or cut")
        try:
            with (
                self._storage.open(self._path) as stream,
                pq.ParquetFile(stream, page_checksum_verification=True, pre_buffer=True) as file,
            ):
                there = [name for name in file.schema_arrow.names if name not in _UNREAD]
                rows = file.read(there if columns is None else columns, use_threads=False)
            found = {name: _array(name, rows[name]) for name in rows.column_names}
        except (pa.ArrowException, OSError, ValueError) as error:
            raise broken(self._build, f"{self._path} cannot be read: {error}") from None
        if rows.num_rows != self._file.file.rows:
            raise broken(self._build, f"{self._path} has {rows.num_rows:,} rows, not {self._file.file.rows:,}")
        return found

    def _columns(self, *wanted: str) -> list[Array]:
        held = self._read([*wanted]) if self._held is None else self._held
        return [held[name] for name in wanted]

    @functools.cached_property
    def _kept(self) -> Counts:
        """The rows that the build keeps."""
        return np.flatnonzero(self._columns("rule")[0])

    @functools.cached_property
    def numbers(self) -> Numbers:
        return np.uint64(self.least) + (self._kept.astype(np.uint64) << np.uint64(PART_BITS))

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def documents(self) -> Counts:
        return np.ones(len(self), np.int64)

    def __getitem__(self, name: str) -> Array:
        if name == "ids":
            return self._columns("id")[0][self._kept]
        if name == "content":
            return np.stack(self._columns(*CONTENT_KEY), axis=1)[self._kept]
        if name == "sizes":
            return self._columns(SIZES)[0][self._kept]
        return np.zeros(len(self), np.int64)

    def entries(self, number: int) -> tuple[Hashes, Numbers]:
        if number == CONTENT:
            return self["content"], self.numbers
        if number == SAMPLES:
            return by_entry(self)
        return self._columns(band(number))[0][self._kept], self.numbers

    @functools.cached_property
    def samples(self) -> Shingles:
        """The sampled shingles of all; keys/ does not have them, but it has the shingles."""
        near, rows = self._near, np.arange(len(self))
        assert near is not None
        parts = together(self["sizes"], _SHINGLES_TOGETHER)
        return end_to_end([sampled(self.shingles(rows[part]), near.sample_every) for part in parts])

    def shingles(self, rows: Counts) -> Shingles:
        all_sizes, sums = self._columns(SIZES, SUMS)
        starts, of = offsets_of(all_sizes), self._kept[rows]
        try:
            with self._storage.open(self._shingles) as file:
                found = read_shingles(file, starts[of], all_sizes[of])
        except OSError as error:
            raise broken(self._build, f"{self._shingles} cannot be read: {error}") from None
        if found is None or not np.array_equal(sums_of(found), sums[of]):
            raise broken(self._build, f"{self._shingles} is not what was written")
        return found


def _array(name: str, column: pa.ChunkedArray) -> Array:
    """`id` as bytes; `rule` as whether there is none, for then the document is kept."""
    if name == "id":
        ids = column.cast(pa.binary(ID_DIGITS)).combine_chunks()
        return np.frombuffer(ids.buffers()[1], f"S{ID_DIGITS}", len(ids))
    found: Array = (pc.is_null(column) if name == "rule" else column).to_numpy()
    return found
