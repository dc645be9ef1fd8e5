import numpy as np
import pytest

from winnow.pipelines.fit.cut import dropped, outward, tail

HUNDRED = np.arange(1.0, 101.0)


@pytest.mark.parametrize(
    ("side", "share", "limit", "beyond"),
    [
        ("max", 0.01, 99.0, 1), ("max", 0.0199, 99.0, 1), ("max", 0.02, 98.0, 2), ("max", 0.0, 100.0, 0),
        ("min", 0.01, 2.0, 1), ("min", 0.0099, 1.0, 0), ("min", 0.5, 51.0, 50),
        ("max", 0.29, 71.0, 29),  # as a float 0.29 * 100 is less than 29
    ],
)  # fmt: skip
def test_at_most_a_share_lies_beyond(side: str, share: float, limit: float, beyond: int) -> None:
    found = tail(HUNDRED, side, share)  # type: ignore[arg-type]
    assert (found, dropped(HUNDRED, side, found)) == (limit, beyond)  # type: ignore[arg-type]


def test_equal_values_stay_together() -> None:
    values = np.array([1.0] * 90 + [5.0] * 10)
    assert tail(values, "max", 0.05) == 5.0
    assert dropped(values, "max", tail(values, "max", 0.1)) == 10
    assert tail(values, "max", 0.1) == 1.0


@pytest.mark.parametrize(
    ("value", "side", "expected"),
    [
        (0.12345, "max", 0.124), (0.12345, "min", 0.123), (0.123, "max", 0.123), (0.123, "min", 0.123),
        (7.8612, "max", 7.87), (1234.5, "max", 1240.0), (1234.5, "min", 1230.0), (0.0, "max", 0.0), (-0.0, "min", 0.0),
        (-0.12345, "max", -0.123), (-0.12345, "min", -0.124), (0.9996, "max", 1.0), (1e-7, "max", 1e-7),
        (0.1 + 0.2, "max", 0.301), (1e300, "min", 1e300), (5e-324, "max", 5e-324),
    ],
)  # fmt: skip
def test_rounded_outward(value: float, side: str, expected: float) -> None:
    assert outward(value, side) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("side", "limit", "beyond"), [("min", 5.0, 4), ("min", 5.1, 5), ("max", 5.0, 95), ("max", 4.9, 96)]
)
def test_the_limit_itself_is_kept(side: str, limit: float, beyond: int) -> None:
    assert dropped(HUNDRED, side, limit) == beyond  # type: ignore[arg-type]
