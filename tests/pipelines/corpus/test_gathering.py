from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from small_builds import LOCAL, recipe

from winnow.pipelines.corpus import gathering, schema
from winnow.pipelines.corpus.gathering import SCHEMAS, Gathering
from winnow.pipelines.corpus.surveyed import ranks_of
from winnow.pipelines.errors import Damaged

ROW: dict[str, Any] = {
    "id": "0" * 32, "source": "web", "file": "f", "offset": 0, "part": 0, "language": "en", "characters": 10,
    "edits": [], "stage": "long", "rule": "long.bangs", "failed": ["long.bangs"], "value": 3.0, "limit": 2.0,
    "long": {"characters": 10.0, "bangs": 3.0},
}  # fmt: skip


def gathered(rows: int) -> dict[str, pa.Table]:
    given = [ROW | {"offset": offset} for offset in range(rows)]
    table = pa.Table.from_pylist(given, schema.rejected(recipe()))
    found = Gathering(recipe(), "rejected/long/part-00000.parquet")
    found.add(table, ranks_of(table), 10)
    return found.result()


@pytest.mark.parametrize("rows", [0, 5])
def test_tables_are_read_as_they_were_written(tmp_path: Path, rows: int) -> None:
    receipt, tables = f"{tmp_path}/part.json", gathered(rows)
    assert {name: table.schema for name, table in tables.items()} == SCHEMAS
    assert [table.num_rows > 0 for table in tables.values()] == [rows > 0] * 3
    written = gathering.save(LOCAL, receipt, tables)
    for name, table in tables.items():
        assert gathering.load(LOCAL, receipt, name, written).equals(table)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_damaged_table_has_its_part_made_again(tmp_path: Path, name: str) -> None:
    receipt = f"{tmp_path}/part.json"
    written = gathering.save(LOCAL, receipt, gathered(5))
    (tmp_path / f"part.{name}.parquet").write_bytes(b"PAR1")
    with pytest.raises(Damaged) as error:
        gathering.load(LOCAL, receipt, name, written)
    assert error.value.remove == (receipt,)
