from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.trainer.small_corpora import packed, text, write
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import columns
from winnow.trainer.pack.index import Pack


def corpus(path: Path, first: int = 0, **more: Any) -> Path:
    rows = 8
    values = {"id": [f"{path.stem}{n}" for n in range(rows)], "text": [text(first + n) for n in range(rows)],
              "source": ["web", "books"] * 4, **more}  # fmt: skip
    return write(path, values, rows=3)


KINDS = {
    "whole": pa.array([1, None, 3, 4, 5, 6, 7, 8], pa.int32()),
    "real": pa.array([0.5, float("nan"), None, float("inf"), 1, 2, 3, 4], pa.float32()),
    "words": pa.array(["a", None, "", "é\n", "a", "b", "c", "d"], pa.large_string()),
    "coded": pa.array(["x", "y"] * 4).dictionary_encode(),
    "yes": pa.array([True, False, None, True] * 2),
    "step": pa.array([{"score": n, "label": "l"} if n % 3 else None for n in range(8)]),
    "a.b": pa.array(range(8)),
    "list": pa.array([[1]] * 8),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("columns")
    for number in (1, 2):
        corpus(made / f"corpus/{number}.parquet", 10 * number, **KINDS)
    return made


@pytest.mark.parametrize(("name", "expected"), [
    ("whole", [1.0, None, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]), ("words", ["a", None, "", "é\n", "a", "b", "c", "d"]),
    ("coded", ["x", "y"] * 4), ("yes", ["true", "false", None, "true"] * 2),
    ("step.score", [None, 1.0, 2.0, None, 4.0, 5.0, None, 7.0]), ("a.b", [float(n) for n in range(8)]),
    ("step.label", [None, "l", "l", None, "l", "l", None, "l"]),
])  # fmt: skip
def test_reading(folder: Path, name: str, expected: list[Any]) -> None:
    assert columns.read(folder / "corpus/1.parquet", name).to_pylist() == expected


@pytest.mark.parametrize(("name", "message"), [
    ("wrods", "PATH has no column 'wrods'; did you mean 'words'?"),
    ("zzz", "PATH has no column 'zzz'; valid are: id, text, source, whole, real, words, coded, yes, step.score, "
     "step.label, a.b, list"),
    ("step.scor", "PATH has no column 'step.scor'; did you mean 'step.score'?"),
    ("list", "PATH: the column 'list' holds list<element: int64>; wanted numbers or words"),
    ("step", "PATH has no column 'step'; valid are: id, text, source, whole, real, words, coded, yes, step.score, "
     "step.label, a.b, list"),
])  # fmt: skip
def test_columns_that_cannot_be_read(folder: Path, name: str, message: str) -> None:
    path = folder / "corpus/1.parquet"
    with pytest.raises(BadCall) as error:
        columns.read(path, name)
    assert str(error.value) == message.replace("PATH", str(path))


@pytest.fixture(scope="module")
def pack(folder: Path, ours: Path) -> Pack:
    columns = ["whole", "step.score", "words", "source", "words"]
    return packed(folder / "corpus", ours, folder / "pack", validation=0.3, columns=columns)


def test_what_a_pack_keeps_is_what_the_corpus_says(folder: Path, pack: Pack) -> None:
    assert columns.kept(pack) == ["whole", "step.score", "words", "source"]
    assert pack.path / "shards/00001.columns.parquet" in pack.files
    for name in columns.kept(pack):
        of_corpus = [columns.read(Path(file), name).to_pylist() for file in pack.corpus]
        for split in ("train", "validation"):
            for source in pack.sources:
                documents = pack.documents(split, source)
                found = columns.of(pack, split, source, name).to_pylist()
                assert found == [
                    of_corpus[shard][row] for shard, row in zip(documents.shard, documents.row, strict=True)
                ]


def test_a_pack_is_known_by_its_columns_too(folder: Path, pack: Pack, ours: Path) -> None:
    other = packed(folder / "corpus", ours, folder / "other", validation=0.3, columns=["whole"])
    assert other.fingerprint != pack.fingerprint
    with pytest.raises(BadCall, match=r"was begun with columns \['whole'\], this call says \[\]"):
        packed(folder / "corpus", ours, folder / "other", validation=0.3)


def test_files_that_disagree(tmp_path: Path, ours: Path) -> None:
    corpus(tmp_path / "c/1.parquet", mark=pa.array(range(8)))
    corpus(tmp_path / "c/2.parquet", 10, mark=pa.array(["a"] * 8))
    with pytest.raises(BadCall, match=r"2\.parquet: the column 'mark' holds strings, and in .*1\.parquet doubles$"):
        packed(tmp_path / "c", ours, tmp_path / "pack", columns=["mark"])
    with pytest.raises(BadCall, match=r"1\.parquet has no column 'marks'; did you mean 'mark'"):
        packed(tmp_path / "c", ours, tmp_path / "pack", columns=["marks"])


@pytest.mark.parametrize("name", ["x", "x.y"])
def test_two_of_one_name(tmp_path: Path, name: str) -> None:
    values = [pa.array(["a"]), pa.array([{"y": 1}]), pa.array([{"y": 2}])]
    pq.write_table(pa.Table.from_arrays(values, ["text", "x", "x"]), tmp_path / "a.parquet")
    with pytest.raises(BadCall, match=r"a\.parquet has two columns 'x'; take one out, or rename it"):
        columns.read(tmp_path / "a.parquet", name)


def test_damaged_columns(pack: Pack) -> None:
    path = pack.path / "shards/00000.columns.parquet"
    before = path.read_bytes()
    path.write_bytes(bytes(len(before)))
    try:
        with pytest.raises(BadCall, match=r"00000\.columns\.parquet cannot be read as columns of a pack"):
            columns.of(pack, "train", "web", "whole")
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("settings", [None, [], {}, {"columns": 3}, {"columns": None}])
def test_an_odd_manifest_keeps_nothing(pack: Pack, settings: Any) -> None:
    assert columns.kept(replace(pack, manifest={"settings": settings})) == []


def test_a_column_that_is_said_to_be_kept(pack: Pack) -> None:
    with pytest.raises(BadCall, match=r"00000\.columns\.parquet cannot be read as columns of a pack"):
        columns.of(pack, "train", "web", "other")
