import bz2
import gzip
import io
import random
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from winnow.pipelines.sources import compression
from winnow.pipelines.sources.bzip2 import Bzip2Bytes
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import InflatedBytes
from winnow.pipelines.sources.inflate import Hole
from winnow.pipelines.sources.zstd import ZstdBytes

TEXT = random.Random(1).randbytes(250_000)


def zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, "zstd", asbytes=True)
    return packed


@pytest.mark.parametrize(
    ("packing", "kind"), [(gzip.compress, InflatedBytes), (zstd, ZstdBytes), (lambda d: bz2.compress(d, 1), Bzip2Bytes)]
)
def test_what_a_file_inflates_to(packing: Callable[[bytes], bytes], kind: type) -> None:
    found = compression.inflated(FileBytes(io.BytesIO(packing(TEXT))))
    assert type(found) is kind
    assert found is not None
    assert found.read(0, len(TEXT) + 1) == TEXT
    assert (found.whole, found.damage, list(found.holes), found.between) == (True, None, [], False)
    assert compression.starts_of(found).tolist() == [list(at) for at in found.starts]
    assert len(found.starts) == (3 if kind is Bzip2Bytes else 0)


def test_one_start_is_none() -> None:
    assert compression.starts_of(opened(bz2.compress(b"one block"))).tolist() == []


@pytest.mark.parametrize("data", [b"", b"BZh91AY&S", b"{}", b"\x1f", b"BZh91AY&SX plain text"])
def test_what_is_not_compressed(data: bytes) -> None:
    assert compression.inflated(FileBytes(io.BytesIO(data))) is None


def test_it_begins_at_the_last_start_before_what_is_asked() -> None:
    packed = bz2.compress(TEXT, 1)
    whole = compression.inflated(FileBytes(io.BytesIO(packed)))
    assert whole is not None
    whole.drain(1 << 30)
    starts = compression.starts_of(whole)
    assert (starts.dtype, starts[0].tolist()) == (np.int64, [0, 0])
    second = int(starts[1, 0])
    for offset, begins in ((0, 0), (second - 1, 0), (second, second), (len(TEXT), int(starts[2, 0]))):
        found = compression.inflated(FileBytes(io.BytesIO(packed), starts=starts), offset)
        assert found is not None
        assert found.starts[0][0] == begins
        assert found.read(offset, 9) == TEXT[offset : offset + 9]


def test_damage_is_told_by_all() -> None:
    packed = bz2.compress(b"one") + b"rest"
    found = compression.inflated(FileBytes(io.BytesIO(packed)))
    assert found is not None
    assert found.read(0, 99) == b"one" + bytes(4)
    assert (found.damage, list(found.holes)) == ("no bzip2 data", [Hole(3, 4, len(packed) - 4, "no bzip2 data", True)])


def test_what_is_lost_in_a_stretch() -> None:
    hurt = bytearray(bz2.compress(TEXT, 1))
    hurt[40_000] ^= 1
    hole = opened(bytes(hurt)).holes[0]
    said = f"of the file {hole.length:,} bytes from 4 on: a bzip2 block is damaged"
    file = FileBytes(io.BytesIO(hurt))
    for offset, length, expected in (
        (0, 1, said), (hole.length - 1, 9, said), (hole.length, 9, ""), (hole.length + 9, 99, ""),
    ):  # fmt: skip
        found = compression.inflated(file)
        assert found is not None
        assert compression.lost(file, found, offset, length) == expected
        assert found.read(offset + length, 9) != b""


@pytest.mark.parametrize("packing", [gzip.compress, zstd])
def test_what_is_lost_at_the_end_of_a_stream(packing: Callable[[bytes], bytes]) -> None:
    data = packing(TEXT)[:-9]
    left = opened(data)
    file, found = FileBytes(io.BytesIO(data)), compression.inflated(FileBytes(io.BytesIO(data)))
    assert found is not None
    assert compression.lost(file, found, 0, 100) == ""
    said = f"of the file {len(data) - left.position:,} bytes from {left.position:,} on: {left.damage}"
    assert compression.lost(file, found, 100, len(TEXT)) == said


def opened(data: bytes) -> compression.Inflating:
    """What a file inflates to, drained."""
    found = compression.inflated(FileBytes(io.BytesIO(data)))
    assert found is not None
    found.drain(1 << 30)
    return found
