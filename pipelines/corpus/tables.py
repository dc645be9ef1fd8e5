"""A unit's files with the decisions of deduplication applied: the rows of corpus/, rejected/, clusters/ and keys/."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.filters.edits import recover
from winnow.pipelines.corpus import passages, schema
from winnow.pipelines.corpus.key_rows import KeyRows
from winnow.pipelines.corpus.merged_rows import MergedRows, merged
from winnow.pipelines.corpus.sketch import Bools, Ints
from winnow.pipelines.dedup.drops import Drops, drops_of, novel_of
from winnow.pipelines.dedup.keys import UnitKeys
from winnow.pipelines.dedup.novel import Novel, novel_words
from winnow.pipelines.dedup.packed import Numbers
from winnow.pipelines.dedup.spans.cuts import Cuts, cuts_of
from winnow.pipelines.files.parquet import RowGroups, WrittenRows, row_groups
from winnow.pipelines.ingest.payload_copies import DEDUP as DEDUP
from winnow.pipelines.ingest.payload_copies import PAYLOAD as PAYLOAD
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, KEYS, UNKNOWN, encoded, folder_of
from winnow.pipelines.plan.numbers import numbers, of_records
from winnow.pipelines.plan.unit import Unit

EXACT, NEAR, EARLIER = "duplicate.exact", "duplicate.near", "duplicate.earlier"
OF_BUILD = " of build "
"""In the detail of what is dropped for an earlier build: `ID of build IDENTITY`."""
MEMBER = ("id", "source", "file", "offset", "part")
"""What clusters/ tells of a document itself."""

Shape = Callable[[pa.Table, Ints, Ints], pa.Table]
"""Rows of a unit's file, and the place of each in the drop list and in the cut list, or -1, to rows of a table."""


class Readable(Protocol):
    """Where row groups are read from, as `RowGroups`."""

    def read(self, number: int, columns: Sequence[str] | None = None) -> pa.Table: ...


@dataclass(frozen=True)
class Held:
    """Rows that are held, as a `Group` asks for them."""

    rows: pa.Table

    def read(self, number: int, columns: Sequence[str] | None = None) -> pa.Table:
        return self.rows if columns is None else self.rows.select(list(columns))


@dataclass(frozen=True)
class Group:
    """A row group of a unit's file, of which some columns have been read."""

    file: Readable
    number: int
    narrow: pa.Table
    at: Ints
    """The place of each row in the drop list, or -1."""
    cut: Ints
    """The same in the cut list."""
    lost: Ints
    """How many characters each loses to it."""

    @classmethod
    def uncut(cls, file: Readable, number: int, narrow: pa.Table, at: Ints) -> "Group":
        """One of which no row loses a passage."""
        return cls(file, number, narrow, at, np.full(len(at), -1), np.zeros(len(at), np.int64))


@dataclass(frozen=True)
class Rows:
    """The rows of one row group of a unit's files that go to one folder, in the order of the row key."""

    folder: str
    """`web/en` of corpus, `dedup` of rejected, "" of clusters."""
    _group: Group
    _places: Ints
    """In the row group."""
    _shape: Shape
    _columns: Sequence[str] | None = None
    """Of the unit's file that are needed; all without."""

    @functools.cached_property
    def characters(self) -> Ints:
        """int64 [rows]; 0 in clusters/, which has no text."""
        if "characters" not in self._group.narrow.column_names:
            return np.zeros(len(self._places), np.int64)
        found: Ints = (self._group.narrow["characters"].to_numpy() - self._group.lost)[self._places]
        return found

    @property
    def numbers(self) -> Numbers:
        """Of rows that have an item: it and the part inside the unit."""
        narrow = self._group.narrow
        return numbers(narrow["item"].to_pylist(), narrow["part"].to_pylist())[self._places]

    def read(self, which: Ints) -> pa.Table:
        """Some of the rows, by their places in `characters`, as the table has them.

        To be called before the next `Rows` is asked for: their file is open until then.
        """
        places, group = self._places[which], self._group
        rows = group.file.read(group.number, self._columns).take(pa.array(places))
        return self._shape(rows, group.at[places], group.cut[places])


