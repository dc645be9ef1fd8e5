import bz2
import io
import itertools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.pipelines.sources import bzip2
from winnow.pipelines.sources.bzip2 import MAGIC, Bzip2Bytes
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE, Hole

DAMAGED, STRANGE, EARLY = "a bzip2 block is damaged", "no bzip2 data", "the bzip2 data end early"


def opened(data: bytes, at: tuple[int, int] = (0, 0)) -> Bzip2Bytes:
    return Bzip2Bytes(FileBytes(io.BytesIO(data)), at)


def inflated(data: bytes, at: tuple[int, int] = (0, 0)) -> tuple[bytes, Bzip2Bytes]:
    """All pieces, and what is known at their end."""
    found, offset, pieces = opened(data, at), at[0], list[bytes]()
    while piece := found.read(offset, PIECE):
        pieces.append(piece)
        offset += len(piece)
    return b"".join(pieces), found


def noise(seed: int, length: int) -> bytes:
    return random.Random(seed).randbytes(length)


LONG = noise(1, 350_000)
"""Four blocks at level 1."""


@given(st.lists(st.tuples(st.binary(max_size=300), st.integers(1, 9)), min_size=1, max_size=5), st.integers(0, 99))
def test_streams_inflate_as_the_standard_library_does(streams: list[tuple[bytes, int]], zeros: int) -> None:
    data = b"".join(bz2.compress(content, level) for content, level in streams)
    whole, found = inflated(data + bytes(zeros))
    assert whole == bz2.decompress(data)
    assert (found.whole, found.holes, found.damage, found.position) == (True, [], None, len(data) + zeros)
    assert len(found.starts) == max(1, sum(bool(content) for content, _ in streams))
    assert found.starts[0] == (0, 0)


@pytest.mark.parametrize("level", [1, 3, 9])
def test_levels_and_every_start(level: int) -> None:
    content = LONG + b"the same again " * 40_000 + LONG[::-1]
    data = bz2.compress(b"before", level) + bz2.compress(content, level)
    content = b"before" + content
    whole, found = inflated(data)
    assert (whole == content, found.whole) == (True, True)
    assert len(found.starts) == {1: 15, 3: 6, 9: 3}[level]
    for at in found.starts:
        rest, again = inflated(data, at)
        assert (rest == content[at[0] :], again.whole) == (True, True)
        assert again.starts == [start for start in found.starts if start >= at]


@pytest.mark.parametrize(
    "content",
    [
        b"a" * 1_000_000, b"\0" * 900_001, b"aaaa" * 5 + b"b", bytes(range(256)) * 4000, b"abc" * 900_000,
        noise(3, 100_000) + b"\xff" * 3_000_000 + noise(4, 100_000),  # a block of more than is held, but no bomb
    ],
    ids=range(6),
)  # fmt: skip
def test_runs_and_repeats(content: bytes) -> None:
    whole, found = inflated(bz2.compress(content))
    assert (whole == content, found.whole) == (True, True)


def test_a_bomb_is_a_hole() -> None:
    bomb = bz2.compress(b"a" * 100_000_000)
    assert len(bomb) < 200
    data = bz2.compress(b"before") + bomb + bz2.compress(b"after")
    whole, found = inflated(data)
    assert (whole[:6], whole[6:-5].strip(b"\0"), whole[-5:], len(whole) < 300) == (b"before", b"", b"after", True)
    assert {hole.damage for hole in found.holes} == {DAMAGED}
    assert found.holes[0].position == len(bz2.compress(b"before")) + 4


def test_how_much_a_block_may_inflate_to(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bz2.compress(b"a" * (1 << 20))
    assert len(data) < 1000  # so that it is the first MiB that lets it through
    assert inflated(data)[1].holes == []
    monkeypatch.setattr(bzip2, "_HELD", (1 << 20) - 1)
    assert len(inflated(data)[1].holes) == 1


def test_only_a_piece_is_held_of_a_block_that_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bzip2, "_HELD", 1000)
    content = noise(5, 2 * PIECE + 7)
    found, sizes = opened(bz2.compress(content)), list[int]()
    while piece := found._piece():
        sizes.append(len(piece))
    assert (sum(sizes), max(sizes), found.whole) == (len(content), PIECE, True)


