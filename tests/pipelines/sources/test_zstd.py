import bisect
import io
import itertools
import random
import struct

import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE
from winnow.pipelines.sources.zstd import (
    MAGIC,
    NONE,
    ZstdBytes,
    ZstdFrame,
    begins,
    behind_skipped,
    dictionary_of,
    header_length,
)

BLOCK = 1 << 17
"""What a block inflates to, unless it is the last."""
NOISE = random.Random(1).randbytes(3 * BLOCK + 7)
EARLY = "the zstd data end early"


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
    assert (made.whole, made.damage, made.inflated, made.position) == (
        True, None, frames * len(data), frames * len(frame(data)),
    )  # fmt: skip
    assert made.read(made.inflated, 1) == b""


def test_a_frame_that_is_skipped_gives_nothing() -> None:
    made = inflated(skipped(b"its size") + frame(b"a") + skipped(b"") + frame(b"b"))
    assert (made.read(0, 9), made.read(2, 9), made.whole) == (b"ab", b"", True)


def test_a_bomb_is_inflated_block_by_block() -> None:
    made = inflated(frame(bytes(64 * PIECE)))
    assert (made.read(0, 1), made.inflated) == (b"\0", BLOCK)


def damaged(data: bytes) -> tuple[bytes, int, bool, str | None]:
    """What is found, where in the file it ends, whether between frames, and why."""
    made = inflated(data)
    found = made.read(0, 99 * PIECE)
    assert (made.whole, made.inflated, made.read(len(found), 1)) == (made.damage is None, len(found), b"")
    return found, made.position, made.between, made.damage


STORED = frame(NOISE)
"""Of noise the blocks are stored: a header of 9 bytes, then blocks of a header of 3 and what they are."""


@pytest.mark.parametrize(
    ("kept", "blocks"),
    [
        (8, None), (9, 0), (11, 0), (12 + BLOCK - 1, 0), (12 + BLOCK, 1), (9 + 2 * (BLOCK + 3), 2),
        (len(STORED) - 8, 3), (len(STORED) - 1, 3),
    ],
)  # fmt: skip
def test_of_a_frame_that_ends_early_all_whole_blocks_are_kept(kept: int, blocks: int | None) -> None:
    position = 0 if blocks is None else 9 + blocks * (BLOCK + 3)
    assert damaged(STORED[:kept]) == (NOISE[: BLOCK * (blocks or 0)], position, False, EARLY)
    before = frame(b"before")
    found = damaged(before + STORED[:kept])
    assert found == (b"before" + NOISE[: BLOCK * (blocks or 0)], len(before) + position, False, EARLY)


PARTS = [b"%d" % part * part for part in range(40)]
FRAMES = [frame(part) for part in PARTS]


@given(st.integers(0, len(b"".join(FRAMES))))
def test_a_cut_costs_the_frame_in_which_it_is(cut: int) -> None:
    whole = bisect.bisect_right(list(itertools.accumulate(map(len, FRAMES))), cut)
    found, position, *_ = damaged(b"".join(FRAMES)[:cut])
    assert (found, position - len(b"".join(FRAMES[:whole])) < 10) == (b"".join(PARTS[:whole]), True)


CHECKED = zstandard.ZstdCompressor(write_checksum=True)


@pytest.mark.parametrize("lost", [1, 3, 4])
def test_a_checksum_that_is_cut_costs_no_block(lost: int) -> None:
    data = CHECKED.compress(NOISE)
    assert damaged(data[:-lost]) == (NOISE, len(data) - 4, False, EARLY)


def test_a_checksum_that_is_wrong_costs_what_is_behind_it() -> None:
    data = CHECKED.compress(NOISE)
    found, position, between, damage = damaged(data[:-1] + bytes([data[-1] ^ 1]) + frame(b"next"))
    assert (found, position, between) == (NOISE, len(data) - 4, False)
    assert damage is not None
    assert "checksum" in damage
    assert "\n" not in damage


def test_a_changed_byte_costs_its_frame_and_those_behind_it() -> None:
    parts = [b"".join(b"line %d of %d\n" % (line, part) for line in range(400)) for part in range(100)]
    packed = [frame(part) for part in parts]
    packed[50] = packed[50][:30] + b"\xff\xff\xff\xff" + packed[50][34:]
    found, position, between, damage = damaged(b"".join(packed))
    assert (found, position) == (b"".join(parts[:50]), len(b"".join(packed[:50])) + header_length(packed[50]))
    assert (between, damage is None) == (False, False)


@pytest.mark.parametrize("rest", [b"no frame", bytes(100), b"\x28\xb5\x2f", MAGIC[:3] + b"\xfe" + STORED[4:]])
def test_what_is_no_frame_behind_one_is_damage_between_frames(rest: bytes) -> None:
    assert damaged(STORED + rest) == (NOISE, len(STORED), True, "no zstd frame")


@pytest.mark.parametrize("lost", [1, 8, 9, 12])
def test_a_skipped_frame_that_is_cut_is_damage_between_frames(lost: int) -> None:
    whole = skipped(b"its size") + frame(b"a")
    assert damaged(whole + skipped(b"its size")[:-lost]) == (b"a", len(whole), True, EARLY)