class UnitTables:
    """What one unit gives to each table. Where a row goes is told by a few narrow columns; the others are read only of
    the row groups of which rows are asked for. Memory: one row group."""

    def __init__(self, work: Work, unit: Unit) -> None:
        self.work, self.recipe, self.unit = work, work.job.recipe, unit
        self._by_record = self.recipe.source(unit.source).by_record
        names, name = work.job.names, work.job.curated(unit)
        self.kept_path, self.rejected_path, self.told = names.kept(name), names.rejected(name), names.curate(name)

    @functools.cached_property
    def tally(self) -> Tally:
        return Tally.load(self.work.storage, self.told)

    @functools.cached_property
    def drops(self) -> Drops:
        return drops_of(self.work, self.unit)

    @functools.cached_property
    def novel(self) -> Novel:
        """Of a recipe that looks for excerpts."""
        return novel_of(self.work, self.unit)

    @functools.cached_property
    def cuts(self) -> Cuts:
        """Of a recipe that cuts passages."""
        return cuts_of(self.work, self.unit)

    def rows(self, table: str, only: str | None = None) -> Iterator[Rows | MergedRows | KeyRows]:
        """The rows of `table`; of one folder if `only`. What is given has at least one row."""
        if table == CORPUS:
            yield from self._corpus(only)
        elif table == CLUSTERS:
            yield from self._clusters(only)
        elif table == KEYS:
            yield from self.keys()
        else:
            yield from self._judged(only)
            yield from self._removed(only) if not self.recipe.dedup.payloads else self._with_payloads(only)

    def keys(self) -> Iterator[KeyRows]:
        """The rows of keys/, all at once if there are any."""
        keys = UnitKeys(self.work, self.unit).hold()
        if self.recipe.dedup.exact and len(keys):
            yield KeyRows(self.recipe, keys, self._entries)

    def _entries(self) -> pa.Table:
        """The row keys of all that was compared, and the rule that dropped each; null where it stays."""
        groups = list(self._kept("source", "file", "offset"))
        rows = pa.concat_tables(group.narrow for group in groups)
        at, cut = (np.concatenate([getattr(group, name) for group in groups]) for name in ("at", "cut"))
        if self._by_record:
            items = rows["item"].to_numpy()
            firsts = np.flatnonzero(np.append(True, items[1:] != items[:-1]))
            rows, at, cut = rows.take(pa.array(firsts)), at[firsts], cut[firsts]
            rows = rows.set_column(rows.column_names.index("part"), "part", pa.array(np.zeros(len(at), np.int64)))
        stays, rules = self._take(self.drops.kept, at, True), self._rules(at)
        if self.recipe.dedup.passages:
            stays, rules = stays & ~self._take(self.cuts.gone, cut, False), passages.rules(rules, cut, self.cuts)
        return rows.append_column("rule", pa.array(rules.tolist(), pa.string(), mask=stays))

    def _rules(self, at: Ints) -> Any:
        """Which rule drops what deduplication drops; anything for others."""
        if not len(self.drops.numbers):
            return np.full(len(at), NEAR)
        return np.where(self.drops.builds[at] > 0, EARLIER, np.where(self.drops.exact[at], EXACT, NEAR))

    def _open(self, path: str, receipt: WrittenRows) -> AbstractContextManager[RowGroups]:
        return row_groups(self.work.storage, path, receipt, (self.told,), self.work.checked)

    def _kept(self, *columns: str) -> Iterator[Group]:
        """The row groups of the kept file."""
        with self._open(self.kept_path, self.tally.kept_file) as file:
            for number in range(len(file)):
                narrow = file.read(number, ("item", "part", *columns))
                found = numbers(narrow["item"].to_pylist(), narrow["part"].to_pylist())
                at = self.drops.of(of_records(found) if self._by_record else found)
                if self.recipe.dedup.passages:
                    cut = self.cuts.of(found)
                    yield Group(file, number, narrow, at, cut, passages.lost(cut, self.cuts))
                else:
                    yield Group.uncut(file, number, narrow, at)

    def _stays(self, group: Group) -> Bools:
        stays: Bools = self._take(self.drops.kept, group.at, True)
        return stays & ~self._take(self.cuts.gone, group.cut, False) if self.recipe.dedup.passages else stays

    def _corpus(self, only: str | None) -> Iterator[Rows]:
        for group in self._kept("language", "code_language", "characters"):
            stays, narrow = self._stays(group), group.narrow
            languages = pc.coalesce(narrow["code_language"], narrow["language"], UNKNOWN).to_pylist()
            folders = np.array([folder_of(self.unit.source, language) for language in languages])
            for folder in sorted(set(folders[stays].tolist())):
                if only in (None, folder):
                    yield Rows(folder, group, np.flatnonzero(stays & (folders == folder)), self._document)

    def _judged(self, only: str | None) -> Iterator[Rows]:
        """What was rejected before deduplication but copies of payloads; a row group has rows of one stage."""
        receipt = self.tally.rejected_file
        folders = [(number, encoded(stage)) for number, stage in enumerate(receipt.groups) if stage != DEDUP]
        wanted = [(number, folder) for number, folder in folders if only in (None, folder)]
        if not wanted:
            return
        with self._open(self.rejected_path, receipt) as file:
            for number, folder in wanted:
                narrow = file.read(number, ("characters",))
                group = Group.uncut(file, number, narrow, np.full(narrow.num_rows, -1))
                yield Rows(folder, group, np.arange(narrow.num_rows), self._reject)

    def _removed(self, only: str | None) -> Iterator[Rows]:
        """What deduplication removed."""
        cut = self.recipe.dedup.passages and self.cuts.gone.any()
        if only not in (None, DEDUP) or (self.drops.kept.all() and not cut):
            return
        for group in self._kept("characters"):
            gone = np.flatnonzero(~self._stays(group))
            if len(gone):
                yield Rows(DEDUP, group, gone, self._duplicate)

    def _with_payloads(self, only: str | None) -> Iterator[Rows | MergedRows]:
        """What deduplication removed, with the records that were not extracted. Memory: the latter, without texts."""
        receipt = self.tally.rejected_file
        groups = [number for number, stage in enumerate(receipt.groups) if stage == DEDUP]
        if only not in (None, DEDUP) or not groups:
            yield from self._removed(only)
            return
        with self._open(self.rejected_path, receipt) as file:
            held = Held(pa.concat_tables([file.read(number) for number in groups]).combine_chunks())
        group = Group.uncut(held, 0, held.rows, np.full(held.rows.num_rows, -1))
        every = Rows(DEDUP, group, np.arange(held.rows.num_rows), self._reject)
        yield from merged(self._removed(only), every.numbers, lambda places: Rows(DEDUP, group, places, self._reject))

    def _clusters(self, only: str | None) -> Iterator[Rows]:
        if only not in (None, "") or not len(self.drops.numbers):
            return
        for group in self._kept():
            inside = np.flatnonzero(group.at >= 0)
            if len(inside):
                yield Rows("", group, inside, self._member, (*MEMBER, "text") if self.recipe.dedup.contains else MEMBER)

    def _document(self, rows: pa.Table, at: Ints, cut: Ints) -> pa.Table:
        if self.recipe.dedup.passages:
            rows = passages.shortened(rows, cut, self.cuts, self.recipe)
        return _shaped(self._clustered(rows, at), schema.corpus(self.recipe))

    def _reject(self, rows: pa.Table, at: Ints, cut: Ints) -> pa.Table:
        return _shaped(rows, schema.rejected(self.recipe))

    def _member(self, rows: pa.Table, at: Ints, cut: Ints) -> pa.Table:
        rows = self._clustered(rows, at)
        rows = rows.append_column("similarity", pa.array(self.drops.similarities[at]))
        rows = rows.append_column("kept", pa.array(self.drops.kept[at]))
        if self.recipe.dedup.contains:
            rows = rows.append_column("novel_words", pa.array(self._novel_words(rows["text"].to_pylist(), at)))
        return _shaped(rows, schema.clusters(self.recipe))

    def _novel_words(self, texts: list[str], at: Ints) -> list[int | None]:
        """Of the dropped ones. Of a record's part only the shingles inside it count."""
        near, drops = self.recipe.dedup.near, self.drops
        wide, numbers = near.shingle_words if near else 1, drops.numbers[at].tolist()
        return [
            None if kept else 0 if same else novel_words(text, wide, self.novel.of(number))
            for text, number, kept, same in zip(texts, numbers, drops.kept[at], drops.exact[at], strict=True)
        ]

    def _duplicate(self, rows: pa.Table, at: Ints, cut: Ints) -> pa.Table:
        """Kept rows in the shape of rejected ones: the text before edits, and which document stands for them."""
        target = schema.rejected(self.recipe)
        added = self._why(rows, at, cut)
        added |= {
            "text": self._texts(rows), "edits": [[]] * len(rows), "stage": [DEDUP] * len(rows),
            "failed": [[rule] for rule in added["rule"]],
        }  # fmt: skip
        rows = self._clustered(rows.drop_columns(["text", "edits"]), at)
        for name, values in added.items():
            rows = rows.append_column(target.field(name), pa.array(values, target.field(name).type))
        return _shaped(rows, target)

    def _why(self, rows: pa.Table, at: Ints, cut: Ints) -> dict[str, list[Any]]:
        """Copies, or dropped for the passages that they share; each column in the order of the rows."""
        copies = np.flatnonzero(cut < 0)
        found = self._of_copies(at[copies])
        if not self.recipe.dedup.passages:
            return found
        others = np.flatnonzero(cut >= 0)
        more = passages.dropped(rows.take(pa.array(others)), cut[others], self.cuts, self.recipe)
        order = np.argsort(np.concatenate((copies, others))).tolist()
        both = {name: [*found.get(name, [None] * len(copies)), *values] for name, values in more.items()}
        return {name: [values[place] for place in order] for name, values in both.items()}

    def _of_copies(self, at: Ints) -> dict[str, list[Any]]:
        near, survivors = self.recipe.dedup.near, self.drops.survivors[at].astype("U32").tolist()
        builds = ["", *(f"{OF_BUILD}{each.identity}" for each in self.work.job.against)]
        return {
            "rule": self._rules(at).tolist(), "value": self.drops.similarities[at].tolist(),
            "limit": [near.similarity if near else 1.0] * len(at),
            "detail": [f"{id}{builds[of]}" for id, of in zip(survivors, self.drops.builds[at].tolist(), strict=True)],
        }  # fmt: skip

    def _texts(self, rows: pa.Table) -> list[str | None]:
        """The texts as extracted, of those whose text a rejected row keeps."""
        columns = (rows[name].to_pylist() for name in ("id", "text", "edits"))
        return [
            recover(text, edits) if schema.keeps_text(self.recipe, id) else None
            for id, text, edits in zip(*columns, strict=True)
        ]

    def _clustered(self, rows: pa.Table, at: Ints) -> pa.Table:
        """Add cluster and cluster_size; a document alone is its own cluster."""
        own = np.array(rows["id"].to_pylist(), "U32")
        cluster = np.where(at >= 0, self._take(self.drops.survivors, at, b"").astype("U32"), own)
        rows = rows.append_column("cluster", pa.array(cluster.tolist(), pa.string()))
        return rows.append_column("cluster_size", pa.array(self._take(self.drops.sizes, at, 1), pa.int64()))

    @staticmethod
    def _take(values: Any, at: Ints, alone: Any) -> Any:
        """values[at], and `alone` where at is -1."""
        if not len(values):
            return np.full(len(at), alone)
        return np.where(at >= 0, values[np.maximum(at, 0)], alone)


def _shaped(rows: pa.Table, target: pa.Schema) -> pa.Table:
    """The columns of `target`, in its order; one that the rows lack is null: nobody clustered what was rejected."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type)
        for field in target
    ]
    return pa.table(columns, target)
