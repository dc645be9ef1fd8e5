"""Finding and reading corpora, odd ones too."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.trainer.small_corpora import build, documents, text, write
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import corpus
from winnow.trainer.pack.corpus import Batch, CorpusFile


def read(path: Path, **settings: Any) -> list[Batch]:
    return [batch for file in corpus.find([path]) for batch in corpus.batches(file, **settings)]


def test_a_build_gives_its_corpus_alone(tmp_path: Path) -> None:
    folder = build(tmp_path / "build", [{}], removed=[{}])
    (found,) = corpus.find([folder])
    assert (found.root, found.file) == (folder, "corpus/web/en/part-00000.parquet")
    assert found.path == folder / "corpus/web/en/part-00000.parquet"


def test_files_come_by_name_and_corpora_as_given(tmp_path: Path) -> None:
    for name in ("b/2.parquet", "b/1.parquet", "b/x/0.parquet", "b/.hidden/3.parquet", "b/.a.parquet", "a/9.parquet"):
        write(tmp_path / name, {"text": ["x"]})
    (tmp_path / "b/readme.txt").write_text("")
    found = corpus.find([tmp_path / "b", tmp_path / "a"])
    assert [file.file for file in found] == ["1.parquet", "2.parquet", "x/0.parquet", "9.parquet"]
    assert [file.source for file in found] == ["b", "b", "b", "a"]


def test_one_file_is_a_corpus_named_after_it(tmp_path: Path) -> None:
    path = write(tmp_path / "poems.parquet", {"text": ["x"]})
    assert corpus.find([path]) == [CorpusFile(tmp_path, "poems.parquet", "poems")]
    assert corpus.find([path], source="verse") == [CorpusFile(tmp_path, "poems.parquet", "verse", given=True)]


def test_a_relative_path_is_kept_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "poems/a.parquet", {"text": ["x"]})
    monkeypatch.chdir(tmp_path / "poems")
    assert corpus.find([Path(".")]) == [CorpusFile(tmp_path / "poems", "a.parquet", "poems")]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadCall, match="absent: there is no such file or folder"):
        corpus.find([tmp_path / "absent"])
    with pytest.raises(BadCall, match="empty has no Parquet file in it"):
        corpus.find([tmp_path / "empty"])
    with pytest.raises(BadCall, match="no corpus was given"):
        corpus.find([])


def test_a_name_that_is_no_text_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["x"]})
    (tmp_path / "a.parquet").rename(tmp_path / os.fsdecode(b"\xff.parquet"))
    with pytest.raises(BadCall, match=r"the name '\\udcff\.parquet' cannot be printed; rename the file"):
        corpus.find([tmp_path])


def test_a_file_given_twice_is_named(tmp_path: Path) -> None:
    write(tmp_path / "c/a.parquet", {"text": ["x"]})
    with pytest.raises(BadCall, match=r"a\.parquet is in .* and in .*; give it once"):
        corpus.find([tmp_path / "c", tmp_path / "c" / "a.parquet"])


def test_only_text_must_be_there(tmp_path: Path) -> None:
    path = write(tmp_path / "c/a.parquet", {"text": ["one", None, ""]})
    (batch,) = read(tmp_path / "c")
    assert (batch.first, batch.text, batch.source) == (0, ["one", None, ""], ["c"] * 3)
    assert batch.id == ["c/a.parquet:0", "c/a.parquet:1", "c/a.parquet:2"] == batch.cluster
    assert batch.record == [None] * 3
    assert batch.weight.tolist() == [1.0] * 3
    assert path.exists()


def test_a_build_s_columns_are_used(tmp_path: Path) -> None:
    folder = build(tmp_path, [{}, {"id": "x", "cluster": "id0", "offset": 1000}, {"source": None, "offset": None}])
    (batch,) = read(folder)
    assert batch.id == ["id0", "x", "id2"]
    assert batch.cluster == ["id0", "id0", "id2"]
    assert batch.source == ["web", "web", tmp_path.name]
    assert batch.record[0] == batch.record[1] == corpus.key("web", "a.warc", "1000")
    assert batch.record[2] is None


def test_batches_count_their_rows(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": [str(n) for n in range(600)]}, rows=250)
    found = read(tmp_path)
    assert [text for batch in found for text in batch.text] == [str(n) for n in range(600)]
    assert all(batch.text[0] == str(batch.first) for batch in found)


def test_columns_that_are_not_asked_for_are_as_if_absent(tmp_path: Path) -> None:
    (batch,) = read(build(tmp_path, [{}]), only=("text", "id"))
    assert (batch.source, batch.id, batch.record) == ([tmp_path.name], ["id0"], [None])


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_text_may_be_any_kind_of_string(tmp_path: Path, kind: pa.DataType) -> None:
    write(tmp_path / "a.parquet", {"text": pa.array(["one", None], pa.string()).cast(kind)})
    assert read(tmp_path)[0].text == ["one", None]


def test_names_may_be_numbers(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["x"], "id": [7], "cluster": [3], "source": [1]})
    (batch,) = read(tmp_path)
    assert (batch.id, batch.cluster, batch.source) == (["7"], ["3"], ["1"])


def test_columns_of_these_names_that_mean_another_thing_are_let_be(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["x"], "source": ["s"], "file": [{"a": 1}], "offset": [0]})
    assert read(tmp_path)[0].record == [None]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"content": ["x"], "url": ["u"]}, "has no column 'text'; it has content, url"),
        ({"text": [b"x"]}, "the column 'text' holds binary, it must hold strings"),
        ({"text": [1]}, "the column 'text' holds int64, it must hold strings"),
        ({"text": ["x"], "source": [[1]]}, "the column 'source' holds list<.*>, it must hold strings"),
    ],
)
def test_wrong_columns_are_named(tmp_path: Path, columns: dict[str, list[Any]], message: str) -> None:
    write(tmp_path / "a.parquet", columns)
    with pytest.raises(BadCall, match=rf"a\.parquet.*{message}"):
        read(tmp_path)


@pytest.mark.parametrize("size", [0, 3, 100, -1])
def test_a_file_that_is_cut_short_is_named(tmp_path: Path, size: int) -> None:
    path = write(tmp_path / "a.parquet", {"text": ["x" * 1000]})
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(BadCall, match=r"a\.parquet is not a whole Parquet file"):
        read(tmp_path)


def test_damage_inside_names_the_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"text": [text(n, 200) for n in range(1000)]}, rows=512)
    data = bytearray(path.read_bytes())
    half = len(data) // 2
    data[half : half + 3000] = bytes(3000)
    path.write_bytes(data)
    with pytest.raises(BadCall, match=r"a\.parquet: the rows from \d+ on cannot be read: "):
        read(tmp_path)


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    broken = pa.array([b"ok", b"\xff"]).view(pa.string())
    write(tmp_path / "a.parquet", {"text": broken})
    with pytest.raises(BadCall, match=r"a\.parquet: a text of rows 0 to 1 is not UTF-8"):
        read(tmp_path)


def test_weights_come_from_a_column_or_from_within_one(tmp_path: Path) -> None:
    columns = {"text": ["x", "y"], "w": [2, 0], "quality": [{"score": 0.5}, {"score": 3.0}]}
    write(tmp_path / "a.parquet", columns)
    assert read(tmp_path, weight="w")[0].weight.tolist() == [2.0, 0.0]
    assert read(tmp_path, weight="quality.score")[0].weight.tolist() == [0.5, 3.0]
    assert read(tmp_path, weight="w")[0].weight.dtype == np.float64


@pytest.mark.parametrize("weight", ["x", "quality", "quality.x", "text", "text.length"])
def test_a_weight_that_is_no_number_is_named(tmp_path: Path, weight: str) -> None:
    write(tmp_path / "a.parquet", {"text": ["x"], "quality": [{"score": 0.5}]})
    with pytest.raises(BadCall, match=rf"a\.parquet: the weight '{weight}' is .*; it must be a column of numbers"):
        read(tmp_path, weight=weight)


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), None, 1_000_000.5, 1e308])
def test_a_row_without_a_proper_weight_is_named(tmp_path: Path, value: float | None) -> None:
    write(tmp_path / "a.parquet", {"text": ["x", "y"], "w": [1.0, value]})
    with pytest.raises(BadCall, match=r"a\.parquet, row 1: w is .*; a weight is 0 to 1,000,000"):
        read(tmp_path, weight="w")
    write(tmp_path / "a.parquet", {"text": ["x", "y"], "w": [0.0, 1e6]})
    assert read(tmp_path, weight="w")[0].weight.tolist() == [0.0, 1e6]


@pytest.mark.parametrize("made", [os.mkfifo, lambda path: path.symlink_to(path), lambda path: path.symlink_to("none")])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, made: Callable[[Path], None]) -> None:
    write(tmp_path / "a.parquet", {"text": ["x"]})
    made(tmp_path / "b.parquet")
    with pytest.raises(BadCall, match=r"b\.parquet is no file, or links to none; take it out"):
        corpus.find([tmp_path])


def test_keys_tell_words_apart() -> None:
    assert corpus.key("ab", "c") != corpus.key("a", "bc")
    assert corpus.key("a") == 3405396810240292928  # a pack's split hangs on it: it must never move


def test_a_folder_named_like_a_column_adds_none(tmp_path: Path) -> None:
    write(tmp_path / "source=web/a.parquet", documents([{"source": "books"}]))
    assert read(tmp_path)[0].source == ["books"]


@pytest.mark.parametrize("column", ["text", "id", "source", "cluster"])
def test_strings_that_are_not_utf8_are_named(tmp_path: Path, column: str) -> None:
    bad = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe"]).buffers())
    write(tmp_path / "a.parquet", {"text": ["x"], "id": ["i"], "source": ["s"], "cluster": ["c"]} | {column: bad})
    with pytest.raises(BadCall, match=r"a\.parquet: a text of rows 0 to 0 is not UTF-8"):
        read(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["x"]})
    (tmp_path / "locked").mkdir(mode=0)
    with pytest.raises(BadCall, match="locked cannot be read: Permission denied"):
        corpus.find([tmp_path])
