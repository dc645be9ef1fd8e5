"""The rows of a finished build, folder by folder, of which those of one source between two row keys are asked for."""

import collections
import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.pipelines.corpus.finished_files import NotHeld, readable
from winnow.pipelines.corpus.sketch import Bools
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import Storage

Place = tuple[str, int, int]
"""file, offset, part: a row key inside one source."""
Bound = tuple[str, str, float]
"""source, file, offset"""
PLACE = ("file", "offset", "part")
MOST_OPEN, MOST_HELD = 64, 8
"""Files whose footers are held, and row groups of which some columns are: who asks in order comes back to the last
ones. Of one row group all columns are."""


@dataclass(frozen=True, slots=True)
class Span:
    """The row keys of one source from `first` up to, not including, `end`; None is the first, or the last of all."""

    source: str
    first: Place | None
    end: Place | None

    def holds(self, rows: pa.Table) -> Bools:
        """Which rows are in it, by their columns `source` and PLACE."""
        found = pc.equal(rows["source"], self.source)
        if self.first is not None:
            found = pc.and_(found, pc.invert(_before(rows, self.first)))
        if self.end is not None:
            found = pc.and_(found, _before(rows, self.end))
        return _bools(found)

    def may_hold(self, least: Bound, most: Bound) -> bool:
        """Whether rows can be in it of which (source, file, offset) are between these, themselves included."""
        if not least[0] <= self.source <= most[0]:
            return False
        begins = self.first is None or most >= (self.source, *self.first[:2])
        return begins and (self.end is None or least <= (self.source, *self.end[:2]))


def _before(rows: pa.Table, place: Place) -> pa.Array:
    """Which rows come before a place."""
    found = pc.less(rows["part"], place[2])
    for name, value in (("offset", place[1]), ("file", place[0])):
        found = pc.or_(pc.less(rows[name], value), pc.and_(pc.equal(rows[name], value), found))
    return found


def _bools(found: pa.ChunkedArray) -> Bools:
    told: Bools = found.to_numpy()
    return told.astype(np.bool_)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """One row group of a file of a finished build."""

    path: str
    number: int


class FinishedRows:
    """Memory: MOST_OPEN footers, some columns of MOST_HELD row groups, and all of one."""

    def __init__(self, storage: Storage, root: str) -> None:
        self._storage, self._root = storage, root
        self._folders, self._files = dict[str, list[str]](), dict[str, list[str]]()
        self._open: collections.OrderedDict[str, pq.ParquetFile] = collections.OrderedDict()
        self._held: collections.OrderedDict[tuple[RowGroup, tuple[str, ...]], pa.Table] = collections.OrderedDict()
        self._whole: tuple[RowGroup, pa.Table] | None = None

    def folders(self, under: str) -> list[str]:
        """The folders of part files at or below one of a build, in order: `corpus/web` has `corpus/web/en`."""
        if under not in self._folders:
            paths = [path for path in self._storage.files(f"{self._root}/{under}") if path.endswith(".parquet")]
            cut = len(self._root) + 1
            self._folders[under] = sorted({path[cut:].rpartition("/")[0] for path in paths})
        return self._folders[under]

    def _listed(self, folder: str) -> list[str]:
        """The part files of a folder, in the order of their numbers."""
        found = [path for path in self._storage.files(f"{self._root}/{folder}") if path.endswith(".parquet")]
        found = [path for path in found if path.rpartition("/")[0] == f"{self._root}/{folder}"]
        return sorted(found, key=lambda path: (len(path), path))

    def groups(self, folder: str, span: Span | None = None) -> Iterator[RowGroup]:
        """The row groups of a folder in order; those that may have rows in a span."""
        if folder not in self._files:
            self._files[folder] = self._listed(folder)
        for path in self._files[folder]:
            with _said(path):
                metadata = self._file(path).metadata
            for number in range(metadata.num_row_groups):
                if span is None or _may(metadata.row_group(number), span):
                    yield RowGroup(path, number)

    def read(self, group: RowGroup, columns: Sequence[str] | None = None) -> pa.Table:
        """Columns of a row group; all without."""
        if columns is None:
            if self._whole is None or self._whole[0] != group:
                self._whole = None  # before the next is there
                self._whole = group, self._read(group, None)
            return self._whole[1]
        key = (group, tuple(columns))
        if key not in self._held:
            self._held[key] = self._read(group, columns)
            if len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]

    def _read(self, group: RowGroup, columns: Sequence[str] | None) -> pa.Table:
        with _said(group.path):
            rows = self._file(group.path).read_row_group(group.number, columns, use_threads=False)
            rows.validate(full=True)
        return rows

    def _file(self, path: str) -> pq.ParquetFile:
        if path not in self._open:
            with readable():
                self._open[path] = pq.ParquetFile(self._storage.open(path))
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)[1].close(force=True)
        self._open.move_to_end(path)
        return self._open[path]


@contextlib.contextmanager
def _said(path: str) -> Iterator[None]:
    """What is wrong with a file of the build, with the cure."""
    try:
        with readable():
            yield
    except NotHeld as error:
        raise BuildFailed(f"{path}: {error}; build it again with --replace") from error


def _may(group: pq.RowGroupMetaData, span: Span) -> bool:
    """By the least and greatest values of the footer; one that does not have them may hold anything."""
    columns = {column.path_in_schema: column.statistics for column in map(group.column, range(group.num_columns))}
    bounds = [of for name in ("source", "file", "offset") if (of := columns.get(name)) is not None and of.has_min_max]
    if len(bounds) < 3:
        return True
    least, most = [of.min for of in bounds], [of.max for of in bounds]
    if least[:2] != most[:2]:  # then the offsets are of several files
        least[2], most[2] = -math.inf, math.inf
    return span.may_hold((least[0], least[1], least[2]), (most[0], most[1], most[2]))
