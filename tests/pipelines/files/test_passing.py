"""A file that is hashed while a Parquet reader jumps about in it."""

import hashlib
import io
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.pipelines.files.passing import Passing


class Watched(io.BytesIO):
    """Counts the bytes that are read."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.total = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.total += len(data)
        return data


def parquet(path: Path, rows: int = 1000) -> bytes:
    """Ten row groups of a wide column between two narrow ones."""
    dice = random.Random(1)
    table = pa.table({"a": list(range(rows)), "text": [dice.randbytes(500).hex() for _ in range(rows)],
                      "z": [float(i) for i in range(rows)]})  # fmt: skip
    pq.write_table(table, path, row_group_size=rows // 10)
    return path.read_bytes()


def test_every_byte_is_read_once_but_for_the_footer(tmp_path: Path) -> None:
    content = parquet(tmp_path / "a")
    under = Watched(content)
    passing = Passing(under)
    with pq.ParquetFile(passing) as file:
        footer = under.total
        passing.begin()
        found = [file.read_row_group(i, columns=["a", "z"], use_threads=False) for i in range(file.num_row_groups)]
        digest = passing.sha256()
    assert pa.concat_tables(found) == pq.read_table(tmp_path / "a", columns=["a", "z"])
    assert digest == hashlib.sha256(content).hexdigest()
    assert footer < len(content) // 10
    assert under.total == footer + len(content)


@pytest.mark.parametrize("begin", [False, True])
@pytest.mark.parametrize("size", [0, 1, 100, 3 << 20])
def test_of_whatever_was_asked_the_digest_is_that_of_the_file(size: int, begin: bool) -> None:
    content = random.Random(size).randbytes(size)
    passing, dice = Passing(io.BytesIO(content)), random.Random(2)
    if begin:
        passing.begin()
    for _ in range(50):
        at, length = dice.randint(0, size), dice.randint(0, size // 3 + 1)
        passing.seek(at)
        assert passing.read(length) == content[at : at + length]
        assert passing.tell() == min(size, at + length)
    assert passing.sha256() == hashlib.sha256(content).hexdigest()


def test_seeking() -> None:
    passing = Passing(io.BytesIO(b"0123456789"))
    assert (passing.seek(-3, io.SEEK_END), passing.read(2), passing.seek(-1, io.SEEK_CUR), passing.read()) == (
        7, b"78", 8, b"89"
    )  # fmt: skip
    assert (passing.seek(20), passing.read(5)) == (20, b"")


def test_a_file_that_becomes_shorter_is_an_error() -> None:
    under = io.BytesIO(b"0123456789")
    passing = Passing(under)
    under.truncate(5)
    with pytest.raises(OSError, match="it ended 5 bytes early"):
        passing.sha256()
