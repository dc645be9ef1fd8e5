"""Which documents are scored."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.trainer.small_evaluation import Small, write
from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate import held_out
from winnow.trainer.evaluate.held_out import of_corpora, of_pack, quotas
from winnow.trainer.hashes import hash_text, mix
from winnow.trainer.pack import tokenizer
from winnow.trainer.pack.index import Pack

START = np.uint64(hash_text("3"))


@pytest.mark.parametrize(
    ("sizes", "most", "expected"),
    [
        ({"a": 5, "b": 7}, 0, {"a": 5, "b": 7}),
        ({"a": 5, "b": 7}, 12, {"a": 5, "b": 7}),
        ({"a": 5, "b": 7}, 11, {"a": 5, "b": 6}),
        ({"a": 500, "b": 700}, 100, {"a": 50, "b": 50}),
        ({"a": 10, "b": 700, "c": 700}, 100, {"a": 10, "b": 45, "c": 45}),
        ({"a": 10, "b": 10, "c": 700}, 1, {"a": 0, "b": 0, "c": 1}),
    ],
)
def test_equally_of_every_source(sizes: dict[str, int], most: int, expected: dict[str, int]) -> None:
    assert quotas(sizes, most) == expected


def pick(ids: list[str], sizes: np.ndarray, quota: int, seed: int) -> np.ndarray:
    return held_out.pick(np.array([hash_text(name) for name in ids], np.uint64), sizes, quota, seed)


def test_picked_by_a_hash_of_the_id_until_the_quota_is_full() -> None:
    ids, sizes = [f"d{number}" for number in range(100)], np.arange(1, 101)
    everything = pick(ids, sizes, int(sizes.sum()), seed=1)
    assert sorted(everything.tolist()) == list(range(100))
    some = pick(ids, sizes, 1000, seed=1)
    assert everything[: len(some)].tolist() == some.tolist()
    assert sizes[some].sum() <= 1000 < sizes[everything[: len(some) + 1]].sum()
    assert pick(ids, sizes, 1000, seed=2).tolist() != some.tolist()


@pytest.mark.parametrize("block", [1, 7, 100, 1000])
@pytest.mark.parametrize("quota", [0, 17, 1000, 5049, 5050])
def test_the_blocks_that_are_looked_at_do_not_show(block: int, quota: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that does not fit ends the sample, also where smaller ones come in a later block."""
    ids, sizes = [f"d{number % 90}" for number in range(100)], np.arange(100, 0, -1)
    order = sorted(range(100), key=lambda row: int(mix(np.array([hash_text(ids[row])], np.uint64) + START)[0]))
    fit = int(np.searchsorted(np.cumsum(sizes[order]), quota, side="right"))
    monkeypatch.setattr(held_out, "BLOCK", block)
    assert pick(ids, sizes, quota, seed=3).tolist() == order[: max(1, fit)]


def test_a_pack_is_asked_once_for_what_is_chosen(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = Pack.open(small.pack.path)
    first = [text.id for text in of_pack(pack, most=300).read()]
    monkeypatch.setattr(type(pack.documents("validation", "notes")), "ids", None)
    assert [text.id for text in of_pack(pack, most=300).read()] == first
    assert "id" not in vars(pack.documents("validation", "notes"))


def test_the_order_of_the_pack_does_not_matter() -> None:
    ids, sizes = [f"d{number}" for number in range(50)], np.full(50, 10)
    forth = {ids[row] for row in pick(ids, sizes, 100, seed=1)}
    back = ids[::-1]
    assert {back[row] for row in pick(back, sizes, 100, seed=1)} == forth


@pytest.mark.parametrize("quota", [0, 9, 10])
def test_at_least_one_document(quota: int) -> None:
    assert len(pick(["a", "b"], np.array([10, 10]), quota, seed=1)) == 1


def test_a_pack_gives_all_of_its_validation_documents(small: Small) -> None:
    sample = of_pack(small.pack, "validation")
    texts = list(sample.read())
    counts = {source: small.pack.counts("validation", source) for source in small.pack.sources}
    assert {source: sum(text.source == source for text in texts) for source in counts} == {
        source: of.documents for source, of in counts.items()
    }
    assert sum(len(text.tokens) for text in texts) == sum(of.tokens for of in counts.values())
    assert sample.bytes == {source: of.bytes for source, of in counts.items()}
    assert {(int(text.tokens[0]), int(text.tokens[-1])) for text in texts} == {(small.pack.begin, small.pack.end)}


def test_a_smaller_sample_lies_in_the_larger_one_and_stands_for_all(small: Small) -> None:
    few, more = of_pack(small.pack, most=200), of_pack(small.pack, most=500)
    ids = {text.id for text in more.read()}
    taken = list(few.read())
    assert 0 < len(taken) < len(ids)
    assert {text.id for text in taken} <= ids
    assert sum(len(text.tokens) for text in taken) <= 200
    assert {text.source for text in taken} == {"essays", "notes"}
    assert few.bytes == more.bytes


def test_no_such_split(small: Small) -> None:
    with pytest.raises(BadCall, match=r"no source 'essays' with a split 'test'; its sources are essays, notes"):
        of_pack(small.pack, "test")


def test_a_corpus_tokenised_here_has_the_packs_tokens(small: Small) -> None:
    words = tokenizer.load(small.tokenizer)
    texts = {text.id: text for text in of_corpora([small.corpus], words).read()}
    assert len(texts) == 90
    for text in of_pack(small.pack, "train").read():
        same = texts[text.id]
        assert same.tokens.tolist() == text.tokens.tolist()
        assert (same.source, same.bytes, same.row) == (text.source, text.bytes, text.row)
        assert Path(same.file).name == f"{text.source}.parquet"


def test_a_sample_of_a_corpus(small: Small) -> None:
    words = tokenizer.load(small.tokenizer)
    everything, some = of_corpora([small.corpus], words), of_corpora([small.corpus], words, most=300)
    taken = list(some.read())
    assert sum(len(text.tokens) for text in taken) <= 300
    assert {text.source for text in taken} == {"essays", "notes"}
    assert some.bytes == everything.bytes
    assert [text.id for text in taken] == [text.id for text in some.read()]


def test_empty_texts_are_left_out(small: Small, tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", "a", ["", "one", ""])
    assert [t.row for t in of_corpora([tmp_path], tokenizer.load(small.tokenizer)).read()] == [1]


def test_a_corpus_without_texts(small: Small, tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", "a", ["", ""])
    with pytest.raises(BadCall, match="no row has a text"):
        of_corpora([tmp_path], tokenizer.load(small.tokenizer))


def test_addresses_are_no_sources(small: Small, tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", "", ["x"] * 1001)
    table = pq.read_table(tmp_path / "a.parquet").set_column(2, "source", [[f"https://{n}" for n in range(1001)]])
    pq.write_table(table, tmp_path / "a.parquet")
    words = tokenizer.load(small.tokenizer)
    with pytest.raises(BadCall, match="names 1,001 sources, more than 1,000"):
        of_corpora([tmp_path], words)
    assert of_corpora([tmp_path], words, source="mine").bytes == {"mine": 1001}
    assert len(of_corpora([tmp_path], words, source="mine").listed) == 1001
