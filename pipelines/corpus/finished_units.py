"""A unit that takes its rows from a finished build: a run of its keys/, and all rows between two row keys."""

import functools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.finished_rows import FinishedRows, RowGroup, Span
from winnow.pipelines.corpus.sketch import Bools, Ints
from winnow.pipelines.dedup.drops import Drops
from winnow.pipelines.dedup.packed import Numbers
from winnow.pipelines.files.parquet import TableFile
from winnow.pipelines.files.sealed import Sealed
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import numbers
from winnow.pipelines.plan.unit import Unit

RECORD = pa.schema([("source", pa.string()), ("file", pa.string()), ("offset", pa.int64())])
"""Tells a record."""
OF_KEYS = (*schema.ROW_KEY, "rule")
_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class KeyRun(Sealed):
    """Where a unit's rows are."""

    file: str | None
    """The file of keys/ that holds its documents' keys, under the build's directory; None where it has none."""
    group: int
    """The row group of that file."""
    start: int
    end: int
    """Its rows there."""
    first: tuple[str, int, int] | None
    last: tuple[str, int, int] | None
    """Its row keys inside its source: from `first` up to, not including, `last`; None is without end."""


class FinishedUnit:
    """What is known of a unit of a finished build. Memory: the row keys of its documents."""

    def __init__(self, work: Work, unit: Unit) -> None:
        names, source = work.job.names, work.job.recipe.source(unit.source)
        self._work, self._unit, self.by_record = work, unit, source.by_record
        self.run = KeyRun.load(work.storage, names.curate(work.job.curated(unit)))
        self.span = Span(unit.source, self.run.first, self.run.last)
        self.rows = rows_of(work)

    @functools.cached_property
    def forgotten(self) -> pa.Array:
        """What `told` says of the records that are forgotten."""
        with self._work.storage.open(self._work.job.names.forgotten(self._unit.name)) as file:
            return told(pq.read_table(file), ("file", "offset"))

    @functools.cached_property
    def keys(self) -> pa.Table:
        """OF_KEYS of its documents that are not forgotten, or whole records."""
        rows = self.all_keys
        return rows.filter(pa.array(~self.are_forgotten(rows)))

    @functools.cached_property
    def all_keys(self) -> pa.Table:
        """OF_KEYS of all of its documents."""
        if self.run.file is None:
            return pa.table({name: pa.array([], kind) for name, kind in _KEY_TYPES.items()})
        group = RowGroup(self._work.job.finished + f"/{self.run.file}", self.run.group)
        return self.rows.read(group, OF_KEYS).slice(self.run.start, self.run.end - self.run.start)

    def are_forgotten(self, rows: pa.Table) -> Bools:
        """Which rows are of records that are forgotten."""
        return _is_in(told(rows, ("file", "offset")), self.forgotten)

    @functools.cached_property
    def numbers(self) -> Numbers:
        """uint64 [keys]: of each, inside the unit."""
        records = told(self.keys, ("file", "offset")).to_pylist()
        items = np.cumsum([at > 0 and one != records[at - 1] for at, one in enumerate(records)], dtype=np.int64)
        return numbers(items.tolist(), self.keys["part"].to_pylist())

    @functools.cached_property
    def _told_keys(self) -> pa.Array:
        return told(self.keys, self._by)

    @property
    def _by(self) -> tuple[str, ...]:
        return ("file", "offset") if self.by_record else ("file", "offset", "part")

    def keys_of(self, rows: pa.Table) -> Ints:
        """int64 [rows]: the place of each among `keys`, or -1."""
        found: Ints = pc.fill_null(pc.index_in(told(rows, self._by), value_set=self._told_keys), -1).to_numpy()
        return found.astype(np.int64)

    def drops_of(self, rows: pa.Table, drops: Drops) -> Ints:
        """int64 [rows]: the place of each in the drop list, or -1."""
        at = self.keys_of(rows)
        if not len(self.numbers):
            return np.full(len(at), -1)
        found: Ints = np.where(at >= 0, drops.of(self.numbers[np.maximum(at, 0)]), -1)
        return found


_KEY_TYPES = {"source": pa.string(), "file": pa.string(), "offset": pa.int64(), "part": pa.int64(), "rule": pa.string()}


def rows_of(work: Work) -> FinishedRows:
    """The rows of the finished build; the same for all units that one process takes."""
    if _ROWS not in work.known:
        work.known[_ROWS] = FinishedRows(work.storage, work.job.finished)
    found: FinishedRows = work.known[_ROWS]
    return found


_ROWS = "rows of the finished build"


def told(rows: pa.Table, by: tuple[str, ...]) -> pa.Array:
    """Some columns of a row key, of which the file comes first, as one text each."""
    columns = [rows[name].cast(pa.string()) for name in by]
    found = pc.binary_join_element_wise(*columns, _SEPARATOR)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _is_in(rows: pa.Array, of: pa.Array) -> Bools:
    found: Bools = pc.is_in(rows, value_set=of).to_numpy(zero_copy_only=False).astype(np.bool_)
    return found


def save_forgotten(work: Work, unit: Unit, records: pa.Table) -> None:
    """Leave the records of a unit that are forgotten, columns RECORD."""
    with TableFile(work.storage, work.job.names.forgotten(unit.name), RECORD) as file:
        file.write(records)
