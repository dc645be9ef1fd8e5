"""Files of a build are held against the declared columns: what is damaged or another's is told by its name."""

import contextlib
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from finished_builds import A, why, write_build

from winnow.pipelines.errors import BadCall
from winnow.pipelines.views.terminal.ledger import checked

PART = "rejected/read/part-00000.parquet"
GAP = "d" * 8 + "2" * 24


def changed(root: Path, column: str, values: pa.Array | None) -> None:
    """Put another column in the place of one of PART, or take it away."""
    path = root / PART
    table = pq.read_table(path, partitioning=None)
    at = table.column_names.index(column)
    pq.write_table(table.remove_column(at) if values is None else table.set_column(at, column, values), path)


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("url", None, "is no file of a build's rejected/: it has no column 'url' of string"),
        ("url", pa.array([1, 2]), "is no file of a build's rejected/: it has no column 'url' of string"),
        ("offset", pa.array(["1", "2"]), "it has no column 'offset' of int64"),
        ("meta", pa.array([["a"], []]), "it has no column 'meta' of list<"),
        ("file", pa.nulls(2, pa.string()), "is no file of a build's rejected/: its column 'file' holds null"),
        ("failed", pa.nulls(2, pa.list_(pa.string())), "its column 'failed' holds null"),
        ("rule", pa.array([b"\xff", b"a"], pa.binary()).view(pa.string()), "cannot be read: "),
    ],
)
def test_a_file_that_no_build_wrote(tmp_path: Path, column: str, values: pa.Array | None, said: str) -> None:
    write_build(tmp_path)
    changed(tmp_path, column, values)
    text, right = checked(str(tmp_path))
    first, *lines = text.splitlines()
    assert (first, right) == (f"{tmp_path}: the ledger does not hold:", False)
    assert [line for line in lines if line.startswith(f"  {PART}: ") and said in line] != []
    with pytest.raises(BadCall, match=PART):
        why(str(tmp_path), GAP)


def test_columns_that_no_build_has_are_left_unread(tmp_path: Path) -> None:
    write_build(tmp_path)
    table = pq.read_table(tmp_path / PART, partitioning=None)
    far = pa.array([2**62, 0], pa.timestamp("ms"))  # later than Python knows
    pq.write_table(table.append_column("far", far), tmp_path / PART)
    assert why(str(tmp_path), GAP)[1] is True


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("detail", pa.array(["x+y", None]), "REJECTED at read by warc.gap"),
        ("detail", pa.array(["9" * 5000 + "+1", None]), "REJECTED at read by warc.gap"),
        ("rule", pa.array(["duplicate.near", "x"]), "REJECTED at read by duplicate.near: similar to 300+4096"),
        ("stage", pa.array(["re\n\x1b[31mad", "x"]), "REJECTED at re \N{REPLACEMENT CHARACTER}[31mad by warc.gap"),
    ],
)
def test_values_that_no_build_writes_are_told_all_the_same(
    tmp_path: Path, column: str, values: pa.Array, said: str
) -> None:
    write_build(tmp_path)
    changed(tmp_path, column, values)
    text, found = why(str(tmp_path), GAP)
    assert (found, text.splitlines()[1].startswith(said)) == (True, True)


@pytest.mark.slow
def test_damage_anywhere_is_told(tmp_path: Path) -> None:
    write_build(tmp_path)
    chance, files = random.Random(1), sorted(tmp_path.rglob("*.parquet"))
    for _ in range(150):
        path = chance.choice(files)
        whole = path.read_bytes()
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 3, 20])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        checked(str(tmp_path))  # no error of Python: the promise here
        for wanted in (A, GAP, "https://example.org/sho"):
            with contextlib.suppress(BadCall):
                why(str(tmp_path), wanted)
        path.write_bytes(whole)
