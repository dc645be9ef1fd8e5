"""Packing: what comes out, that nothing but corpora, tokenizer and settings shows in it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.trainer.small_corpora import build, byte_level, digests, foreign, packed, text, write
from tests.trainer.small_packs import names_of
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack import shard
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.tokenizer import END, MASK, load


def ids(found: Pack, split: str) -> set[str]:
    return {name for source in found.sources for name in names_of(found.documents(split, source))}


def test_every_document_is_its_tokens_between_a_beginning_and_an_end(tmp_path: Path, ours: Path) -> None:
    texts = ["", "one", None, f"a{END}b{MASK}", " ", END, "é\0\r\n", text(1)]
    write(tmp_path / "texts/a.parquet", {"text": texts})
    found = packed(tmp_path / "texts", ours, tmp_path / "pack", validation=0)
    tokens = np.fromfile(tmp_path / "pack/shards/00000.train.bin", "<u2")
    loaded = load(ours)
    expected = [i for words in texts if words for i in [loaded.begin, *loaded.encode([words])[0], loaded.end]]
    assert tokens.tolist() == expected
    assert ((tokens == loaded.begin).sum(), (tokens == loaded.end).sum()) == (6, 6)
    assert (tokens == loaded.mask).sum() == 0
    assert (tmp_path / "pack/shards/00000.validation.bin").read_bytes() == b""
    assert found.manifest["shards"][0]["left_out"] == {"no text": 2}
    assert found.documents("train", "texts").row.tolist() == [1, 3, 4, 5, 6, 7]
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == [
        "index",
        "manifest.json",
        "shards",
        "tokenizer",
    ]


def test_weight_zero_is_left_out_and_counted(tmp_path: Path, ours: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["a", "b", "", "d"], "w": [0.0, 0.5, 0.0, 7.0]})
    found = packed(tmp_path / "texts", ours, tmp_path / "pack", validation=0, weight="w")
    assert found.manifest["shards"][0]["left_out"] == {"no text": 1, "weight 0": 1}
    assert found.documents("train", "texts").weight.tolist() == [0.5, 7.0]
    manifest = json.loads((tmp_path / "pack/manifest.json").read_bytes())
    assert manifest["totals"] == {
        "train": {"documents": 2, "tokens": 6, "bytes": 2},
        "validation": {"documents": 0, "tokens": 0, "bytes": 0},
        "left_out": {"no text": 1, "weight 0": 1},
    }


def test_what_is_not_packed_is_neither_chosen_nor_counted(tmp_path: Path, ours: Path) -> None:
    columns = {"text": [f"{n}" for n in range(800)], "w": [1, 0] * 400, "source": ["a", "of no weight"] * 400}
    found = packed(write(tmp_path / "a.parquet", columns), ours, tmp_path / "pack", validation=0.5, weight="w")
    held = found.documents("validation", "a")
    assert 170 < len(held) < 230  # three standard deviations
    assert not (held.row % 2).any()
    assert found.sources == ("a",)


def test_what_becomes_of_rows_and_sources_is_said_in_few_lines(tmp_path: Path, ours: Path) -> None:
    """A column `source` of addresses: none has a document to spare, and the cure is said."""
    texts = [*(f"text {n}" for n in range(60)), None, "", "text of no weight"]
    sources = [f"https://example.org/{n}" for n in range(63)]
    write(tmp_path / "texts/a.parquet", {"text": texts, "source": sources, "w": [1.0] * 62 + [0.0]})
    lines: list[str] = []
    packed(tmp_path / "texts", ours, tmp_path / "pack", weight="w", say=lines.append)
    assert lines == [
        "nothing is held out, so that nothing will tell what is learnt: 60 sources are too small for a "
        "validation document (https://example.org/0, https://example.org/1, https://example.org/2, "
        "https://example.org/3, https://example.org/4 and 55 more); give more documents, or make all rows one source "
        "with --source NAME",
        "rows left out: 2 with no text, 1 with weight 0",
        "60 documents, 0 of them for validation",
        lines[3],
        "validation, 60 sources: 0 documents, 0 tokens, 0 bytes",
    ]
    assert lines[3].startswith("train, 60 sources: 60 documents, ")
    one = packed(tmp_path / "texts", ours, tmp_path / "one", validation=0.2, weight="w", source="mine")
    assert one.sources == ("mine",)
    assert one.counts("validation", "mine").documents > 0


@pytest.mark.parametrize("column", [[[1], [2]], ["x" * 101, "y\n"]])
def test_a_given_source_needs_nothing_of_the_column(column: list[Any], tmp_path: Path, ours: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["a", "b"], "source": column})
    with pytest.raises(BadCall, match="source"):
        packed(tmp_path / "texts", ours, tmp_path / "pack")
    assert packed(tmp_path / "texts", ours, tmp_path / "other", source="mine").sources == ("mine",)


@pytest.mark.parametrize("several", [1000, 1001])
def test_more_sources_than_anyone_means_are_refused(several: int, tmp_path: Path, ours: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["a"] * several, "source": [f"{n}" for n in range(several)]})
    if several <= 1000:
        assert len(packed(tmp_path / "texts", ours, tmp_path / "pack").sources) == several
    else:
        with pytest.raises(BadCall, match="names 1,001 sources, more than 1,000; rename it, or give --source NAME"):
            packed(tmp_path / "texts", ours, tmp_path / "pack")


def test_large_vocabularies_take_four_bytes(tmp_path: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["ab"]})
    for last, dtype in ((65535, "uint16"), (65536, "uint32")):
        words = json.loads(byte_level().to_str())
        words["model"]["vocab"]["ab"] = last
        tokenizer = foreign(tmp_path / dtype, type(byte_level()).from_str(json.dumps(words)), {"eos_token": "</s>"})
        found = packed(tmp_path / "texts", tokenizer, tmp_path / f"pack-{dtype}", validation=0)
        assert (found.vocab, found.dtype.name) == (last + 1, dtype)
        letters = load(tokenizer).encode(["ab"])[0].tolist()
        assert found.documents("train", "texts").read(0, 1, 4).tolist() == [*letters, found.end]


@pytest.mark.slow
def test_the_number_of_workers_does_not_show(folder: Path, ours: Path, tmp_path: Path) -> None:
    for workers in (1, 2):
        packed(folder, ours, tmp_path / f"pack{workers}", validation=0.2, workers=workers)
    assert digests(tmp_path / "pack1") == digests(tmp_path / "pack2")


def test_the_size_of_what_is_encoded_at_once_does_not_show(
    folder: Path, ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(folder, ours, tmp_path / "a", validation=0.2)
    monkeypatch.setattr(shard, "TEXT", 300)
    packed(folder, ours, tmp_path / "b", validation=0.2)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_where_corpus_and_pack_lie_does_not_show_in_the_fingerprint(folder: Path, ours: Path, tmp_path: Path) -> None:
    first = packed(folder, ours, tmp_path / "a")
    folder.rename(tmp_path / "elsewhere")
    second = packed(tmp_path / "elsewhere", ours, tmp_path / "b", source="texts")
    index = [pq.read_table(found.path / "shards/00001.parquet") for found in (first, second)]
    assert index[0].equals(index[1])
    assert first.fingerprint == second.fingerprint


def test_another_order_of_corpora_is_another_pack(folder: Path, ours: Path, tmp_path: Path) -> None:
    one, two = folder / "1.parquet", folder / "2.parquet"
    assert packed([one, two], ours, tmp_path / "a").fingerprint != packed([two, one], ours, tmp_path / "b").fingerprint


@pytest.mark.parametrize("share", [-0.1, 1.0, 2.0, float("nan")])
def test_a_share_beyond_its_bounds_is_named(folder: Path, ours: Path, tmp_path: Path, share: float) -> None:
    with pytest.raises(BadCall, match="it is a share of the documents, from 0 to below 1"):
        packed(folder, ours, tmp_path / "pack", validation=share)
    assert not (tmp_path / "pack").exists()


def test_no_workers_are_an_error(folder: Path, ours: Path, tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="workers is 0; it takes at least one"):
        packed(folder, ours, tmp_path / "pack", workers=0)


def test_an_output_that_is_not_for_packing_is_named(folder: Path, ours: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("")
    with pytest.raises(BadCall, match="full is not empty and no pack was begun there"):
        packed(folder, ours, tmp_path / "full")
    with pytest.raises(BadCall, match=r"notes\.txt is a file; give a directory"):
        packed(folder, ours, tmp_path / "full/notes.txt")
    with pytest.raises(BadCall, match=r"lies in the corpus .*, whose files would then change"):
        packed(folder, ours, folder / "pack")
    (tmp_path / "empty").mkdir()
    packed(folder, ours, tmp_path / "empty")


def test_a_pack_may_lie_in_a_build_s_directory(tmp_path: Path, ours: Path) -> None:
    folder = build(tmp_path / "build", [{} for _ in range(20)])
    assert packed(folder, ours, folder / "pack").sources == ("web",)


def test_a_corpus_without_documents_is_named(tmp_path: Path, ours: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["", None]})
    with pytest.raises(BadCall, match="texts and what else was given hold no document to train on"):
        packed(tmp_path / "texts", ours, tmp_path / "pack")


def test_a_damaged_file_is_named(folder: Path, ours: Path, tmp_path: Path) -> None:
    data = (folder / "2.parquet").read_bytes()
    (folder / "2.parquet").write_bytes(data[:4] + bytes(len(data) // 2) + data[4 + len(data) // 2 :])
    with pytest.raises(BadCall, match=r"2\.parquet: the rows from 0 on cannot be read"):
        packed(folder, ours, tmp_path / "pack")


def test_a_tokenizer_that_loses_text_is_caught(folder: Path, ours: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Should a byte-level tokenizer ever write less than the text, packing fails instead of training on it."""
    real = load(ours)
    monkeypatch.setattr(shard, "_load", lambda directory, sha256: real)
    monkeypatch.setattr(type(real), "encode", lambda self, texts, places: [np.array([5])] * len(texts))
    with pytest.raises(RunFailed, match=r"2\.parquet, row 0: the tokens leave [\d,]+ of [\d,]+ bytes out"):
        packed(folder, ours, tmp_path / "pack")


def test_a_source_too_small_is_told_and_all_counts_are_said(folder: Path, ours: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    write(folder / "tiny.parquet", {"text": ["only one"], "source": ["tiny"]})
    found = packed(folder, ours, tmp_path / "pack", say=lines.append)
    assert lines[0] == "source tiny is too small for a validation document; all of it is trained on"
    held = found.counts("validation", "texts").documents
    assert lines[1].startswith(f"61 documents, {held} of them for validation; fewer than 30 give coarse figures")
    assert lines[-1].startswith("validation, tiny: 0 documents, 0 tokens, 0 bytes")
