"""ledger/files.parquet: an entry a row."""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_builds import LOCAL

from winnow.pipelines.corpus.finished_files import NotHeld
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ledger import files, tables
from winnow.pipelines.ledger.files import BATCH, SCHEMA
from winnow.pipelines.ledger.types import Entry, Total

TOTAL = Total(files=1, bytes=9, records=3, gaps=1, gap_bytes=2, other_records={"request": 2, "warcinfo": 1},
              documents=5, kept=Count(2, 30),
              rejected={"long": {"long.x": Count(2, 5)}, "read": {"a.gap": Count(1, 0)}}, cut=Count(1, 7))  # fmt: skip
EMPTY = Total(files=1)


def entries(count: int) -> list[Entry]:
    return [Entry("web", f"in/{i:06}", f"{i:064x}", "member", TOTAL if i % 2 else EMPTY) for i in range(count)]


def written(folder: Path, count: int) -> Path:
    tables.write(LOCAL, str(folder), tables.Agreed(entries(count), (), {}))
    return folder / "ledger/files.parquet"


@pytest.mark.parametrize("count", [0, 1, 2, BATCH, BATCH + 1])
def test_there_and_back(tmp_path: Path, count: int) -> None:
    with written(tmp_path, count).open("rb") as file:
        assert list(files.read(file)) == entries(count)
    groups = pq.ParquetFile(tmp_path / "ledger/files.parquet").num_row_groups
    assert groups == -(-count // BATCH)


def test_a_row(tmp_path: Path) -> None:
    _, row = pq.read_table(written(tmp_path, 2)).to_pylist()
    assert row == {
        "source": "web", "file": "in/000001", "bytes": 9, "sha256": f"{1:064x}", "layout": "member", "records": 3,
        "gaps": 1, "gap_bytes": 2,
        "other_records": [{"kind": "request", "records": 2}, {"kind": "warcinfo", "records": 1}],
        "documents": 5, "kept": {"documents": 2, "characters": 30}, "cut": {"documents": 1, "characters": 7},
        "rejected": [{"stage": "long", "rule": "long.x", "documents": 2, "characters": 5},
                     {"stage": "read", "rule": "a.gap", "documents": 1, "characters": 0}],
    }  # fmt: skip


def test_the_same_entries_give_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "a", 3).read_bytes() == written(tmp_path / "b", 3).read_bytes()


def test_what_is_damaged_is_not_held(tmp_path: Path) -> None:
    content = bytearray(written(tmp_path, 3).read_bytes())
    for cut in (0, 4, len(content) // 2, len(content) - 1):
        with pytest.raises(NotHeld, match="cannot be read"):
            list(files.read(io.BytesIO(content[:cut])))


@pytest.mark.parametrize(
    "schema",
    [SCHEMA.remove(0), SCHEMA.append(pa.field("more", pa.int64())), SCHEMA.set(2, pa.field("bytes", pa.int32()))],
)
def test_other_columns_are_not_held(schema: pa.Schema) -> None:
    into = io.BytesIO()
    pq.write_table(schema.empty_table(), into)
    with pytest.raises(NotHeld, match="has other columns than a build writes"):
        list(files.read(io.BytesIO(into.getvalue())))


def test_nothing_may_be_null() -> None:
    with pytest.raises(pa.ArrowInvalid):
        pq.write_table(pa.Table.from_pylist([{"source": None}], SCHEMA), io.BytesIO())
    assert Count(0, 0) == NONE
