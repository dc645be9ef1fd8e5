"""Sequences of tokens that validation and training text have in common."""

from pathlib import Path

import numpy as np
import pytest

from tests.trainer.small_corpora import byte_tokenizer, packed, quiet, text, write
from tests.trainer.small_packs import names_of
from winnow.trainer.pack import overlap as module
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.overlap import LENGTH, Overlap, overlap
from winnow.trainer.pack.workers import Workers


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Three files of 30 texts each; every third text begins as the one before it in the next file does."""
    folder = tmp_path_factory.mktemp("overlap")
    for name in range(3):
        others = [text(100 * ((name + 1) % 3) + n + 1, 40)[: 30 * (n % 7)] for n in range(30)]
        texts = [text(100 * name + n, 40) if n % 3 else f"{others[n]} {n} {name}" for n in range(30)]
        write(folder / f"texts/{name}.parquet", {"text": texts, "id": [f"{name}-{n}" for n in range(30)]})
    return packed(folder / "texts", byte_tokenizer(folder), folder / "pack", validation=0.3)


def measured(of: Pack, workers: int = 1) -> Overlap:
    with Workers(workers) as pool:
        return overlap(of, pool, quiet, named=100)


def plainly(of: Pack) -> Overlap:
    """By the definition, with sets of tuples."""
    documents = {split: of.documents(split, of.sources[0]) for split in ("train", "validation")}
    sequences: dict[str, list[list[tuple[int, ...]]]] = {}
    for split, some in documents.items():
        tokens = [some.read(n, 1, int(some.tokens[n]) - 1).tolist() for n in range(len(some))]
        sequences[split] = [[tuple(t[n : n + LENGTH]) for n in range(len(t) - LENGTH + 1)] for t in tokens]
    train = {one for each in sequences["train"] for one in each}
    shares = [
        (sum(one in train for one in each) / len(each), n) for n, each in enumerate(sequences["validation"]) if each
    ]
    copied = sorted(((-share, n) for share, n in shares if share >= 0.5))
    every = [one in train for each in sequences["validation"] for one in each]
    names = names_of(documents["validation"])
    return Overlap(len(shares), len(copied), sum(every) / len(every), [str(names[n]) for _, n in copied])


def test_it_is_what_the_definition_says(found: Pack) -> None:
    expected = plainly(found)
    assert 0 < expected.copied < expected.documents
    assert measured(found) == expected


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_where_the_tokens_are_cut_does_not_show(found: Pack, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    assert measured(found) == plainly(found)


def test_of_many_sequences_some_stand_for_all(found: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = measured(found)
    monkeypatch.setattr(module, "MOST", 400)
    hashes, _, zeros = module._validation(found)
    assert zeros > 0
    assert 100 < len(hashes) <= 400
    assert not (hashes % 2**zeros).any()
    assert abs(measured(found).share - whole.share) < 0.1


def test_the_groups_that_shards_are_read_in_do_not_show(found: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GROUPS", 2)
    assert measured(found) == plainly(found)


def test_documents_without_a_whole_sequence_are_not_counted(tmp_path: Path) -> None:
    texts = [f"{n:03}" for n in range(50)]
    write(tmp_path / "texts/a.parquet", {"text": texts})
    found = packed(tmp_path / "texts", byte_tokenizer(tmp_path), tmp_path / "pack", validation=0.3)
    assert measured(found) == Overlap(0, 0, 0.0, [])


def test_sequences_do_not_go_over_the_end_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    for begin in (99, 0):
        of = [begin, *range(1, 15), 0, begin, *range(1, 14), 0, begin, 5, 0, begin, *range(2, 15), 0]
        np.array(of, "<u2").tofile(path)
        ((hashes, documents),) = module._sequences(path, "<u2", (begin, 0))
        assert documents.tolist() == [0, 0, 1, 3]
        assert hashes[0] == hashes[2] != hashes[1] == hashes[3]


def test_it_is_said_in_words() -> None:
    assert str(Overlap(50, 2, 0.0123, ["a", "b"])) == (
        "overlap: 1.23% of the sequences of 13 tokens of validation documents are in training text too; 2 of 50 "
        "documents with 50% or more of theirs there, most a, b"
    )
    assert str(Overlap(50, 0, 0.0, [])).endswith("0 of 50 documents with 50% or more of theirs there")