def stored(kind: int, size: int, content: bytes, *, last: bool = True, head: bytes = b"\x00\x58") -> bytes:
    """A frame of one block; its window is 2 MiB."""
    return MAGIC + head + (size << 3 | kind << 1 | last).to_bytes(3, "little") + content


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (stored(0, 3, b"abc"), b"abc"), (stored(1, BLOCK, b"a"), b"a" * BLOCK), (stored(0, 0, b""), b""),
        (stored(1, 0, b"a"), b""), (stored(0, 0, b"", last=False) + b"\x19\x00\x00abc", b"abc"),
    ],
)  # fmt: skip
def test_blocks_of_all_kinds(data: bytes, found: bytes) -> None:
    behind = frame(b"behind")
    assert damaged(data + behind) == (found + b"behind", len(data + behind), False, None)


@pytest.mark.parametrize(
    "data",
    [
        stored(3, 3, b"abc"), stored(1, BLOCK + 1, b"a"), stored(0, BLOCK + 1, bytes(BLOCK + 1)), stored(2, 3, b"abc"),
        stored(0, 3, b"abc", head=b"\x01\x58\x07"), stored(0, 3, b"abc", head=b"\x08\x58"),
        stored(0, 3, b"abc", head=b"\x00\xff"),
    ],
    ids=["reserved", "too long", "too long as it is", "nonsense", "of a dictionary", "of later days", "large window"],
)  # fmt: skip
def test_what_no_decoder_can_make_out_is_damage(data: bytes) -> None:
    found, position, between, damage = damaged(frame(b"a") + data)
    assert (found, between, damage is None) == (b"a", False, False)
    assert len(frame(b"a")) <= position <= len(frame(b"a")) + 6


@pytest.mark.parametrize("size", [0, 1, 255, 256, 65_791, 65_792, BLOCK, BLOCK + 1])
@pytest.mark.parametrize("sized", [True, False])
def test_headers_with_and_without_the_size(size: int, sized: bool) -> None:
    packed = zstandard.ZstdCompressor(write_content_size=sized, write_checksum=True).compress(NOISE[:size])
    assert damaged(packed * 2) == (NOISE[:size] * 2, 2 * len(packed), False, None)


@pytest.mark.parametrize(
    ("descriptor", "length"),
    [(0x00, 6), (0x20, 6), (0x40, 8), (0x60, 7), (0x80, 10), (0xC0, 14), (0xE0, 13), (0x01, 7), (0x02, 8), (0xC3, 18)],
)
def test_the_length_of_a_header(descriptor: int, length: int) -> None:
    assert header_length(MAGIC + bytes([descriptor])) == length


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


def trained() -> bytes:
    chance = random.Random(1)
    samples = [b" ".join(b"%x" % chance.getrandbits(16) for _ in range(99)) for _ in range(99)]
    held: bytes = zstandard.train_dictionary(2048, samples).as_bytes()
    return held


HELD = trained()
WITH_IT = zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(HELD), write_checksum=True).compress(NOISE)


def leading(data: bytes, magic: int = 0x184D2A5D) -> bytes:
    return struct.pack("<II", magic, len(data)) + data


@pytest.mark.parametrize("held", [HELD, zstandard.compress(HELD)])
def test_frames_are_inflated_with_the_dictionary_that_a_file_begins_with(held: bytes) -> None:
    made = inflated(leading(held) + WITH_IT + skipped(b"") + WITH_IT)
    assert (made.read(0, len(NOISE) * 2), made.read(2 * len(NOISE), 1), made.whole) == (NOISE * 2, b"", True)


@pytest.mark.parametrize("data", [WITH_IT, skipped(HELD) + WITH_IT, skipped(b"") + leading(HELD) + WITH_IT])
def test_without_it_they_are_damaged(data: bytes) -> None:
    made = inflated(data)
    assert (made.read(0, 1), made.whole, made.damage) == (b"", False, "zstd decompressor error: Dictionary mismatch")


@pytest.mark.parametrize(
    ("data", "length"),
    [(leading(HELD), len(HELD) + 8), (skipped(HELD), 0), (frame(b"a"), 0), (leading(HELD)[:7], 0), (b"", 0)],
)
def test_dictionary_of(data: bytes, length: int) -> None:
    found = dictionary_of(FileBytes(io.BytesIO(data)))
    assert (found.length, found.data is not None, found.fault) == (length, length > 0, "")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (frame(b"a"), 0),
        (skipped(b"a") + frame(b"a"), 9),
        (skipped(b"a") * 2, 18),
        (skipped(b"a") + skipped(b"a")[:-1], 9),
        (skipped(b"a") + b"junk", 9),
    ],
)
def test_behind_skipped(data: bytes, expected: int) -> None:
    assert behind_skipped(FileBytes(io.BytesIO(data)), 0) == expected


def test_one_frame_is_inflated_and_no_more() -> None:
    parts = [skipped(b"x") + frame(b"a"), frame(b"bb"), frame(b""), skipped(b"") + frame(b"c") + skipped(b"end")]
    file, at = FileBytes(io.BytesIO(b"".join(parts))), 0
    for part, expected in zip(parts, (b"a", b"bb", b"", b"c"), strict=True):
        made = ZstdFrame(file, at, NONE)
        assert (made.end, made.read(0, 9), made.whole, made.end) == (None, expected, True, at + len(part))
        at += len(part)
    for nowhere in (1, at):
        assert ZstdFrame(file, nowhere, NONE).read(0, 1) == b""


def test_the_end_of_a_frame_with_a_wrong_checksum_is_known() -> None:
    data = zstandard.ZstdCompressor(write_checksum=True).compress(b"a")
    made = ZstdFrame(FileBytes(io.BytesIO(data[:-1] + b"\0" + frame(b"b"))), 0, NONE)
    assert (made.read(0, 9), made.whole, made.end) == (b"a", False, len(data))
