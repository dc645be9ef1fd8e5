"""Opening, reading and verifying packs, damaged ones too."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.trainer.small_corpora import byte_tokenizer, quiet, text, write
from tests.trainer.small_packs import make_pack, names_of
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.hashes import hash_file, hash_text
from winnow.trainer.pack import index, verified
from winnow.trainer.pack.documents import SCHEMA
from winnow.trainer.pack.index import Pack, SourceCounts
from winnow.trainer.pack.pack import pack
from winnow.trainer.pack.tokenizer import load


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files, of 30 and 20 documents, sources a and b mixed; every fifth text is of a's and in the second file none
    is for validation."""
    folder = tmp_path_factory.mktemp("whole")
    for name, rows in (("1", range(30)), ("2", range(100, 120))):
        write(folder / f"corpus-files/{name}.parquet", {
            "text": [text(n, 10 + n % 7) for n in rows], "source": ["a" if n % 5 == 0 else "b" for n in rows],
            "id": [f"doc{n}" for n in rows], "weight": [1 + n % 2 for n in rows],
        })  # fmt: skip
    pack([folder / "corpus-files"], byte_tokenizer(folder), folder / "pack", validation=0.3, weight="weight", say=quiet)
    return folder / "pack"


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "pack"))


def test_a_pack_says_what_it_is(whole: Path) -> None:
    found = Pack.open(whole)
    manifest = json.loads((whole / "manifest.json").read_bytes())
    assert (found.path, found.vocab, found.begin, found.end, found.mask) == (whole, 319, 2, 0, 1)
    assert found.dtype == np.dtype("<u2")
    assert found.tokenizer_sha256 == load(whole / "tokenizer").sha256
    assert found.tokenizer == whole / "tokenizer"
    assert found.sources == ("a", "b")
    assert found.corpus == tuple(str(whole.parent / f"corpus-files/{n}.parquet") for n in (1, 2))
    assert [shard["rows"] for shard in found.manifest["shards"]] == [30, 20]
    assert len(found.fingerprint) == 64
    assert manifest["totals"]["train"]["documents"] + manifest["totals"]["validation"]["documents"] == 50


def test_counts_are_those_of_the_documents(whole: Path) -> None:
    found = Pack.open(whole)
    for split in ("train", "validation"):
        for source in ("a", "b"):
            of = found.documents(split, source)
            assert found.counts(split, source) == SourceCounts(len(of), int(of.tokens.sum()), int(of.bytes.sum()))
            assert len(of) > 0
    assert found.counts("train", "absent") == SourceCounts(0, 0, 0)


def test_columns_have_their_types_and_an_entry_a_document(whole: Path) -> None:
    of = Pack.open(whole).documents("train", "b")
    columns = (of.shard, of.row, of.bytes, of.tokens, of.offset, of.weight, of.name)
    assert [column.dtype.str for column in columns] == ["<i4", "<i8", "<i8", "<i8", "<i8", "<f8", "<u8"]
    assert {len(column) for column in columns} == {len(of)}
    assert names_of(of) == [f"doc{100 * shard + row}" for shard, row in zip(of.shard, of.row, strict=True)]
    assert of.name.tolist() == [hash_text(name) for name in names_of(of)]
    assert of.weight.tolist() == [1.0 + row % 2 for row in of.row]
    assert list(zip(of.shard, of.row, strict=True)) == sorted(zip(of.shard, of.row, strict=True))


def test_every_document_reads_as_its_text_between_two_tokens(whole: Path) -> None:
    found = Pack.open(whole)
    decode = load(whole / "tokenizer").tokenizer.decode
    seen = set()
    for split in ("train", "validation"):
        for source in found.sources:
            of = found.documents(split, source)
            for n, name in enumerate(names_of(of)):
                number, tokens = int(name[3:]), of.read(n, 0, int(of.tokens[n]))
                assert (tokens[0], tokens[-1]) == (found.begin, found.end)
                assert decode(tokens[1:-1].tolist(), skip_special_tokens=False) == text(number, 10 + number % 7)
                assert of.bytes[n] == len(text(number, 10 + number % 7).encode())
                assert (source == "a") == (number % 5 == 0)
                seen.add(number)
    assert seen == {*range(30), *range(100, 120)}


