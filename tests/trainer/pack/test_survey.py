"""What is learnt of a corpus file before the split."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.trainer.small_corpora import build, text, write
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import corpus
from winnow.trainer.pack.corpus import key
from winnow.trainer.pack.survey import LEFT_OUT, Survey, hashed, keys, read, removed, survey


def surveyed(path: Path, output: Path, weight: str | None = None) -> list[dict[str, Any]]:
    (file,) = corpus.find([path])
    survey(Survey(file, weight, output), lambda amount: None)
    rows: list[dict[str, Any]] = read(output).to_pylist()
    return rows


def test_every_row_has_its_keys(tmp_path: Path) -> None:
    folder = build(tmp_path / "b", [{"text": "é"}, {"cluster": "id0"}])
    record = [key("web", "a.warc", str(1000 + n)) for n in range(2)]
    assert surveyed(folder, tmp_path / "out.parquet") == [
        {"source": "web", "cluster": key("id0"), "record": record[0], "digest": key("é"), "bytes": 2, "left_out": None},
        {"source": "web", "cluster": key("id0"), "record": record[1], "digest": key(text(1)),
         "bytes": len(text(1).encode()), "left_out": None},
    ]  # fmt: skip


def test_rows_without_text_or_weight_are_left_out_and_link_nobody(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["x", "", None, "y", ""], "w": [1.0, 1.0, 1.0, 0.0, 0.0]})
    found = surveyed(tmp_path / "a.parquet", tmp_path / "out", "w")
    assert [row["left_out"] for row in found] == [None, LEFT_OUT[0], LEFT_OUT[0], LEFT_OUT[1], LEFT_OUT[0]]
    assert [row["digest"] for row in found] == [key("x"), None, None, key("y"), None]


def test_a_survey_that_stands_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"text": ["x"]})
    first = surveyed(path, tmp_path / "out")
    stamp = (tmp_path / "out").stat().st_mtime_ns
    assert surveyed(path, tmp_path / "out") == first
    assert (tmp_path / "out").stat().st_mtime_ns == stamp


@pytest.mark.parametrize("rows", [0, 1, 700])
def test_progress_adds_up_to_the_file(tmp_path: Path, rows: int) -> None:
    path = write(tmp_path / "a.parquet", {"text": pa.array([str(n) for n in range(rows)], pa.string())})
    (file,) = corpus.find([path])
    for _ in range(2):  # the second time there is nothing to do
        amounts: list[int] = []
        survey(Survey(file, None, tmp_path / "out"), amounts.append)
        assert sum(amounts) == path.stat().st_size


def test_removed_duplicates_are_links_alone(tmp_path: Path) -> None:
    folder = build(tmp_path, [{}], removed=[{"cluster": "id0", "id": "r"}, {"text": None, "offset": None}])
    rows = removed(folder / "rejected/dedup/part-00000.parquet").to_pylist()
    assert [row["cluster"] for row in rows] == [key("id0"), key("id1")]
    assert [row["digest"] for row in rows] == [key(text(0)), None]
    assert [row["record"] for row in rows] == [key("web", "a.warc", "1000"), None]
    assert [(row["bytes"], row["left_out"]) for row in rows] == [(0, "removed")] * 2


def test_removed_duplicates_need_a_cluster(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"text": ["x"]})
    with pytest.raises(BadCall, match=r"a\.parquet has no column 'cluster'; it has text"):
        removed(path)


def test_keys_come_with_whether_they_are_known(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["x", ""]})
    surveyed(tmp_path / "a.parquet", tmp_path / "out")
    values, known = keys(read(tmp_path / "out"), "digest")
    assert (values.tolist(), known.tolist(), values.dtype.str) == ([key("x"), 0], [True, False], "<u8")


def test_a_file_is_hashed_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    amounts: list[int] = []
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hashed(tmp_path / "a", amounts.append) == {"bytes": 3, "sha256": sha256}
    assert amounts == [3]
    with pytest.raises(BadCall, match="cannot be read: No such file"):
        hashed(tmp_path / "absent", amounts.append)
