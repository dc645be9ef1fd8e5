"""What others read corpus/ and rejected/ with, unaided: each sees every row and every column."""

from pathlib import Path

import pyarrow.dataset as ds
import pytest


@pytest.fixture(params=["corpus", "rejected"])
def table(request: pytest.FixtureRequest, reference: Path) -> Path:
    return reference / request.param


def facts(table: Path) -> tuple[int, list[str]]:
    """Rows and column names, as pyarrow sees them."""
    found = ds.dataset(table, format="parquet")
    return found.count_rows(), found.schema.names


def test_duckdb(table: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(f"select * from '{table}/**/*.parquet'")
    assert (len(found.fetchall()), found.columns) == facts(table)
    words = duckdb.sql(f"select sum(gopher_quality.words is not null::int) from '{table}/**/*.parquet'").fetchall()
    assert words[0][0] > 0


def test_polars(table: Path) -> None:
    polars = pytest.importorskip("polars")
    found = polars.read_parquet(f"{table}/**/*.parquet")
    assert (found.height, found.columns) == facts(table)


def test_pandas(table: Path) -> None:
    pandas = pytest.importorskip("pandas")
    found = pandas.read_parquet(table)
    assert (len(found), list(found.columns)) == facts(table)


def test_datasets(table: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset("parquet", data_files=f"{table}/**/*.parquet", split="train", cache_dir=str(tmp_path))
    assert (found.num_rows, found.column_names) == facts(table)
