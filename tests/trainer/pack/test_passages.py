import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainer.small_corpora import digests
from tests.trainer.small_packs import of_tokens
from winnow.trainer.errors import RunFailed
from winnow.trainer.pack import passages
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.passages import Passages

END = 0


def index(pack: Pack, folder: Path | None = None, workers: int = 1) -> tuple[Passages, list[str]]:
    said: list[str] = []
    return passages.made(pack, folder or pack.path / "passages", workers, said.append), said


def longest(made: Passages, text: Sequence[int]) -> list[int]:
    words = made.bytes(np.array(text, np.int64))
    blocks = [[block.longest(words, n) for n in range(len(text))] for block in made.blocks()]
    return [max(of, default=0) for of in zip(*blocks, strict=True)] if blocks else [0] * len(text)


def places(made: Passages, text: Sequence[int]) -> list[tuple[int, int]]:
    words = made.bytes(np.array(text, np.int64))
    return [(block.shard, place) for block in made.blocks() for place in block.places(words).tolist()]


def brute(shards: Sequence[Sequence[Sequence[int]]], text: Sequence[int]) -> list[tuple[int, int]]:
    """Every place of `text`, document by document."""
    found = []
    for shard, documents in enumerate(shards):
        offset = 0
        for document in documents:
            last = len(document) - len(text)
            found += [(shard, offset + n) for n in range(last + 1) if list(document[n : n + len(text)]) == list(text)]
            offset += len(document) + 1
    return found


documents = st.lists(st.lists(st.integers(1, 3), max_size=9), max_size=8)
repetitive = st.lists(st.lists(st.just(1), max_size=20) | st.just([1, 2, 1, 2, 1, 2]), max_size=8)
packs = st.lists(documents | repetitive, min_size=1, max_size=3).filter(any)


@settings(max_examples=25, deadline=None)
@given(packs, st.lists(st.integers(1, 4), min_size=1, max_size=12), st.sampled_from([1, 20_000, 70_000]), st.booleans())
def test_what_is_found_is_what_is_there(
    tmp_path_factory: pytest.TempPathFactory, shards: list[list[list[int]]], text: list[int], scale: int, small: bool
) -> None:
    """Tokens across a document's border never match; empty documents, ids past 65,535, blocks of a document or so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passages, "BLOCK", 8 if small else passages.BLOCK)
        patch.setattr(passages, "_AT_FIRST", 2 if small else 32)
        scaled = [[[token * scale for token in document] for document in shard] for shard in shards]
        made, _ = index(of_tokens(tmp_path_factory.mktemp("p") / "pack", scaled))
        asked = [token * scale for token in text]
        for n, found in enumerate(longest(made, asked)):
            here = [stop for stop in range(n + 1, len(asked) + 1) if brute(scaled, asked[n:stop])]
            assert found == max(here, default=n) - n
            for stop in range(n + 1, len(asked) + 1):
                assert places(made, asked[n:stop]) == brute(scaled, asked[n:stop])


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return of_tokens(tmp_path / "pack", [[[5, 6, 7], [], [8, 5, 6, 7, 9]], [], [[7, 8], [5, 6, 7]]])


def test_a_span_that_is_a_whole_document_and_the_last_of_its_file(pack: Pack) -> None:
    made, _ = index(pack)
    assert places(made, [5, 6, 7]) == [(0, 0), (0, 6), (2, 3)]
    assert places(made, [7, 8]) == [(2, 0)]  # and not where 7 ends one document and 8 begins the next but one
    assert places(made, [5, 6, 7, 9, 9]) == []


def test_long_passages(tmp_path: Path) -> None:
    text = list(range(1, 501))
    made, _ = index(of_tokens(tmp_path / "pack", [[text, [*text[:100], 7]]]))
    assert longest(made, [*text[:300], 9, *text[250:]])[:3] == [300, 299, 298]
    assert longest(made, [*text[:100], 7])[0] == 101
    assert len(places(made, text[:100])) == 2


def test_blocks_end_with_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for look in (1, 3, 100):
        monkeypatch.setattr(passages, "BLOCK", 4)
        monkeypatch.setattr(passages, "_LOOK", look)
        made, _ = index(of_tokens(tmp_path / f"{look}", [[[1, 1, 1], [2], [3] * 9, [], [4, 4], [5] * 3, [6]]]))
        assert [block.first for block in made.blocks()] == [0, 4, 16, 20, 24]


@pytest.mark.slow
def test_the_same_index_however_it_is_made(pack: Pack, tmp_path: Path) -> None:
    for folder, workers in (("one", 1), ("two", 2)):
        index(pack, tmp_path / folder, workers)
    suffixes = [{name: sum_ for name, sum_ in digests(tmp_path / folder).items() if name.endswith(".suffixes")}
                for folder in ("one", "two")]  # fmt: skip
    assert suffixes[0] == suffixes[1]
    assert sorted(suffixes[0]) == ["00000.suffixes", "00001.suffixes", "00002.suffixes"]
    assert (tmp_path / "one/00000.suffixes").stat().st_size == 4 * 8


def test_it_is_made_once(pack: Pack) -> None:
    _, said = index(pack)
    assert said == [f"indexing {pack.path}: this is done once, and takes 4 bytes a token in {pack.path}/passages"]
    before = {file: file.stat().st_mtime_ns for file in (pack.path / "passages").iterdir()}
    assert index(pack)[1] == []
    assert {file: file.stat().st_mtime_ns for file in before} == before


def damaged(folder: Path) -> Iterator[tuple[str, bytes]]:
    """What may stand in the place of the index's files."""
    suffixes, note = (folder / "00000.suffixes").read_bytes(), json.loads((folder / "00000.json").read_bytes())
    yield "00000.suffixes", suffixes[:-4]
    yield "00000.suffixes", suffixes[:-1] + b"\xff"
    yield "00000.json", b"{"
    yield "00000.json", b"[]"
    yield "00000.json", json.dumps(note | {"blocks": [["a", None]]}).encode()
    yield "00000.json", json.dumps(note | {"blocks": [[0, 7]]}).encode()
    yield "00000.json", json.dumps({"version": 1, "tokens": note["tokens"]}).encode()


