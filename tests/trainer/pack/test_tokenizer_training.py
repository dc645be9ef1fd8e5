"""The sample that a tokenizer is learnt from."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.trainer.small_corpora import quiet, write
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import corpus
from winnow.trainer.pack.tokenizer_training import sample, train


def two_sources(folder: Path) -> Path:
    """900 short texts of one source, 100 of another, none of them alike, over two files."""
    rows = [("a" if n % 10 else "b", f"{n:03} {'x' * (n % 40)}") for n in range(1000)]
    for name, part in (("1.parquet", rows[:600]), ("2.parquet", rows[600:])):
        write(folder / name, {"source": [source for source, _ in part], "text": [text for _, text in part]}, rows=100)
    return folder


def drawn(folder: Path, size: int, seed: int = 1) -> list[str]:
    return list(sample(corpus.find([folder]), size, seed, quiet))


def test_a_sample_larger_than_the_corpus_is_all_of_it(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["one", None, "", "two"]})
    assert drawn(tmp_path, 6) == ["one", "two"]
    assert drawn(tmp_path, 10**9) == ["one", "two"]


def test_each_source_gives_its_share_in_whole_documents(tmp_path: Path) -> None:
    total = {"a": 0, "b": 0}
    for batch in (b for file in corpus.find([two_sources(tmp_path)]) for b in corpus.batches(file)):
        for name, words in zip(batch.source, batch.text, strict=True):
            total[name] += len(words or "")
    found = {"a": 0, "b": 0}
    texts = drawn(tmp_path, 4000)
    for words in texts:
        found["a" if int(words[:3]) % 10 else "b"] += len(words)
    for name, size in found.items():
        share = 4000 * total[name] / sum(total.values())
        assert share <= size < share + 44  # the last document is taken whole, and none has more
    assert len(set(texts)) == len(texts)


def test_a_sample_grows_by_documents_and_keeps_those_it_had(tmp_path: Path) -> None:
    small, large = drawn(two_sources(tmp_path), 2000), drawn(tmp_path, 4000)
    assert set(small) < set(large)
    assert [text for text in large if text in set(small)] == small  # the corpus's order


def test_another_seed_draws_others(tmp_path: Path) -> None:
    assert drawn(two_sources(tmp_path), 2000) == drawn(tmp_path, 2000)
    assert drawn(tmp_path, 2000) != drawn(tmp_path, 2000, seed=2)


def test_where_the_corpus_lies_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    here, there = two_sources(tmp_path / "x/here"), two_sources(tmp_path / "there")
    assert drawn(here, 2000) == drawn(there, 2000)


def test_bytes_are_those_of_utf8(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["é" * 10, "é" * 10]})
    assert len(drawn(tmp_path, 20)) == 1
    assert len(drawn(tmp_path, 21)) == 2


def test_what_was_drawn_is_said(tmp_path: Path) -> None:
    lines: list[str] = []
    write(tmp_path / "a.parquet", {"text": ["a" * 200_000]})
    list(sample(corpus.find([tmp_path]), 10**9, 1, lines.append))
    assert lines == [f"sample of 200 kB of 200 kB of text: {tmp_path.name} 200 kB"]


def test_a_given_source_stands_above_the_column(tmp_path: Path) -> None:
    lines: list[str] = []
    write(tmp_path / "a.parquet", {"text": ["abc"] * 30, "source": [f"https://{n}" for n in range(30)]})
    list(sample(corpus.find([tmp_path]), 10**9, 1, lines.append))
    list(sample(corpus.find([tmp_path], "mine"), 10**9, 1, lines.append))
    assert lines[0].startswith("sample of 90 bytes of 90 bytes of text: https://0 3 bytes, https://1 3 bytes, ")
    assert lines[0].endswith(" and 10 more")
    assert lines[1] == "sample of 90 bytes of 90 bytes of text: mine 90 bytes"


def test_what_fails_leaves_no_folder(tmp_path: Path) -> None:
    write(tmp_path / "corpus/a.parquet", {"text": [""]})
    with pytest.raises(BadCall, match="hold no text"):
        train([tmp_path / "corpus"], 300, tmp_path / "new/tok", 10, 1, lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_no_text_and_no_size_are_errors(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["", None]})
    with pytest.raises(BadCall, match="hold no text"):
        drawn(tmp_path, 10)
    with pytest.raises(BadCall, match="a sample of 0 bytes holds nothing"):
        drawn(tmp_path, 0)


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_text_may_be_any_kind_of_string(tmp_path: Path, kind: pa.DataType) -> None:
    write(tmp_path / "a.parquet", {"text": pa.array(["one", "two", None], pa.string()).cast(kind)})
    assert drawn(tmp_path, 100) == ["one", "two"]


def test_a_source_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    bad = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers())
    write(tmp_path / "a.parquet", {"text": ["x"], "source": bad})
    with pytest.raises(BadCall, match=r"a\.parquet: a text of rows 0 to 0 is not UTF-8"):
        drawn(tmp_path, 100)
