import io
import random
import struct

import pyarrow as pa
import pytest

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE
from winnow.pipelines.sources.zstd import MAGIC, ZstdBytes, begins

NOISE = random.Random(1).randbytes(3 * PIECE + 7)


def frame(data: bytes) -> bytes:
    compressed: bytes = pa.compress(data, "zstd", asbytes=True)
    return compressed


def inflated(data: bytes) -> ZstdBytes:
    return ZstdBytes(FileBytes(io.BytesIO(data)))


def skipped(data: bytes) -> bytes:
    return struct.pack("<II", 0x184D2A50, len(data)) + data


@pytest.mark.parametrize("data", [b"", b"a", b"\0" * (9 * PIECE), NOISE])
@pytest.mark.parametrize("frames", [1, 3])
def test_frames_are_inflated_one_after_the_other(data: bytes, frames: int) -> None:
    made = inflated(frame(data) * frames)
    assert made.read(0, 99 * PIECE) == data * frames
    assert (made.whole, made.damage, made.inflated, made.position) == (True, None, frames * len(data), made._slice.at)
    assert made.read(made.inflated, 1) == b""


def test_a_frame_that_is_skipped_gives_nothing() -> None:
    made = inflated(skipped(b"its size") + frame(b"a") + skipped(b"") + frame(b"b"))
    assert (made.read(0, 9), made.read(2, 9), made.whole) == (b"ab", b"", True)


def test_a_bomb_is_inflated_piece_by_piece() -> None:
    made = inflated(frame(bytes(64 * PIECE)))
    assert (made.read(0, 1), made.inflated) == (b"\0", PIECE)


@pytest.mark.parametrize("lost", [1, 3, 1000])
def test_what_ends_early_is_damaged(lost: int) -> None:
    made = inflated(frame(NOISE)[:-lost])
    found = made.read(0, len(NOISE))
    assert NOISE.startswith(found)
    assert (len(found) < len(NOISE), made.whole, made.damage is None) == (True, False, False)


@pytest.mark.parametrize("rest", [b"no frame", b"\0" * 100])
def test_what_is_no_frame_behind_one_is_damage(rest: bytes) -> None:
    """It costs the piece in which it is met."""
    made = inflated(frame(NOISE) + rest)
    assert (made.read(0, len(NOISE)), made.whole) == (NOISE[: 3 * PIECE], False)
    assert "\n" not in (made.damage or "\n")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (MAGIC, True), (frame(b"a")[:4], True), (skipped(b"")[:4], True), (b"\x5f\x2a\x4d\x18", True),
        (b"\x4f\x2a\x4d\x18", False), (b"\x60\x2a\x4d\x18", False), (b"\x50\x2a\x4d\x19", False), (MAGIC[:3], False),
        (b"", False), (b"P", False),
    ],
)  # fmt: skip
def test_how_a_file_begins(start: bytes, expected: bool) -> None:
    assert begins(start) == expected