@pytest.mark.parametrize("length", [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 1 << 20])
@pytest.mark.parametrize("content", [b"a" * (1 << 20), noise(2, 1 << 20)])
def test_blocks_as_long_as_pieces(length: int, content: bytes) -> None:
    content = content[:length]
    assert inflated(bz2.compress(content) + bz2.compress(b"behind"))[0] == content + b"behind"


@pytest.mark.parametrize(("repeats", "once"), [(2, False), (90, False), (800, True)])
def test_what_gives_much_before_it_proves_damaged_is_tried_once(
    monkeypatch: pytest.MonkeyPatch, repeats: int, once: bool
) -> None:
    """Else a file of such blocks would take minutes a megabyte."""
    tried, inflate = list[bytes](), bzip2._inflated

    def counted(packed: bytes) -> object:
        tried.append(packed)
        return inflate(packed)

    monkeypatch.setattr(bzip2, "_inflated", counted)
    data = bytearray(bz2.compress(noise(6, 1000) * repeats))
    data[10] ^= 1  # of the checksum
    assert len(inflated(bytes(data) + bz2.compress(b"behind") * 5)[1].holes) == 1
    assert (len(tried) == 1 + 5) == once


THREE = [noise(seed, length) for seed, length in ((0, 5000), (1, 110_000), (2, 3000), (3, 3000))]
STREAMS = [bz2.compress(content, 1) for content in THREE]
"""Four streams, the second of two blocks."""
DATA = b"".join(STREAMS)
ALL = b"".join(THREE)
STARTS = inflated(DATA)[1].starts
EDGES = [bit // 8 for _, bit in STARTS[1:]] + [sum(map(len, STREAMS[:n])) for n in range(5)]
_places = st.one_of(st.integers(0, len(DATA) - 1), st.builds(
    lambda edge, by: min(max(edge + by, 0), len(DATA) - 1), st.sampled_from(EDGES), st.integers(-14, 14)
))  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(_places, st.integers(0, 7))
def test_a_changed_bit_costs_its_block_at_most(place: int, bit: int) -> None:
    data = bytearray(DATA)
    data[place] ^= 1 << bit
    whole, found = inflated(bytes(data))
    if not found.holes:
        assert whole == ALL  # a border of streams, in which no text is
        return
    (hole,) = found.holes
    ends = [offset for offset, _ in STARTS] + [len(ALL)]
    last = place >= STARTS[-1][1] // 8
    lost = [end for start, end in itertools.pairwise(ends) if start == hole.offset][:1]
    assert whole[: hole.offset] == ALL[: hole.offset]
    assert whole[hole.offset : hole.offset + hole.length].strip(b"\0") == b""
    assert whole[hole.offset + hole.length :] == (ALL[lost[0] :] if lost else b"")
    assert lost or (last and hole.offset == len(ALL))
    for at in found.starts:
        if at[0] != hole.offset:
            assert inflated(bytes(data), at)[0] == whole[at[0] :]


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.integers(1, len(DATA) - 1), st.sampled_from([1, 4, 9, 10, 11, 14])))
def test_what_is_cut_off_is_the_last_hole(lost: int) -> None:
    whole, found = inflated(DATA[:-lost])
    left = DATA[:-lost]
    at_border = len(left) in [sum(map(len, STREAMS[:n])) for n in range(5)]
    if at_border:
        assert (found.holes, whole) == ([], ALL[: len(whole)])
        return
    (hole,) = found.holes
    assert hole.length == len(whole) - hole.offset >= 1
    assert (whole[: hole.offset], ALL[: hole.offset]) == (ALL[: hole.offset], whole[: hole.offset])
    assert (found.whole, found.position) == (True, len(left))


