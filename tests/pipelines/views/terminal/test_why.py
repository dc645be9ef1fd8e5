"""How far a value lies from its limit. The whole telling is tested in test_explain.py."""

import pytest

from winnow.pipelines.views.terminal import why


@pytest.mark.parametrize(
    ("value", "least", "most", "expected"),
    [
        (5.0, None, None, ""), (5.0, 5.0, None, "on the limit"), (4.0, 5.0, None, "20.0 % beyond"),
        (6.0, 5.0, None, "20.0 % inside"), (3.0, None, 0.0, "3 beyond"), (9.0, 3.0, 10.0, "10.0 % inside"),
    ],
)  # fmt: skip
def test_margin(value: float, least: float | None, most: float | None, expected: str) -> None:
    assert why.margin(value, least, most) == expected
