"""The records of a finished build that are to be forgotten, and what they count."""

import collections
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from winnow.pipelines.corpus.finished_rows import FinishedRows, RowGroup
from winnow.pipelines.corpus.finished_units import RECORD
from winnow.pipelines.corpus.receipt import RowCounter, Rows
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.forget.asked import KINDS, Matches
from winnow.pipelines.forget.editing import Editing
from winnow.pipelines.ingest.tally import Broken
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.recipe.model import Recipe

GAP = ".gap"
"""How the rule of a row ends that is no record but a stretch of a file in which none can be told apart."""
_ASKED = ("id", "url", "source", "file", "offset")
Record = tuple[str, str, int]
"""source, file, offset"""


@dataclass
class Forgotten:
    """What the records that go count in the ledger. Memory: by the files and rules that they are of."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    """By file."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """By file."""
    by: dict[str, tuple[int, Count]] = field(default_factory=dict)
    """By kind of what was asked for, the first that named each record: records, documents and characters."""
    by_source: dict[str, tuple[int, Count]] = field(default_factory=dict)
    broken: dict[str, dict[str, Broken]] = field(default_factory=dict)
    """By source and rule."""
    edits: dict[str, collections.Counter[str]] = field(default_factory=dict)
    """By step and what it did."""


def groups_of(rows: FinishedRows) -> Iterator[RowGroup]:
    """All row groups of corpus/ and rejected/."""
    for table in (CORPUS, REJECTED):
        for folder in rows.folders(table):
            yield from rows.groups(folder)


def find(rows: FinishedRows, matches: Matches) -> dict[Record, str]:
    """The records of which a row is asked for, in the order of the row key, and by which kind. Memory: these."""
    found: dict[Record, str] = {}
    for table in (CORPUS, REJECTED):
        columns = [*_ASKED, "rule"] if table == REJECTED else list(_ASKED)
        for folder in rows.folders(table):
            for group in rows.groups(folder):
                batch = rows.read(group, columns)
                rules = batch["rule"].to_pylist() if table == REJECTED else [""] * batch.num_rows
                kinds = zip(matches.kinds(batch), rules, strict=True)
                named = {at: kind for at, (kind, rule) in enumerate(kinds) if kind and not rule.endswith(GAP)}
                keys = batch.select(RECORD.names).take(pa.array([*named], pa.int64())).to_pylist()
                for key, kind in zip(keys, named.values(), strict=True):
                    record = (key["source"], key["file"], key["offset"])
                    found[record] = min(found.get(record, kind), kind, key=KINDS.index)
    return dict(sorted(found.items()))


def count(rows: FinishedRows, recipe: Recipe, editing: Editing, records: Mapping[Record, str]) -> Forgotten:
    """What the rows of these records count."""
    told = Forgotten()
    counter, sources = RowCounter(), dict[str, str]()
    for group in groups_of(rows):
        keys = rows.read(group, RECORD.names).to_pylist()
        at = [n for n, key in enumerate(keys) if (key["source"], key["file"], key["offset"]) in records]
        if at:
            batch = rows.read(group).take(pa.array(at))
            counter.add(batch)
            for row in batch.to_pylist():
                sources[row["file"]] = row["source"]
                _add(told, row, records[row["source"], row["file"], row["offset"]])
                _edited(told, editing, row)
    told.rows, told.sources = counter.result(), sources
    return told


def _add(told: Forgotten, row: Mapping[str, Any], kind: str) -> None:
    first, count = int(row["part"] == 0), Count(1, row["characters"])
    for sums, name in ((told.by, kind), (told.by_source, row["source"])):
        records, documents = sums.get(name, (0, NONE))
        sums[name] = records + first, documents + count
    if row.get("stage") not in (None, DEDUP):
        of = told.broken.setdefault(row["source"], {})
        for rule in row["failed"]:
            of[rule] = of.get(rule, Broken()) + Broken(1, int(len(row["failed"]) == 1))


def _edited(told: Forgotten, editing: Editing, row: Mapping[str, Any]) -> None:
    for step, counts in editing.counts(row).items():
        told.edits.setdefault(step, collections.Counter()).update(counts)


def table_of(records: Iterable[Record]) -> pa.Table:
    """Records as columns RECORD, in their order."""
    columns: Sequence[Sequence[Any]] = list(zip(*records, strict=True)) or [(), (), ()]
    return pa.table([pa.array(list(column), kind.type) for column, kind in zip(columns, RECORD, strict=True)], RECORD)
