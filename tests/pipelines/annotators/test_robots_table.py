from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.pipelines.annotators import robots_table
from winnow.pipelines.annotators.robots_table import NotATable, RobotsTable, Row, named, write
from winnow.pipelines.files.storage import LocalStorage

ROWS = sorted(Row(f"https://h{n}.org", "", 200, None if n % 3 else f"rules {n}", None) for n in range(2500))


def written(path: Path, rows: list[Row]) -> RobotsTable:
    write(LocalStorage(), str(path), ["GPTBot", "CCBot", "gptbot"], rows)
    return RobotsTable(str(path))


def test_every_origin_is_found(tmp_path: Path) -> None:
    table = written(tmp_path / "t", ROWS)
    assert (list(table), table.agents) == (ROWS, ["ccbot", "gptbot"])
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda row: table.find(row.origin), ROWS)) == ROWS
    for origin in ("", "https://", "https://h1", "https://h1.org/", "https://h2500.org", "x", "\U0010ffff"):
        assert table.find(origin) is None


def test_one_row_group_is_read_for_one_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, read = written(tmp_path / "t", ROWS), list[int]()
    groups = pq.ParquetFile(tmp_path / "t")
    assert groups.num_row_groups == 3
    monkeypatch.setattr(table._file, "read_row_group", lambda n, **_: read.append(n) or groups.read_row_group(n))
    for row in ROWS:
        table.find(row.origin)
    assert read == [0, 1, 2]


def test_row_groups_are_small_in_characters_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_table, "GROUP_CHARACTERS", 100)
    rows = [Row(f"https://h{n}", "", 200, "x" * 90, None) for n in range(4)]
    assert list(written(tmp_path / "t", rows)) == rows
    footer = pq.ParquetFile(tmp_path / "t").metadata
    assert [footer.row_group(n).num_rows for n in range(footer.num_row_groups)] == [1, 1, 1, 1]
    assert [footer.row_group(0).column(n).is_stats_set for n in range(5)] == [True, False, False, False, False]


def test_an_empty_table(tmp_path: Path) -> None:
    table = written(tmp_path / "t", [])
    assert (list(table), table.find("https://a.org")) == ([], None)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"User-agent: *\n", bytes(100)])
def test_other_files(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t").write_bytes(data)
    with pytest.raises(NotATable):
        RobotsTable(str(tmp_path / "t"))


def test_other_tables(tmp_path: Path) -> None:
    pq.write_table(pa.table({"origin": ["a"]}), tmp_path / "t")
    with pytest.raises(NotATable, match="of another kind"):
        RobotsTable(str(tmp_path / "t"))
    with pytest.raises(FileNotFoundError):
        RobotsTable(str(tmp_path / "none"))


def test_names() -> None:
    assert named(["b", "A", "a"]) == ["a", "b"]
