"""The tables of a unit whose rows lie in a finished build, with the new decisions of deduplication applied.

Most rows stand where they stood. Of those that deduplication decides otherwise about now, there are copies in the
unit's own files (`names.kept` of those that come back, `names.rejected` of those that go): they are merged into the
folders that they now belong to.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.finished_rows import PLACE, FinishedRows, Place, RowGroup
from winnow.pipelines.corpus.finished_units import FinishedUnit
from winnow.pipelines.corpus.sketch import Bools, Ints
from winnow.pipelines.corpus.tables import DEDUP, MEMBER, Group, Held, Rows, Shape, UnitTables
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import CORPUS, REJECTED, UNKNOWN, encoded, folder_of
from winnow.pipelines.plan.unit import Unit

NARROW = ("id", "source", *PLACE, "characters")


@dataclass(frozen=True)
class _Stored:
    """A row group of the finished build, as a `Group` asks for it."""

    rows: FinishedRows
    group: RowGroup

    def read(self, number: int, columns: Sequence[str] | None = None) -> pa.Table:
        return self.rows.read(self.group, columns)


class FinishedTables(UnitTables):
    """As `UnitTables`. Memory: some row groups, and the rows of the unit that change their folder."""

    def __init__(self, work: Work, unit: Unit) -> None:
        super().__init__(work, unit)
        self.of = FinishedUnit(work, unit)

    def stored(self, folder: str) -> Iterator[tuple[Group, Ints]]:
        """The rows of a folder that are the unit's and are not forgotten: row groups, and the places of the rows."""
        for each in self.of.rows.groups(folder, self.of.span):
            narrow = self.of.rows.read(each, NARROW)
            places = np.flatnonzero(self.of.span.holds(narrow))
            inside = narrow.take(pa.array(places))
            stay = ~self.of.are_forgotten(inside)
            places, inside = places[stay], inside.filter(pa.array(stay))
            if len(places):
                at = np.full(narrow.num_rows, -1)
                at[places] = self.of.drops_of(inside, self.drops)
                yield Group.uncut(_Stored(self.of.rows, each), 0, narrow, at), places

    def stay(self, at: Ints) -> Bools:
        """Which documents stay, by their places in the drop list."""
        stays: Bools = self._take(self.drops.kept, at, True)
        return stays

    def folders(self) -> list[str]:
        """The folders of corpus/ that the unit's source has in the finished build."""
        return self.of.rows.folders(f"{CORPUS}/{encoded(self.unit.source)}")

    @functools.cached_property
    def returned(self) -> pa.Table:
        """The rows that come back, in the order of the row key, edited anew."""
        return self._own(self.kept_path)

    @functools.cached_property
    def left(self) -> pa.Table:
        """The rows that go, in the order of the row key, as they stood in corpus/."""
        return self._own(self.rejected_path)

    def _own(self, path: str) -> pa.Table:
        if self.work.storage.size(path) is None:
            return schema.corpus(self.recipe).empty_table()
        with self.work.storage.open(path) as file:
            return pq.read_table(file)

    def _entries(self) -> pa.Table:
        at = self.of.drops_of(self.of.keys, self.drops)
        rules = pa.array(self._rules(at).tolist(), pa.string(), mask=self._take(self.drops.kept, at, True))
        return self.of.keys.select(list(schema.ROW_KEY)).append_column("rule", rules)

    def _corpus(self, only: str | None) -> Iterator[Rows]:
        languages = pc.coalesce(self.returned["code_language"], self.returned["language"], UNKNOWN).to_pylist()
        own = np.array([folder_of(self.unit.source, language) for language in languages], object)
        there = {folder.removeprefix(f"{CORPUS}/") for folder in self.folders()} | set(own.tolist())
        for folder in sorted(there):
            if only in (None, folder):
                back = self.returned.take(pa.array(np.flatnonzero(own == folder)))
                kept = ((g, places[self._stays(g)[places]]) for g, places in self.stored(f"{CORPUS}/{folder}"))
                yield from self._merged(folder, kept, back, self._document)

    def _judged(self, only: str | None) -> Iterator[Rows]:
        for path in self.of.rows.folders(REJECTED):
            folder = path.removeprefix(f"{REJECTED}/")
            if folder != DEDUP and only in (None, folder):
                for group, places in self.stored(path):
                    yield Rows(folder, group, places, self._reject)

    def _removed(self, only: str | None) -> Iterator[Rows]:
        if only in (None, DEDUP):
            gone = ((g, places[~self._stays(g)[places]]) for g, places in self.stored(f"{REJECTED}/{DEDUP}"))
            yield from self._merged(DEDUP, gone, self.left, self._duplicate)

    def _clusters(self, only: str | None) -> Iterator[Rows]:
        """All members at once, from whatever folders they lie in."""
        if only not in (None, "") or not len(self.drops.numbers):
            return
        parts = [
            group.narrow.take(pa.array(places[group.at[places] >= 0])).select(MEMBER)
            for folder in (*self.folders(), f"{REJECTED}/{DEDUP}") for group, places in self.stored(folder)
        ]  # fmt: skip
        rows = pa.concat_tables(parts).sort_by([(name, "ascending") for name in PLACE]).combine_chunks()
        if rows.num_rows:
            group = Group.uncut(Held(rows), 0, rows, self.of.drops_of(rows, self.drops))
            yield Rows("", group, np.arange(rows.num_rows), self._member, MEMBER)

    def _merged(
        self, folder: str, stored: Iterator[tuple[Group, Ints]], more: pa.Table, shape: Shape
    ) -> Iterator[Rows]:  # fmt: skip
        """Rows of both in the order of the row key; each ascends."""
        extra = Group.uncut(Held(more), 0, more, self.of.drops_of(more, self.drops))
        keys, done = _places(more), 0
        for group, places in stored:
            at = 0
            if done < len(keys):
                own = _places(group.narrow.take(pa.array(places)))
                while done < len(keys) and at < len(own) and keys[done] < own[-1]:
                    before = next(place for place in range(at, len(own)) if own[place] > keys[done])
                    if before > at:
                        yield Rows(folder, group, places[at:before], shape)
                    upto = next((n for n in range(done, len(keys)) if keys[n] > own[before]), len(keys))
                    yield Rows(folder, extra, np.arange(done, upto), shape)
                    at, done = before, upto
            if at < len(places):
                yield Rows(folder, group, places[at:], shape)
        if done < len(keys):
            yield Rows(folder, extra, np.arange(done, len(keys)), shape)

    def _document(self, rows: pa.Table, at: Ints, cut: Ints) -> pa.Table:
        return super()._document(self._plain(rows), at, cut)

    def _duplicate(self, rows: pa.Table, at: Ints, cut: Ints) -> pa.Table:
        return super()._duplicate(self._plain(rows), at, cut)

    def _plain(self, rows: pa.Table) -> pa.Table:
        """Without what deduplication says of them."""
        names = schema.corpus(self.recipe).names
        return rows.select([name for name in names if name in rows.column_names and name not in schema.CLUSTERED])


def _places(rows: pa.Table) -> list[Place]:
    return list(zip(*(rows[name].to_pylist() for name in PLACE), strict=True))
