import io
import itertools
import pickle

import pytest

from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.sources.file_bytes import BLOCK, Changed, FileBytes, Part, Seen, checksum, touched

WINDOW = 4 * BLOCK
SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, WINDOW, WINDOW + 1, 7 * BLOCK + 9]


def some(size: int) -> bytes:
    return bytes(i * i % 251 for i in range(size))


def seen(data: bytes) -> Seen:
    file = FileBytes(io.BytesIO(data), digest=True)
    return Seen("a.warc", len(data), file.blocks())


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_checksum_is_crc_32_and_adler_32() -> None:
    assert checksum(b"123456789").hex() == "cbf43926" + "091e01de"
    assert checksum(b"").hex() == "00000000" + "00000001"


@pytest.mark.parametrize(
    ("offset", "length", "blocks"),
    [
        (0, 0, []), (0, 1, [0]), (0, BLOCK, [0]), (0, BLOCK + 1, [0, 1]), (BLOCK - 1, 1, [0]), (BLOCK - 1, 2, [0, 1]),
        (BLOCK, 1, [1]), (BLOCK, BLOCK, [1]), (5, 2 * BLOCK, [0, 1, 2]),
    ],
)  # fmt: skip
def test_the_blocks_that_a_stretch_touches(offset: int, length: int, blocks: list[int]) -> None:
    assert list(touched(offset, length)) == blocks


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("reads", [[], [(0, 3)], [(5 * BLOCK + 7, 9)], [(WINDOW - 1, BLOCK), (2, 4), (6 * BLOCK, 1)]])
def test_every_block_has_a_checksum_whatever_is_read_first(size: int, reads: list[tuple[int, int]]) -> None:
    data = some(size)
    file = FileBytes(io.BytesIO(data), digest=True)
    for offset, length in reads:
        assert file.read(offset, length) == data[offset : offset + length]
    assert file.blocks() == b"".join(checksum(data[at : at + BLOCK]) for at in range(0, size, BLOCK))


def read_or_none(file: FileBytes, offset: int, length: int) -> bytes | None:
    try:
        return file.read(offset, length)
    except Changed:
        return None


@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK, 3 * BLOCK + 5, 7 * BLOCK, 7 * BLOCK + 8])
def test_a_changed_byte_is_in_no_read_and_spoils_only_its_block(at: int) -> None:
    data = some(7 * BLOCK + 9)
    file = FileBytes(io.BytesIO(changed(data, at)), seen=seen(data))
    edges = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 4 * BLOCK, 7 * BLOCK - 1, 7 * BLOCK, len(data)]
    pairs = list(itertools.combinations(edges, 2))
    for start, end in pairs + pairs[::-1]:
        spoilt = at // BLOCK in touched(start, end - start)
        assert read_or_none(file, start, end - start) == (None if spoilt else data[start:end])


@pytest.mark.parametrize("at", [0, 3 * BLOCK, 6 * BLOCK + 5])
def test_a_check_looks_at_blocks_that_nobody_read(at: int) -> None:
    data = some(7 * BLOCK)
    file = FileBytes(io.BytesIO(changed(data, at)), seen=seen(data))
    for block in range(7):
        if block == at // BLOCK:
            with pytest.raises(Changed):
                file.check(block * BLOCK + 1, 1)
        else:
            file.check(block * BLOCK, BLOCK)
    with pytest.raises(Changed):
        file.check(0, len(data))


@pytest.mark.parametrize(("was", "now"), [(9, 8), (9, 10), (0, 1), (1, 0), (BLOCK, BLOCK + 1), (2 * BLOCK, BLOCK)])
def test_another_size_is_another_file(was: int, now: int) -> None:
    with pytest.raises(Changed) as caught:
        FileBytes(io.BytesIO(some(now)), seen=seen(some(was)))
    assert caught.value.what == f"it had {was:,} bytes, now {now:,}"


@pytest.mark.parametrize("left", [0, 5, BLOCK, 2 * BLOCK + 5])
def test_a_file_cut_after_it_was_opened(left: int) -> None:
    data = some(3 * BLOCK)
    stream = io.BytesIO(data)
    file = FileBytes(stream, seen=seen(data))
    stream.truncate(left)
    assert read_or_none(file, 2 * BLOCK, BLOCK) is None
    # and one that is scanned while it shrinks has a census all the same, which is then not taken
    stream = io.BytesIO(data)
    file = FileBytes(stream, digest=True)
    stream.truncate(left)
    assert len(file.blocks()) == 3 * 8


def test_what_is_said_names_the_file_the_place_and_the_cure() -> None:
    data = some(3 * BLOCK)
    with pytest.raises(Changed) as caught:
        FileBytes(io.BytesIO(changed(data, 2 * BLOCK)), seen=seen(data)).read(0, len(data))
    assert str(caught.value) == (
        "a.warc was changed during the build: other bytes in the 64 KiB from offset 131072 on; "
        "once it stays as it is, give the command again"
    )


def test_it_ends_a_build_and_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(Changed("a.warc", "why")))
    assert (isinstance(error, BuildFailed), error.path, str(error)) == (True, "a.warc", str(Changed("a.warc", "why")))


@pytest.mark.parametrize(("offset", "size", "expected"), [(0, 9, b"2345"), (1, 2, b"34"), (3, 9, b"5"), (4, 1, b"")])
def test_a_part_is_a_file_of_its_own(offset: int, size: int, expected: bytes) -> None:
    part = Part(FileBytes(io.BytesIO(b"0123456789")), 2, 4)
    assert (part.size, part.read(offset, size), part.given) == (4, expected, len(expected))
    assert (part.has(4), part.has(5)) == (True, False)


def test_zeros_at_the_end_of_a_part() -> None:
    file = FileBytes(io.BytesIO(b"1\0\0002"))
    assert (Part(file, 0, 3).ends_in_zeros(1), Part(file, 0, 4).ends_in_zeros(1)) == (True, False)
