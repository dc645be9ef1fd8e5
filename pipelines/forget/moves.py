"""What changes its folder: documents that come back, edited anew, and documents that are copies of these now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.finished_tables import FinishedTables
from winnow.pipelines.corpus.sketch import Bools
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.dedup.keys import UnitKeys
from winnow.pipelines.dedup.records import JOINT
from winnow.pipelines.dedup.signatures import content_keys
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.parquet import TableFile
from winnow.pipelines.forget.editing import Editing
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import REJECTED
from winnow.pipelines.plan.unit import Unit


@dataclass
class Moved:
    """Documents."""

    back: int = 0
    away: int = 0


def move(work: Work, editing: Editing) -> Moved:
    """Leave, for every unit of which deduplication decides otherwise now, copies of the rows that change their folder.
    Memory: those of one unit."""
    moved = Moved()
    for unit in units.between(work):
        tables, names, name = FinishedTables(work, unit), work.job.names, work.job.curated(unit)
        there = tables.of.keys
        at = tables.of.drops_of(there, tables.drops)
        stays = tables.stay(at)
        before = pc.is_null(there["rule"]).to_numpy() if there.num_rows else np.empty(0, np.bool_)
        if (back := stays & ~before).any():
            rows = _rows_of(tables, [f"{REJECTED}/{DEDUP}"], back)
            _write(work, names.kept(name), _edited(work, unit, tables, rows, editing))
            moved.back += rows.num_rows
        if (away := before & ~stays).any():
            rows = _rows_of(tables, tables.folders(), away)
            _write(work, names.rejected(name), rows.select(schema.corpus(work.job.recipe).names))
            moved.away += rows.num_rows
    return moved


def _rows_of(tables: FinishedTables, folders: Iterable[str], wanted: Bools) -> pa.Table:
    """The rows in these folders that are of some of the unit's keys, in the order of the row key."""
    found = list[pa.Table]()
    for folder in folders:
        for group, places in tables.stored(folder):
            keys = tables.of.keys_of(group.narrow.take(pa.array(places)))
            own = places[(keys >= 0) & wanted[np.maximum(keys, 0)]]
            if len(own):
                found.append(group.file.read(group.number).take(pa.array(own)))
    if not found:
        raise BuildFailed(f"{tables.unit.source}: keys/ names documents that are in no row; winnow ledger DIR --check "
                          "says more")  # fmt: skip
    return pa.concat_tables(found).sort_by([(name, "ascending") for name in schema.ROW_KEY]).combine_chunks()


def _edited(work: Work, unit: Unit, tables: FinishedTables, rows: pa.Table, editing: Editing) -> pa.Table:
    """Rows of rejected/dedup as rows of corpus/. BuildFailed where a text comes out otherwise than it did then."""
    target, edited = schema.corpus(work.job.recipe), list[dict[str, Any]]()
    for row in rows.to_pylist():
        done = editing.edit(row)
        edited.append({name: row[name] for name in target.names} | {"text": done.text, "edits": done.edits})
    keys = UnitKeys(work, unit)
    _require_same(tables.of.keys_of(rows).tolist(), edited, keys["content"])
    return pa.Table.from_pylist(edited, target)


def _require_same(keys: Sequence[int], rows: Sequence[dict[str, Any]], content: Any) -> None:
    """Whether the texts are those of which the content keys were made: one row or, of whole records, several a key."""
    texts = dict[int, list[str]]()
    for key, row in zip(keys, rows, strict=True):
        texts.setdefault(key, []).append(row["text"])
        if len(row["text"]) != row["characters"]:
            raise _other(row)
    made = content_keys([JOINT.join(parts) for parts in texts.values()])
    for key, own in zip(texts, made, strict=True):
        if not np.array_equal(content[key], own):
            raise _other(rows[keys.index(key)])


def _other(row: dict[str, Any]) -> BuildFailed:
    return BuildFailed(
        f"document {row['id']} comes back, and the recipe's editors, in these versions, make another text of it than "
        "the build had; forget with the versions that recipe.lock.toml names, or build again with --replace"
    )


def _write(work: Work, path: str, rows: pa.Table) -> None:
    with TableFile(work.storage, path, rows.schema, statistics=False) as file:
        file.write(rows)
