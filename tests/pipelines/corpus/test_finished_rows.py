"""Rows between two row keys, whatever lies in the files' footers."""

from pathlib import Path

import pyarrow as pa
import pytest
from small_builds import LOCAL

from winnow.pipelines.corpus.finished_rows import FinishedRows, Place, Span
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.parquet import TableFile

KEYS = [("a", "f", 0, 0), ("b", "f", 0, 0), ("b", "f", 5, 0), ("b", "f", 5, 1), ("b", "f", 9, 0), ("b", "g", 2, 0),
        ("c", "f", 5, 0)]  # fmt: skip


def table(keys: list[tuple[str, str, int, int]]) -> pa.Table:
    names = ("source", "file", "offset", "part")
    return pa.table(dict(zip(names, map(list, zip(*keys, strict=True)), strict=True)))


@pytest.mark.parametrize(
    ("first", "end", "wanted"),
    [
        (None, None, [1, 2, 3, 4, 5]), (("f", 5, 0), None, [2, 3, 4, 5]), (("f", 5, 1), None, [3, 4, 5]),
        (None, ("f", 5, 1), [1, 2]), (("f", 0, 0), ("f", 5, 0), [1]), (("f", 9, 1), ("g", 2, 0), []),
        (("g", 2, 0), ("g", 2, 1), [5]), (("f", 5, 0), ("f", 5, 0), []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("a_group", [1, 2, 7])
def test_a_span(tmp_path: Path, first: Place | None, end: Place | None, wanted: list[int], a_group: int) -> None:
    """Whatever the row groups; those that hold none of its rows need not be read."""
    path, rows, span = f"{tmp_path}/corpus/x/part-00000.parquet", table(KEYS), Span("b", first, end)
    with TableFile(LOCAL, path, rows.schema) as file:
        for at in range(0, len(KEYS), a_group):
            file.write(rows.slice(at, a_group))
    of = FinishedRows(LOCAL, str(tmp_path))
    assert of.folders("corpus") == ["corpus/x"]
    found = [of.read(group) for group in of.groups("corpus/x", span)]
    assert [key for part in found for key in part.filter(pa.array(span.holds(part))).to_pylist()] == rows.take(
        pa.array(wanted, pa.int64())
    ).to_pylist()
    assert len(found) <= len(list(of.groups("corpus/x")))


def test_footers_that_tell_nothing(tmp_path: Path) -> None:
    path, rows = f"{tmp_path}/corpus/part-00000.parquet", table(KEYS)
    with TableFile(LOCAL, path, rows.schema, statistics=False) as file:
        file.write(rows)
    of = FinishedRows(LOCAL, str(tmp_path))
    assert len(list(of.groups("corpus", Span("z", None, None)))) == 1


def test_parts_by_number_and_not_of_folders_below(tmp_path: Path) -> None:
    for name in ("part-100000", "part-00002", "deep/part-00001"):
        with TableFile(LOCAL, f"{tmp_path}/corpus/{name}.parquet", table(KEYS).schema) as file:
            file.write(table(KEYS))
    of = FinishedRows(LOCAL, str(tmp_path))
    assert [group.path.rpartition("/")[2] for group in of.groups("corpus")] == [
        "part-00002.parquet",
        "part-100000.parquet",
    ]
    assert of.folders("corpus") == ["corpus", "corpus/deep"]


def test_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/part-00000.parquet").write_bytes(b"PAR1 but no more")
    with pytest.raises(BuildFailed, match=r"part-00000\.parquet: cannot be read"):
        list(FinishedRows(LOCAL, str(tmp_path)).groups("corpus"))
