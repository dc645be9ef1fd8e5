"""What the split must know of a corpus file before anything is packed: who belongs with whom, and how much there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.trainer import aside
from winnow.trainer.errors import BadCall
from winnow.trainer.hashes import hash_file
from winnow.trainer.pack import corpus
from winnow.trainer.pack.corpus import Batch, CorpusFile
from winnow.trainer.pack.workers import Add

KEYS = ("cluster", "record", "digest")
"""Columns of which rows that belong together share one."""
LEFT_OUT = ("no text", "weight 0")
SCHEMA = pa.schema([
    ("source", pa.string()),
    ("cluster", pa.uint64()),    # hash of the cluster's name
    ("record", pa.uint64()),     # hash of the record; null: unknown
    ("digest", pa.uint64()),     # hash of the text; null: no text
    ("bytes", pa.int64()),       # of the text in UTF-8; 0 where the row gives no document
    ("left_out", pa.string()),   # why the row gives no document; null: it gives one
])  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """Of one file: one entry a row, those that are left out too."""

    file: CorpusFile
    weight: str | None
    output: Path

    def __str__(self) -> str:
        return str(self.file.path)


def hashed(path: Path, add: Add = lambda _: None) -> dict[str, Any]:
    """What a file is known by: its size and sha256. BadCall where it cannot be read."""
    try:
        return {"bytes": path.stat().st_size, "sha256": hash_file(path, add)}
    except OSError as error:
        raise BadCall(f"{path} cannot be read: {aside.reason(error)}") from None


def survey(task: Survey, add: Add) -> None:
    """Leave the survey of a file at `output`, unless it stands there."""
    size = task.file.path.stat().st_size
    if not task.output.is_file():
        rows = pq.read_metadata(task.file.path).num_rows
        tables, done = [SCHEMA.empty_table()], 0
        for batch in corpus.batches(task.file, task.weight):
            tables.append(_table(batch.source, batch.cluster, batch.record, batch.text, left_out(batch)))
            add(size * len(batch.text) // rows)
            done += size * len(batch.text) // rows
        with aside.whole(task.output) as file:
            pq.write_table(pa.concat_tables(tables), file, compression="zstd")
        size -= done
    add(size)


def read(path: Path) -> pa.Table:
    """A survey that was left at `path`."""
    with pq.ParquetFile(path) as file:
        return file.read()


def left_out(batch: Batch) -> list[str | None]:
    """Why each row gives no document; None where it gives one."""
    return [
        LEFT_OUT[0] if not text else LEFT_OUT[1] if not weight else None
        for text, weight in zip(batch.text, batch.weight, strict=True)
    ]


def removed(path: Path) -> pa.Table:
    """The survey of a file of removed duplicates (`leaks.find`): each row is left out. BadCall as of `corpus`."""
    schema = corpus.columns(path, need="cluster")
    tables = [SCHEMA.empty_table()]
    wanted = ("id", "text", "cluster", *corpus.RECORD)
    for batch in corpus.read(path, [name for name in wanted if name in schema.names]):
        clusters, texts = corpus.strings(batch, "cluster"), corpus.strings(batch, "text")
        why = ["removed"] * batch.num_rows
        tables.append(_table(why, clusters, corpus.records(batch), texts, why))
    return pa.concat_tables(tables)


def keys(table: pa.Table, name: str) -> tuple[np.ndarray, np.ndarray]:
    """A column of hashes: uint64 [rows], and where it is known, bool [rows]."""
    column = table[name]
    return pc.fill_null(column, pa.scalar(0, pa.uint64())).to_numpy(), pc.is_valid(column).to_numpy()


def _table(
    source: Sequence[str], cluster: Sequence[str | None], record: Sequence[int | None], text: Sequence[str | None],
    why: Sequence[str | None],
) -> pa.Table:  # fmt: skip
    clusters, digests = ([corpus.key(one) if one else None for one in words] for words in (cluster, text))
    sizes = [len((words or "").encode()) if reason is None else 0 for words, reason in zip(text, why, strict=True)]
    return pa.table([source, clusters, record, digests, sizes, why], SCHEMA)
