"""What each line of a text is, for steps that ask."""

import pytest

from winnow.filters.kinds import of_lines


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({}, None),
        ({"kinds": ""}, []),
        ({"kinds": "h1 p2 c1"}, ["heading", "prose", "prose", "code"]),
        ({"kinds": "t11"}, ["table"] * 11),
        ({"kinds": "l1 d1 q1 f1 b1"}, ["list", "definition", "quote", "caption", "button"]),
    ],
)
def test_lines(meta: dict[str, str], expected: list[str] | None) -> None:
    assert of_lines(meta) == expected