def test_reading_stays_within_the_document(whole: Path) -> None:
    of = Pack.open(whole).documents("train", "b")
    size = int(of.tokens[1])
    assert of.read(1, 2, 5).tolist() == of.read(1, 0, size)[2:5].tolist()
    assert of.read(1, size, size).tolist() == []
    assert isinstance(of.read(1, 0, 1), np.memmap)
    for start, stop in ((0, size + 1), (-1, 2), (3, 2)):
        with pytest.raises(IndexError, match=f"tokens {start} to {stop} of document 1, which has {size}"):
            of.read(1, start, stop)


@pytest.mark.parametrize(("split", "source"), [("train", "c"), ("test", "a")])
def test_an_unknown_source_or_split_is_named(whole: Path, split: str, source: str) -> None:
    with pytest.raises(BadCall, match=f"has no source '{source}' with a split '{split}'; its sources are a, b"):
        Pack.open(whole).documents(split, source)


def test_a_source_may_have_nothing_in_a_split(tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "pack", {"a": [3, 4, 5], "b": [6], "c": [7] * 5}, validation={"a": [8], "c": [9] * 3})
    of = pack.documents("validation", "b")
    assert (len(of), names_of(of), of.tokens.tolist()) == (0, [], [])
    assert pack.documents("validation", "c").tokens.tolist() == [9] * 3


def test_verify_accepts_what_was_packed(whole: Path) -> None:
    found = Pack.open(whole)
    found.verify()
    assert sorted(found.files) == sorted(p for p in whole.rglob("*") if p.is_file() and p.name != "manifest.json")


def test_every_file_is_vouched_for(copied: Path) -> None:
    for path in Pack.open(copied).files:
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(RunFailed, match=rf"{path.name} is damaged: its sha256 is not the manifest's"):
            Pack.open(copied).verify()
        path.write_bytes(data[:-1])
        with pytest.raises(BadCall, match=rf"{path.name} has [\d,]+ bytes where the manifest says [\d,]+; pack again"):
            Pack.open(copied)
        path.unlink()
        with pytest.raises(BadCall, match=rf"{path.name} is missing from the pack"):
            Pack.open(copied)
        path.write_bytes(data)


def test_a_damaged_index_is_named_when_it_is_read(copied: Path) -> None:
    path = copied / "shards/00001.parquet"
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(BadCall, match=r"00001\.parquet cannot be read as an index of a pack"):
        Pack.open(copied).documents("train", "a").ids([0, len(Pack.open(copied).documents("train", "a")) - 1])
    path = copied / "index/documents.train.bin"
    pack = Pack.open(copied)
    for content in (path.read_bytes()[8:], b""):
        path.write_bytes(content)
        with pytest.raises(BadCall, match=r"documents\.train\.bin is not the index of \d+ documents; pack again"):
            pack.documents("train", "a")
    path.unlink()
    with pytest.raises(BadCall, match=r"documents\.train\.bin is not the index of \d+ documents; pack again"):
        pack.documents("train", "a")


def drop(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest.pop(name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop("shards"), r"no manifest of a pack \(KeyError: 'shards'\)"),
        (drop("tokenizer"), "no manifest of a pack"),
        (drop("version"), "no manifest of a pack"),
        (lambda manifest: manifest.update(version=3), "is of version 3, and this is version 2: pack again"),
        (lambda manifest: manifest.update(shards=3), "no manifest of a pack"),
        (lambda manifest: manifest.update(dtype="text"), "no manifest of a pack"),
        (lambda manifest: manifest["shards"][0].update(corpus=7), "no manifest of a pack"),
        (lambda manifest: manifest["shards"][0]["counts"]["train"]["a"].update(words=1), "no manifest of a pack"),
    ],
)
def test_an_odd_manifest_is_named(copied: Path, change: Callable[[dict[str, Any]], object], message: str) -> None:
    manifest = json.loads((copied / "manifest.json").read_bytes())
    change(manifest)
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BadCall, match=rf"manifest\.json is.* {message}|manifest\.json {message}"):
        Pack.open(copied)


