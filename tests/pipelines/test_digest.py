import re
from typing import Any

import pytest

from winnow.pipelines.digest import digest


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
