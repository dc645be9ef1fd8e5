import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.tables.thrift import Thrift, Wrong


@pytest.mark.parametrize(
    ("data", "wanted", "expected"),
    [
        (b"\x00", {}, {}),
        (b"\x15\x04\x00", {1: None}, {1: 2}),
        (b"\x15\x03\x00", {1: None}, {1: -2}),
        (b"\x15\x04\x00", {2: None}, {}),
        (b"\x15\x04\x16\xfe\xff\x03\x00", {2: None}, {2: 32767}),
        (b"\x05\xc8\x01\x04\x00", {100: None}, {100: 2}),
        (b"\x11\x12\x00", {1: None, 2: None}, {1: True, 2: False}),
        (b"\x18\x03abc\x00", {1: None}, {1: b"abc"}),
        (b"\x17" + bytes(8) + b"\x00", {1: None}, {1: 0.0}),
        (b"\x19\x35\x02\x04\x06\x00", {1: None}, {1: [1, 2, 3]}),
        (b"\x19\x21\x01\x02\x00", {1: None}, {1: [True, False]}),
        (b"\x19\xf5\x01\x02\x00", {1: None}, {1: [1]}),
        (b"\x1c\x15\x02\x15\x04\x00\x00", {1: {2: None}}, {1: {2: 2}}),
        (b"\x19\x1c\x15\x02\x00\x00", {1: {1: None}}, {1: [{1: 1}]}),
        (b"\x1b\x00\x15\x02\x00", {2: None}, {2: 1}),
        (b"\x1b\x01\x85\x01a\x02\x15\x02\x00", {2: None}, {2: 1}),
    ],
)
def test_structs(data: bytes, wanted: dict[int, object], expected: dict[int, object]) -> None:
    thrift = Thrift(data + b"behind")
    assert (thrift.struct(wanted), thrift.at) == (expected, len(data))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the bytes end early"),
        (b"\x15", "the bytes end early"),
        (b"\x18\x05abc", "the bytes end early"),
        (b"\x19\xfc\xff\xff\xff\x0f", "a list is longer than what is left"),
        (b"\x1b\xff\xff\xff\x0f\x55", "a map is longer than what is left"),
        (b"\x15" + b"\xff" * 20, "a number is too long"),
        (b"\x1d", "no type has the number 13"),
        (b"\x1c" * 100, "structs inside of structs inside of structs"),
    ],
)
def test_what_is_none(data: bytes, said: str) -> None:
    with pytest.raises(Wrong, match=said):
        Thrift(data).struct({})


@given(st.binary(max_size=200))
def test_any_bytes_end(data: bytes) -> None:
    with contextlib.suppress(Wrong):
        Thrift(data).struct({1: {1: None}, 2: None, 4: {}})
