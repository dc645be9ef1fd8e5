"""Bytes by offset that can only be made forward, and a stretch of them as a stream."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Forward, Slice


class Pieces(Forward):
    """Bytes that come in the pieces that are given."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__()
        self.left = [*pieces]

    def _piece(self) -> bytes:
        piece = self.left.pop(0) if self.left else b""
        self.inflated += len(piece)
        return piece


@given(
    st.lists(st.binary(min_size=1, max_size=5), max_size=8), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)))
)
def test_what_is_read_forward(pieces: list[bytes], reads: list[tuple[int, int]]) -> None:
    """Each read begins where the one before began, or behind."""
    data, made, at = b"".join(pieces), Pieces(*pieces), 0
    for further, size in reads:
        at += further
        assert made.read(at, size) == data[at : at + size]
        assert made.has(at) == (at <= len(data) or made.inflated >= at)


@pytest.mark.parametrize(("offset", "inflated"), [(0, 3), (3, 3), (4, 6), (6, 6), (7, 6)])
def test_no_more_is_inflated_than_was_asked_for(offset: int, inflated: int) -> None:
    made = Pieces(b"abc", b"def")
    assert made.read(0, 1) == b"a"
    made.read(offset, 0)
    assert (made.inflated, made.has(inflated), made.has(inflated + 1)) == (inflated, True, False)


def test_nothing_can_be_read_that_was_left_behind() -> None:
    made = Pieces(b"abc", b"def", b"ghi")
    assert made.read(4, 1) == b"e"
    assert made.read(4, 4) == b"efgh"
    with pytest.raises(ValueError, match=r"^inflated bytes are read forward only: 3 lies before 4$"):
        made.read(3, 1)


@pytest.mark.parametrize(("most", "inflated"), [(0, 0), (1, 3), (3, 3), (4, 6), (6, 6), (99, 6)])
def test_what_is_drained_is_forgotten(most: int, inflated: int) -> None:
    made = Pieces(b"abc", b"def")
    made.drain(most)
    assert made.inflated == inflated
    if inflated:
        with pytest.raises(ValueError, match="forward only"):
            made.read(inflated - 1, 1)
    assert made.read(inflated, 9) == b"abcdef"[inflated:]


def test_a_slice_is_a_stream_of_a_stretch() -> None:
    made = Slice(FileBytes(io.BytesIO(b"0123456789")), 2, 5)
    assert [made.read(2), made.at, made.read(0), made.read(), made.read(), made.at] == [b"23", 4, b"", b"456", b"", 7]


def test_a_slice_ends_with_the_bytes() -> None:
    made = Slice(FileBytes(io.BytesIO(b"0123")), 2, 5)
    assert [made.read(4), made.read(), made.at] == [b"23", b"", 4]
