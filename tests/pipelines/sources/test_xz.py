"""Streams of xz one behind the other, padded and damaged, against what `lzma` makes of them."""

import io
import lzma
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.pipelines.sources import compression
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE
from winnow.pipelines.sources.xz import XzBytes

DATA = b"".join(b"line %d of a text that packs well\n" % number for number in range(50_000))


def opened(packed: bytes) -> XzBytes:
    found = compression.inflated(FileBytes(io.BytesIO(packed)))
    assert isinstance(found, XzBytes)
    return found


@settings(deadline=None)
@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4), st.integers(0, 3))
def test_streams_one_behind_the_other(parts: list[bytes], padding: int) -> None:
    found = opened(b"".join(lzma.compress(part, preset=0) + bytes(4 * padding) for part in parts))
    whole = b"".join(parts)
    assert found.read(0, len(whole) + 1) == whole
    assert (found.whole, found.inflated, found.damage) == (True, len(whole), None)


@pytest.mark.parametrize("check", [lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256])
def test_pieces(check: int) -> None:
    found = opened(lzma.compress(DATA, check=check, preset=0))
    at = 0
    while piece := found.read(at, PIECE):
        assert piece == DATA[at : at + PIECE]
        at += len(piece)
    assert (at, found.whole) == (len(DATA), True)


@pytest.mark.parametrize("lost", [1, 10, 100, 2000])
def test_an_end_that_is_cut_off(lost: int) -> None:
    found = opened(lzma.compress(DATA, preset=0)[:-lost])
    found.drain(1 << 40)
    assert (found.whole, found.damage, found.between) == (False, "the xz data end early", False)
    assert found.inflated <= len(DATA)


def test_a_changed_byte_costs_the_rest() -> None:
    packed = bytearray(lzma.compress(DATA, preset=0) + lzma.compress(b"more"))
    packed[len(packed) // 2] ^= 0xFF
    found = opened(bytes(packed))
    text = found.read(0, 2 * len(DATA))
    assert DATA.startswith(text)
    assert (found.whole, found.between, found.damage) == (False, False, "Corrupt input data")


@pytest.mark.parametrize("rest", [b"garbage", b"\0\0\0", b"\0\0\0\0x"])
def test_what_is_behind_the_last_stream_is_damage_between(rest: bytes) -> None:
    found = opened(lzma.compress(DATA, preset=0) + rest)
    assert found.read(0, len(DATA) + 9) == DATA
    assert (found.whole, found.between, found.damage) == (False, True, "no xz stream")


def test_a_bomb_of_memory_is_damage() -> None:
    """A stream that asks for more memory than is given; its content is small."""
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "depth": 1}]
    sound = bytearray(lzma.compress(b"x" * 100, filters=[{**filters[0], "dict_size": 1 << 16}]))
    place = sound.index(bytes([0x21, 1]), 12) + 2  # of the size of the dictionary in the header of the block
    sound[place] = 34  # 512 MiB
    length = (sound[12] + 1) * 4
    sound[12 + length - 4 : 12 + length] = zlib.crc32(bytes(sound[12 : 8 + length])).to_bytes(4, "little")
    found = opened(bytes(sound))
    assert found.read(0, 10) == b""
    assert (found.whole, found.damage) == (False, "Memory usage limit exceeded")
