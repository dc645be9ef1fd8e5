import gzip
import io
import random
import struct
import zlib

import pytest

from winnow.pipelines.sources import gzip_members
from winnow.pipelines.sources.file_bytes import BLOCK, FileBytes
from winnow.pipelines.sources.gzip_members import InflatedBytes, gzip_header_length
from winnow.pipelines.sources.inflate import PIECE

NOISE = random.Random(1).randbytes(3 * BLOCK + 7)


def member(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def inflated(data: bytes, start: int = 0, *, all_members: bool = True) -> InflatedBytes:
    return InflatedBytes(FileBytes(io.BytesIO(data)), start, all_members=all_members)


@pytest.mark.parametrize("data", [b"", b"a", bytes(9 * PIECE), NOISE])
def test_members_are_inflated_one_after_the_other(data: bytes) -> None:
    made = inflated(member(data) * 3)
    assert made.read(0, 99 * PIECE) == data * 3
    assert (made.whole, made.damage, made.inflated) == (True, None, 3 * len(data))
    assert (made.end, made.position) == (3 * len(member(data)), 3 * len(member(data)))


@pytest.mark.parametrize("data", [b"", b"a", NOISE])
def test_one_member_ends_where_the_next_begins(data: bytes) -> None:
    made = inflated(b"xyz" + member(data) + member(b"next"), 3, all_members=False)
    assert (made.read(0, 99 * PIECE), made.whole, made.end) == (data, True, 3 + len(member(data)))


def test_a_bomb_is_inflated_piece_by_piece() -> None:
    made = inflated(member(bytes(64 * PIECE)))
    assert (made.read(0, 1), made.inflated) == (b"\0", PIECE)


@pytest.mark.parametrize(
    ("data", "found", "damage", "end"),
    [
        (b"", b"", "no gzip member", None),
        (b"plain", b"", "no gzip member", None),
        (member(b"abc")[:-1], b"abc", "the gzip data end early", None),
        (member(b"abc")[:-8], b"abc", "the gzip data end early", None),
        (member(b"abc")[:-9], b"abc", "the gzip data end early", None),
        (member(b"abc")[:-8] + bytes(8), b"abc", "the gzip checksum is wrong", 23),
        (member(b"abc")[:-4] + struct.pack("<I", 4), b"abc", "the gzip checksum is wrong", 23),
        (member(b"abc") + b"junk", b"abc", "no gzip member", 23),
    ],
)
def test_damage(data: bytes, found: bytes, damage: str, end: int | None) -> None:
    made = inflated(data)
    assert (made.read(0, 99), made.read(len(found), 1)) == (found, b"")
    assert (made.damage, made.whole, made.end) == (damage, False, end)


@pytest.mark.parametrize("zeros", [1, 8, BLOCK, 3 * BLOCK + 1])
def test_zeros_behind_the_last_member_are_none(zeros: int) -> None:
    made = inflated(member(b"a") + member(b"b") + bytes(zeros))
    assert (made.read(0, 9), made.read(2, 1), made.whole) == (b"ab", b"", True)
    assert (made.end, made.position) == (len(member(b"a") * 2), len(member(b"a") * 2) + zeros)


@pytest.mark.parametrize("zeros", [0, 1, BLOCK, 3 * BLOCK + 1])
@pytest.mark.parametrize("rest", [b"x", member(b"b"), b"\x1f"])
def test_zeros_with_something_behind_them_are_damage(zeros: int, rest: bytes) -> None:
    made = inflated(member(b"a") + bytes(zeros) + rest)
    found = made.read(0, 9)
    member_follows = zeros == 0 and rest == member(b"b")
    assert (found, made.whole) == ((b"ab", True) if member_follows else (b"a", False))
    assert (made.between, made.damage is None) == (not member_follows, member_follows)


@pytest.mark.parametrize(
    ("data", "between"),
    [
        (member(b"a")[:-8], False), (member(b"a")[:-1] + b"x", False), (member(b"a") + b"junk", True), (b"junk", False),
        (member(b"a") + gzip_members.MAGIC, False), (member(b"a") * 2 + b"\x1f", True), (member(b"a") * 2, False),
    ],
)  # fmt: skip
def test_whether_damage_lies_between_members(data: bytes, between: bool) -> None:
    made = inflated(data)
    made.read(0, 9)
    assert made.between == between


def test_what_no_decoder_can_make_out_is_damage() -> None:
    data = bytearray(member(NOISE))
    data[10:20] = b"\xff" * 10
    made = inflated(bytes(data))
    assert (made.read(0, 9), made.whole, made.end) == (b"", False, None)
    assert made.damage not in (None, "", "no gzip member", "the gzip data end early", "the gzip checksum is wrong")


def header(flags: int, rest: bytes) -> bytes:
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + rest


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (header(0, b""), 10),
        (header(8, b"name\0"), 15),
        (header(16, b"\0"), 11),
        (header(8 | 16, b"name\0comment\0"), 23),
        (header(4, b"\3\0abc"), 15),
        (header(2, b"\0\0"), 12),
        (header(2 | 4 | 8 | 16, b"\1\0xn\0c\0\0\0"), 19),
        (header(8, b"name"), None),
        (header(4, b"\3\0ab"), None),
        (header(4, b"\3"), None),
        (header(2, b"\0"), None),
        (header(32, b""), None),
        (b"\x1f\x8b\x08", None),
        (b"\x1f\x8b\x07" + bytes(7), None),
        (b"", None),
    ],
)
def test_headers(data: bytes, length: int | None) -> None:
    assert gzip_header_length(data) == length


@pytest.mark.parametrize("flags", [0, 4, 8, 16, 2, 30])
def test_a_member_with_optional_fields_is_inflated(flags: int) -> None:
    rest = (b"\1\0x" if flags & 4 else b"") + (b"n\0" if flags & 8 else b"") + (b"c\0" if flags & 16 else b"")
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    body = compressor.compress(b"abc") + compressor.flush()
    data = header(flags, rest + (b"\0\0" if flags & 2 else b"")) + body + struct.pack("<II", zlib.crc32(b"abc"), 3)
    made = inflated(data)
    assert (made.read(0, 9), made.whole, made.end) == (b"abc", True, len(data))
