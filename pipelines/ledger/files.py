"""ledger/files.parquet: one row an input file, sorted by source and path."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.corpus.finished_files import NotHeld, readable
from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Entry, Total

BATCH = 1000
"""Rows of a row group."""


def _schema(*columns: tuple[str, pa.DataType]) -> list[pa.Field]:
    """Columns that are never null."""
    return [pa.field(name, kind, nullable=False) for name, kind in columns]


def _list(*columns: tuple[str, pa.DataType]) -> pa.DataType:
    return pa.list_(pa.field("element", pa.struct(_schema(*columns)), nullable=False))


_COUNTS = (("documents", pa.int64()), ("characters", pa.int64()))
SCHEMA = pa.schema(_schema(
    ("source", pa.string()), ("file", pa.string()), ("bytes", pa.int64()), ("sha256", pa.string()),
    ("layout", pa.string()), ("records", pa.int64()), ("gaps", pa.int64()), ("gap_bytes", pa.int64()),
    ("other_records", _list(("kind", pa.string()), ("records", pa.int64()))),
    ("documents", pa.int64()), ("kept", pa.struct(_schema(*_COUNTS))), ("cut", pa.struct(_schema(*_COUNTS))),
    ("rejected", _list(("stage", pa.string()), ("rule", pa.string()), *_COUNTS)),
))  # fmt: skip
_PLAIN = ("bytes", "records", "gaps", "gap_bytes", "documents")
"""Columns that are a total's fields of that name."""


def batches(held: Sequence[Entry]) -> Iterator[pa.Table]:
    """The rows of entries, which must come by source and path."""
    for first in range(0, len(held), BATCH):
        yield pa.Table.from_pylist([_row(entry) for entry in held[first : first + BATCH]], SCHEMA)


def read(stream: BinaryIO) -> Iterator[Entry]:
    """The entries of a file that holds `batches`. Raises NotHeld if it cannot be read or has other columns."""
    with opened(stream) as file:
        yield from entries(file)


@contextlib.contextmanager
def opened(stream: BinaryIO) -> Iterator[pq.ParquetFile]:
    """The file, if it has the columns of SCHEMA. Raises NotHeld if it has others."""
    with readable():
        file = pq.ParquetFile(stream)
        held = file.schema_arrow
    with file:
        if not held.equals(SCHEMA):
            raise NotHeld("has other columns than a build writes")
        yield file


def entries(file: pq.ParquetFile) -> Iterator[Entry]:
    """The entries of an opened file, in order. Raises NotHeld if it is damaged."""
    for group in range(file.num_row_groups):
        with readable():
            rows = file.read_row_group(group, use_threads=False)
            rows.validate(full=True)
        yield from map(_entry, rows.to_pylist())


def _entry(row: Mapping[str, Any]) -> Entry:
    rejected: dict[str, dict[str, Count]] = {}
    for one in row["rejected"]:
        rejected.setdefault(one["stage"], {})[one["rule"]] = Count(one["documents"], one["characters"])
    others = {other["kind"]: other["records"] for other in row["other_records"]}
    total = Total(files=1, other_records=others, kept=Count(**row["kept"]), cut=Count(**row["cut"]), rejected=rejected,
                  **{name: row[name] for name in _PLAIN})  # fmt: skip
    return Entry(row["source"], row["file"], row["sha256"], row["layout"], total)


def _row(entry: Entry) -> dict[str, Any]:
    total = entry.total
    return {
        "source": entry.source, "file": entry.file, "sha256": entry.sha256, "layout": entry.layout,
        **{name: getattr(total, name) for name in _PLAIN},
        "other_records": [{"kind": kind, "records": n} for kind, n in total.other_records.items()],
        "kept": _counts(total.kept), "cut": _counts(total.cut),
        "rejected": [
            {"stage": stage, "rule": rule} | _counts(count)
            for stage, rules in total.rejected.items() for rule, count in rules.items()
        ],
    }  # fmt: skip


def _counts(count: Count) -> dict[str, int]:
    return {"documents": count.documents, "characters": count.characters}
