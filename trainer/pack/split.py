"""Which documents are kept for validation, so that none of them has a relative among those that are trained on.

Documents belong together that are of one cluster of near-duplicates, are parts of one record, or have the same text;
and what belongs to one of them belongs to all. Duplicates that a build removed join in as links: a document whose text
equals a removed one's belongs to that one's cluster. A group goes to validation as a whole or not at all, by a hash of
its least cluster, so that a longer corpus leaves the groups of a shorter one where they were, as long as they stay
apart and are neither very large nor nearly all of their source.

A survey of each corpus file tells who belongs with whom, and how much there is, before anything is packed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from winnow.trainer import aside
from winnow.trainer.errors import BadCall
from winnow.trainer.hashes import hash_file, mix
from winnow.trainer.pack import corpus
from winnow.trainer.pack.corpus import Batch, CorpusFile
from winnow.trainer.pack.workers import Add

FEWEST = 10
"""Groups that a source must have before one of them is taken for validation against the hash."""
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
    left = size = task.file.path.stat().st_size
    if not task.output.is_file():
        tables, rows = [SCHEMA.empty_table()], pq.read_metadata(task.file.path).num_rows
        for batch in corpus.batches(task.file, task.weight):
            tables.append(_table(batch.source, batch.cluster, batch.record, batch.text, left_out(batch)))
            add(done := size * len(batch.text) // rows)
            left -= done
        with aside.whole(task.output) as file:
            pq.write_table(pa.concat_tables(tables), file, compression="zstd")
    add(left)


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


def _table(
    source: Sequence[str], cluster: Sequence[str | None], record: Sequence[int | None], text: Sequence[str | None],
    why: Sequence[str | None],
) -> pa.Table:  # fmt: skip
    clusters, digests = ([corpus.key(one) if one else None for one in words] for words in (cluster, text))
    sizes = [len((words or "").encode()) if reason is None else 0 for words, reason in zip(text, why, strict=True)]
    return pa.table([source, clusters, record, digests, sizes, why], SCHEMA)


def connected(table: pa.Table) -> np.ndarray:
    """int64 [rows]: the least row that each one is connected with, over any number of rows between.

    Rows with one of KEYS in common, which is null where it is unknown, are connected. The labels fall along shared
    keys, and roots along with them, until nothing moves (Shiloach & Vishkin 1982, section 3), so that long chains take
    few rounds.
    """
    label = np.arange(len(table))
    shared = [found for name in KEYS if (found := _shared(table[name])) is not None]
    while True:
        before = label.copy()
        for members, starts, sizes in shared:
            least = np.repeat(np.minimum.reduceat(label[members], starts), sizes)
            np.minimum.at(label, label[members], least)
            label[members] = np.minimum(label[members], least)
        while not np.array_equal(label, jumped := label[label]):
            label = jumped
        if np.array_equal(label, before):
            return label


def choose(
    groups: np.ndarray, cluster: np.ndarray, source: np.ndarray, share: float, seed: int
) -> tuple[np.ndarray, list[int]]:
    """bool [documents], those for validation; and the sources that have none of them. Of the documents of all files,
    [documents] each: their groups (`connected`), their clusters' hashes, their sources' numbers.

    A group is chosen when its hash falls under `share`, if it has not more than this share of all documents (at
    least one): a validation set should not be one cluster; nor the whole of a source, of which the last group by its
    hash is trained on. From a source that would have none, the smallest of its groups is chosen (the least hash among
    equals), where it has FEWEST of them and no more than half the source goes.
    """
    if share == 0:
        return np.zeros(len(groups), bool), []
    _, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    least = np.full(len(size), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, group, cluster)
    number = mix(least + np.uint64(corpus.key("split", str(seed))))
    chosen = (number < np.uint64(share * 2.0**64)) & (size <= max(1, math.ceil(share * len(groups))))
    sources = np.unique(source)
    owned = [np.unique(group[source == one], return_counts=True) for one in sources]
    for own, held in owned:
        fit = own[held * 2 <= held.sum()]
        if not chosen[own].any() and len(own) >= FEWEST and len(fit):
            chosen[fit[np.lexsort((number[fit], size[fit]))[0]]] = True
    for own, _ in owned:
        if chosen[own].all():
            chosen[own[np.argmax(number[own])]] = False
    return chosen[group], [int(one) for one, (own, _) in zip(sources, owned, strict=True) if not chosen[own].any()]


def _shared(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The rows whose key another row has too, key by key; where each key's rows start; and how many they are."""
    key = column.drop_null().to_numpy()
    order = np.argsort(key, kind="stable")
    if not len(order):
        return None
    new = np.flatnonzero(np.concatenate([[True], key[order][1:] != key[order][:-1]]))
    sizes = np.diff(new, append=len(order))
    rows = np.flatnonzero(column.is_valid())[order]
    members, sizes = rows[np.repeat(sizes > 1, sizes)], sizes[sizes > 1]
    return (members, np.cumsum(sizes) - sizes, sizes) if len(sizes) else None