def test_a_damaged_index_is_made_again(pack: Pack) -> None:
    folder = pack.path / "passages"
    index(pack)
    for name, content in list(damaged(folder)):
        (folder / name).write_bytes(content)
        made, said = index(pack)
        assert said[0] == f"{folder}/00000.suffixes is damaged: it is made again"
        assert places(made, [5, 6, 7]) == [(0, 0), (0, 6), (2, 3)]
    (folder / "00000.suffixes").unlink()
    assert index(pack)[1][0].endswith("is damaged: it is made again")
    (folder / "00000.json").unlink()
    assert index(pack)[1][0].startswith("indexing")


def test_a_copied_index_is_hashed_and_taken(pack: Pack, tmp_path: Path) -> None:
    index(pack)
    shutil.copytree(pack.path / "passages", tmp_path / "copy")
    made, said = index(pack, tmp_path / "copy")
    assert said == []
    assert places(made, [7, 8]) == [(2, 0)]


def test_another_packs_index(pack: Pack, tmp_path: Path) -> None:
    index(of_tokens(tmp_path / "other", [[[1, 2]]]), tmp_path / "index")
    made, said = index(pack, tmp_path / "index")
    assert said[0] == f"{tmp_path}/index/00000.suffixes is of other tokens: it is made again"
    assert places(made, [7, 8]) == [(2, 0)]


def test_a_changed_pack_is_noticed(pack: Pack) -> None:
    index(pack)
    tokens = pack.path / "shards/00002.train.bin"
    tokens.write_bytes(tokens.read_bytes()[::-1])
    with pytest.raises(RunFailed, match=r"00002\.train\.bin is damaged"):
        index(pack)


def test_an_index_that_cannot_be_written(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunFailed, match="cannot be written"):
        index(pack, tmp_path / "file")


def test_a_document_that_is_too_long(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "BLOCK", 2)
    monkeypatch.setattr(passages, "MOST", 5)
    with pytest.raises(RunFailed, match="has a document that makes a block of 7 tokens; at most 5 are sorted, which"):
        index(pack)