@pytest.mark.parametrize("rest", [b"hello garbage\n", bytes(63) + b"x", b"BZh9", noise(9, 5000), b"x"])
def test_what_is_behind_the_last_stream_is_a_hole_that_cost_nothing(rest: bytes) -> None:
    data = bz2.compress(b"text")
    whole, found = inflated(data + rest)
    assert whole == b"text" + bytes(len(rest))
    assert found.holes == [Hole(4, len(rest), len(data), STRANGE, between=True)]


def test_what_lies_between_streams() -> None:
    one, two = bz2.compress(b"one"), bz2.compress(b"two")
    whole, found = inflated(one + b"x" * 30 + two)
    assert (whole, found.holes) == (b"one" + bytes(34) + b"two", [Hole(3, 34, len(one), STRANGE, between=True)])
    assert inflated(one + b"x" * 17 + two)[0] == b"onetwo"  # with the header 21 bytes: no block could have been there
    assert inflated(one + b"x" * 18 + two)[0] == b"one" + bytes(22) + b"two"


@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_mark_that_came_about_by_chance(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """None can be made to order, so what is looked for is something that does stand in a block."""
    data = bz2.compress(noise(7, 50_000))
    monkeypatch.setattr(bzip2.Bzip2Bytes, "_mark", _marked(data, count))
    monkeypatch.setattr(bzip2, "_MIDDLES", re.compile(b"|".join(
        [bzip2._MIDDLES.pattern, *(re.escape(data[at + 1 : at + 6]) for at in _chances(count))]
    ), re.DOTALL))  # fmt: skip
    monkeypatch.setattr(bzip2, "_SHIFTS", bzip2._SHIFTS | {data[at + 1 : at + 6]: 0 for at in _chances(count)})
    whole, found = inflated(data)
    assert (whole == noise(7, 50_000), found.holes == []) == (count <= 3, count <= 3)


def _chances(count: int) -> list[int]:
    return [1000 * (n + 1) for n in range(count)]


def _marked(data: bytes, count: int):  # type: ignore[no-untyped-def]
    true = bzip2.Bzip2Bytes._mark

    def mark(self: Bzip2Bytes, bit: int) -> object:
        return bzip2._Mark(bit, False) if bit in [8 * at for at in _chances(count)] else true(self, bit)

    return mark


@pytest.mark.parametrize("data", [b"", b"BZh9", b"BZh91AY&SY", b"BZh91AY&SY" * 3000, b"BZh9\x17rE8P\x90", bytes(100)])
def test_ugly_files(data: bytes) -> None:
    whole, found = inflated(data)
    assert (whole.strip(b"\0"), found.position) == (b"", len(data))
    assert (found.whole, found.holes == []) == (True, data in (b"", bytes(100)))


def test_crowded_marks_take_time_in_proportion() -> None:
    """Each is tried with a few of those that follow, not with all."""
    data = b"BZh9" + b"1AY&SY" * 20_000 + noise(8, 100_000)
    whole, found = inflated(data)
    assert whole == bytes(len(whole))
    assert sum(hole.length for hole in found.holes) >= len(data) - 4


@given(st.binary(max_size=200))
def test_noise_never_raises(data: bytes) -> None:
    for start in (b"", b"BZh9", b"BZh91AY&SY"):
        whole, found = inflated(start + data)
        assert (len(whole), found.position) == (found.inflated, len(start + data))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (bz2.compress(b""), True), (bz2.compress(b"a", 1), True), (b"BZh91AY&S", False), (b"BZh01AY&SY", False),
        (b"\x1f\x8b", False),
    ],
)  # fmt: skip
def test_how_a_file_begins(start: bytes, expected: bool) -> None:
    assert (MAGIC.match(start) is not None) == expected


def test_reading_goes_forward_only() -> None:
    data = opened(bz2.compress(LONG, 1))
    assert data.read(200_000, 10) == LONG[200_000:200_010]
    with pytest.raises(ValueError, match="forward only"):
        data.read(0, 1)
