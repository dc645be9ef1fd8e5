"""The numbers of an index: written shard by shard, mapped, and read no further than they are used."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.small_packs import make_pack
from winnow.trainer.pack import documents
from winnow.trainer.pack.documents import NUMBERS, numbers_size, read_numbers


@pytest.mark.parametrize(("count", "bytes_"), [(0, 0), (1, 56), (2, 104), (3, 160), (1000, 52_000)])
def test_the_size_of_a_source(count: int, bytes_: int) -> None:
    assert numbers_size(count) == bytes_


def test_columns_are_as_written_and_aligned(tmp_path: Path) -> None:
    lengths = {"a": [3, 4, 5], "b": [6], "c": list(range(10, 15))}
    pack = make_pack(tmp_path / "pack", lengths, {"a": [1, 2.5, 0.1]})
    for source, of in lengths.items():
        found = pack.documents("train", source)
        assert found.tokens.tolist() == of
        assert found.bytes.tolist() == [4 * length for length in of]
        assert found.offset.tolist() == np.cumsum([0, *of[:-1]]).tolist()
        assert found.row.tolist() == list(range(len(of)))
        assert set(found.shard.tolist()) == {sorted(lengths).index(source)}
        for name in NUMBERS:
            column = getattr(found, name)
            assert column.flags.aligned
            assert not column.flags.owndata
            assert not column.flags.writeable
    assert pack.documents("train", "a").weight.tolist() == [1, 2.5, 0.1]


@pytest.mark.parametrize("group", [1, 3, 7, 1000])
def test_ids_of_a_few_are_read_from_few_rows(tmp_path: Path, group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"é{n}" for n in range(20)]
    monkeypatch.setattr("tests.trainer.small_packs.GROUP", group)
    pack = make_pack(tmp_path / "pack", {"a": [3] * 20}, ids={"a": names})
    of = pack.documents("train", "a")
    read: list[int] = []
    real = documents.pq.ParquetFile.read_row_group
    monkeypatch.setattr(
        documents.pq.ParquetFile, "read_row_group", lambda self, n, *a, **b: read.append(n) or real(self, n, *a, **b)
    )
    assert of.ids([7, 0, 7, 19, 6]) == [names[n] for n in (7, 0, 7, 19, 6)]
    assert read == sorted({n // group for n in (0, 6, 7, 19)})


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_what_a_rank_holds_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    """Of 200,000 documents the numbers take ten megabytes, none of which is the process's own."""
    path = tmp_path / "index/documents.train.bin"
    path.parent.mkdir()
    path.write_bytes(bytes(numbers_size(200_000)))

    def own() -> int:
        status = Path("/proc/self/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0])  # KiB

    before = own()
    found = read_numbers(tmp_path, "train", [200_000], 0)
    total = sum(int(column.astype(np.uint8).sum()) for column in (found["shard"][:1000], found["row"][:1000]))
    total += int(found["tokens"].sum())
    assert total == 0
    assert own() - before < 1000


def test_a_pack_reads_no_index_of_a_shard_for_its_numbers(tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "pack", {"a": [3, 4], "b": [5]})
    for path in (tmp_path / "pack/shards").glob("*.parquet"):
        path.write_bytes(b"")
    assert replace(pack).documents("train", "b").tokens.tolist() == [5]
