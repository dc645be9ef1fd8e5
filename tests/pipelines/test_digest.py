import re
from typing import Any

import pytest

from winnow.pipelines.digest import digest, digest_of_bytes


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], digest()),
        ([{"b": 1, "a": [2]}], digest({"a": [2], "b": 1})),
        ([("x", 1)], digest(["x", 1])),
    ],
)
def test_a_digest_is_of_the_value(values: list[Any], expected: str) -> None:
    assert digest(*values) == expected
    assert re.fullmatch("[0-9a-f]{32}", expected)


def test_a_digest_tells_values_apart() -> None:
    values: list[list[Any]] = [
        ["ab", "c"],
        ["a", "bc"],
        [["ab", "c"]],
        ["ab", "c", None],
        [1],
        ["1"],
        [1.0],
        [True],
        [""],
    ]
    assert len({digest(*v) for v in values}) == len(values)


def test_a_digest_of_bytes_tells_their_parts_apart() -> None:
    values = [(), (b"",), (b"", b""), (b"ab", b"c"), (b"a", b"bc"), (b"abc",), (b"a", b"b", b"c"), (b"\0" * 8,)]
    found = [digest_of_bytes(*parts) for parts in values]
    assert len({*found}) == len(values)
    assert {re.fullmatch("[0-9a-f]{32}", each) is not None for each in found} == {True}
    assert digest_of_bytes(b"ab", b"c") == found[3]
