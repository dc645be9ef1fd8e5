"""Tokenising one corpus file: its tokens, its index, and a note that they are whole."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.trainer import aside
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack import columns, corpus, tokenizer
from winnow.trainer.pack.corpus import Batch, CorpusFile
from winnow.trainer.pack.documents import GROUP, SCHEMA, SPLITS
from winnow.trainer.pack.index import SourceCounts
from winnow.trainer.pack.split import hashed, left_out
from winnow.trainer.pack.tokenizer import Loaded
from winnow.trainer.pack.workers import Add

TEXT = 1 << 20
"""Characters that are encoded at once, about; the encodings take some hundred times as much memory."""


@dataclass(frozen=True)
class Shard:
    """One unit of work; whole once the note stands."""

    number: int
    file: CorpusFile
    weight: str | None
    sha256: str
    """Of the tokenizer.json of the pack."""
    validation: np.ndarray
    """bool [rows of the file]"""
    dtype: str
    pack: Path
    note: Path
    columns: tuple[str, ...] = ()
    """That the pack keeps."""

    def __str__(self) -> str:
        return str(self.file.path)

    def path(self, kind: str) -> Path:
        return self.pack / f"shards/{self.number:05}.{kind}"


def pack_shard(task: Shard, add: Add) -> None:
    """Leave the shard's files and note. BadCall where the corpus file is not what it was, RunFailed where a file cannot
    be written or tokens do not stand for a text's bytes."""
    loaded = _load(task.pack / "tokenizer", task.sha256)
    tables = [SCHEMA.empty_table()]
    reasons: list[str | None] = []
    with aside.whole(task.path("train.bin")) as train, aside.whole(task.path("validation.bin")) as validation:
        for batch in corpus.batches(task.file, task.weight):
            why = left_out(batch)
            reasons += why
            for rows in _pieces(batch, why):
                tables.append(_encode(task, loaded, batch, rows, (train, validation)))
                add(pc.sum(tables[-1]["bytes"]).as_py())
    if len(reasons) != len(task.validation):
        raise BadCall(f"{task.file.path} changed while it was packed; give the same command again")
    table, kinds = pa.concat_tables(tables), ["parquet", "train.bin", "validation.bin"]
    with aside.whole(task.path("parquet")) as file:
        pq.write_table(table, file, compression="zstd", row_group_size=GROUP)
    if task.columns:
        kinds.insert(0, "columns.parquet")
        columns.keep(task.file.path, task.columns, table, task.path(kinds[0]))
    note = {
        "rows": len(reasons),
        "left_out": {name: reasons.count(name) for name in sorted({name for name in reasons if name})},
        "counts": counts(table),
        "files": {f"shards/{path.name}": hashed(path) for path in map(task.path, kinds)},
    }
    aside.write_json(task.note, note)


@functools.lru_cache(maxsize=1)
def _load(directory: Path, sha256: str) -> Loaded:
    """Once for all shards of a process."""
    return tokenizer.load(directory)


def counts(table: pa.Table) -> dict[str, dict[str, dict[str, int]]]:
    """Documents, tokens and bytes by split and source, sources sorted; `table` is an index."""
    grouped = table.group_by(["split", "source"]).aggregate([("tokens", "count"), ("tokens", "sum"), ("bytes", "sum")])
    of: dict[str, dict[str, dict[str, int]]] = {split: {} for split in SPLITS}
    for row in sorted(grouped.to_pylist(), key=lambda row: str(row["source"])):
        sums = SourceCounts(row["tokens_count"], row["tokens_sum"], row["bytes_sum"])
        of[row["split"]][row["source"]] = sums._asdict()
    return of


def _pieces(batch: Batch, why: list[str | None]) -> Iterator[list[int]]:
    """The rows of a batch that give documents, as many at a time as make TEXT characters."""
    rows, size = [], 0
    for row, text in enumerate(batch.text):
        if why[row] is None and text is not None:
            rows.append(row)
            size += len(text)
            if size >= TEXT:
                yield rows
                rows, size = [], 0
    if rows:
        yield rows


def _encode(task: Shard, loaded: Loaded, batch: Batch, rows: list[int], files: Sequence[BinaryIO]) -> pa.Table:
    """Append some documents to their split's file, of SPLITS; their part of the index."""
    values = []
    texts = [batch.text[row] or "" for row in rows]
    encoded = loaded.encode(texts, [f"{task.file.path}, row {batch.first + row}" for row in rows])
    for row, text, ids in zip(rows, texts, encoded, strict=True):
        number, size = batch.first + row, len(text.encode())
        if loaded.exact and (lost := size - int(loaded.lengths[ids].sum())):
            raise RunFailed(f"{task.file.path}, row {number}: the tokens leave {lost:,} of {size:,} bytes out")
        held = bool(number < len(task.validation) and task.validation[number])
        tokens, offset = loaded.document(ids).astype(task.dtype), files[held].tell()
        with aside.named(task.path(f"{SPLITS[held]}.bin")):
            files[held].write(tokens.tobytes())
        values.append((
            batch.id[row], batch.source[row], task.number, number, SPLITS[held], batch.cluster[row], size, len(ids) + 2,
            offset // tokens.itemsize, float(batch.weight[row]), batch.record[row], corpus.key(text),
            corpus.key(batch.id[row]),
        ))  # fmt: skip
    return pa.table(list(zip(*values, strict=True)), SCHEMA)
