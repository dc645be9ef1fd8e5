"""What differs between two builds is found and named; what is new is named, and is no difference."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS: dict[str, list[Any]] = {"file": ["a/x", "a/y"], "text": ["one", "two"], "licence": [None, "CC0-1.0"]}
AFTER: dict[str, list[Any]] = {"file": ["b/x", "b/y"], "text": ["one", "two"], "license": [None, "CC0-1.0"]}


def build(root: Path, rows: dict[str, list[Any]], name: str = "corpus/web/en/part-00000.parquet") -> Path:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(rows), root / name)
    return root


def compared(before: Path, after: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "benchmarks.same_rows", "--before", str(before), "--after", str(after)]
    done = subprocess.run(
        [*command, "--renamed", "licence=license"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_equal_rows_with_a_new_column(tmp_path: Path) -> None:
    before, after = build(tmp_path / "a", ROWS), build(tmp_path / "b", AFTER | {"edits": [1, 2]})
    assert compared(before, after) == (0, "1 files, 2 rows; columns new: edits; gone: none\nequal\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": ["two", "one"]}, "column text"),
        ({"file": ["b/x", "b/z"]}, "column file"),
        ({"license": ["", "CC0-1.0"]}, "column license"),
        ({name: values[:1] for name, values in AFTER.items()}, "2 rows, 1 after"),
    ],
)
def test_a_difference(tmp_path: Path, changed: dict[str, list[Any]], said: str) -> None:
    code, told = compared(build(tmp_path / "a", ROWS), build(tmp_path / "b", AFTER | changed))
    assert (code, told.splitlines()[1]) == (1, f"corpus/web/en/part-00000.parquet: {said}")


def test_a_file_too_many(tmp_path: Path) -> None:
    after = build(build(tmp_path / "b", AFTER), AFTER, "rejected/read/part-00000.parquet")
    code, told = compared(build(tmp_path / "a", ROWS), after)
    assert (code, told.splitlines()[1]) == (1, "rejected/read/part-00000.parquet: in one of them alone")