def test_what_is_no_pack_says_how_to_make_one(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(BadCall, match=r"is not a pack: it has no manifest\.json; make one with winnow pack"):
            Pack.open(path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(BadCall, match="no manifest of a pack"):
        Pack.open(tmp_path)


def test_a_pack_that_was_begun_says_how_to_end_it(copied: Path) -> None:
    (copied / "manifest.json").rename(copied / "plan.json")
    with pytest.raises(BadCall, match="is half packed: give the command that began it again"):
        Pack.open(copied)


def test_the_corpus_is_looked_for_where_it_was(copied: Path, whole: Path, tmp_path: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_bytes())
    shutil.copytree(whole.parent / "corpus-files", tmp_path / "moved")
    manifest["corpora"] = [str(tmp_path / "moved")]
    (copied / "manifest.json").write_text(json.dumps(manifest))
    found = Pack.open(copied)
    assert found.fingerprint == Pack.open(whole).fingerprint
    assert found.corpus_file(1) == tmp_path / "moved/2.parquet"
    with found.corpus_file(1).open("ab") as file:
        file.write(b"x")
    with pytest.raises(BadCall, match=r"2\.parquet has changed since .* was packed: [\d,]+ bytes, not [\d,]+"):
        found.corpus_file(1)
    (tmp_path / "moved/2.parquet").unlink()
    with pytest.raises(BadCall, match=r"2\.parquet, which .* was packed from, is gone"):
        found.corpus_file(1)


@pytest.mark.parametrize("place", ["bin", "index"])
def test_the_fingerprint_hangs_on_tokens_and_index(copied: Path, whole: Path, place: str) -> None:
    manifest = json.loads((copied / "manifest.json").read_bytes())
    files = manifest["shards"][1]["files"]
    files["shards/00001.train.bin" if place == "bin" else "shards/00001.parquet"]["sha256"] = "0" * 64
    (copied / "manifest.json").write_text(json.dumps(manifest))
    assert Pack.open(copied).fingerprint != Pack.open(whole).fingerprint


def test_the_index_has_the_schema_that_stands(whole: Path) -> None:
    assert pq.read_schema(whole / "shards/00000.parquet") == SCHEMA


def test_ids_of_a_few_are_read_from_their_shards(whole: Path) -> None:
    pack = Pack.open(whole)
    for source in pack.sources:
        of = pack.documents("train", source)
        numbers = [*range(len(of) - 1, -1, -2), 0]
        names = of.ids(numbers)
        assert "id" not in vars(of)  # not the whole column
        assert names == [names_of(of)[number] for number in numbers]
        assert of.ids([]) == []


def test_documents_are_made_once(whole: Path) -> None:
    pack = Pack.open(whole)
    assert pack.documents("validation", pack.sources[0]) is pack.documents("validation", pack.sources[0])


def test_a_file_is_hashed_once_and_again_where_it_changed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def counted(path: Path) -> str:
        hashed.append(path.name)
        return hash_file(path)

    monkeypatch.setattr(index, "hash_file", counted)
    pack = Pack.open(copied)
    pack.verify("validation")
    assert hashed
    assert not any(name.endswith(".train.bin") for name in hashed)
    pack.verify()
    assert sorted(hashed) == sorted(file.name for file in pack.files)
    hashed.clear()
    Pack.open(copied).verify()
    assert hashed == []
    pack.verify(again=True)
    assert len(hashed) == len(pack.files)
    file = next(file for file in pack.files if file.name.endswith(".train.bin") and file.stat().st_size)
    times = file.stat()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(RunFailed, match="is damaged"):
        Pack.open(copied).verify()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"shards/00000.train.bin": 1}'])
def test_what_is_remembered_may_be_spoilt(copied: Path, content: str) -> None:
    memory = verified.memory(copied)
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(content)
    Pack.open(copied).verify()
    assert len(verified.seen(copied)) == len(Pack.open(copied).files)


def test_the_masked_objective_needs_a_mask_token(tmp_path: Path, whole: Path) -> None:
    plain, masks = make_pack(tmp_path / "pack", {"a": [3]}), Pack.open(whole)
    plain.suits("causal")
    masks.suits("masked")
    with pytest.raises(BadCall, match="pack: its tokenizer has no mask token, which the masked objective needs"):
        plain.suits("masked")
