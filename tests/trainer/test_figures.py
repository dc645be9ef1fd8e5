import math

import pytest

from winnow.trainer.figures import POINTS, count, duration, number, share, size, smooth, thin, ticks


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (1, "1"), (10, "10"), (100, "100"), (999, "999"), (999.4, "999"), (999.6, "1 k"), (1000, "1 k"),
        (1380, "1.38 k"), (12_000, "12 k"), (999_499, "999 k"), (999_600, "1 M"), (1.5e9, "1.5 G"), (2e12, "2 T"),
        (3e15, "3 P"), (4.2e18, "4200 P"), (-1500, "-1.5 k"), (0.5, "0.5"), (0.012345, "0.0123"),
        (0.0001, "0.0001"), (1.23e-7, "1.23e-07"), (math.nan, "-"), (math.inf, "-"), (-math.inf, "-"),
    ],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_counts_are_in_billions() -> None:
    assert [count(v) for v in (1.7e9, 2e6, 3.0)] == ["1.7 B", "2 M", "3"]
    assert number(1.23456, 5) == "1.2346"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (0.024, "0.024 s"), (59.4, "59 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3599, "59 min 59 s"),
        (3599.9, "1 h"), (3660, "1 h 1 min"), (47.9 * 3600, "47 h 54 min"), (48 * 3600, "2 days"),
        (86400 * 400, "400 days"), (86400 * 365.25 * 7, "7 years"), (math.nan, "-"), (math.inf, "-"),
    ],
)  # fmt: skip
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_sizes_and_shares() -> None:
    assert [size(v) for v in (0, 12, 999, 1000, 5.51e6, 1.2e10)] == [
        "0 bytes", "12 bytes", "999 bytes", "1 kB", "5.51 MB", "12 GB",
    ]  # fmt: skip
    assert [share(0.1234), share(1, 0), share(math.nan)] == ["12.3 %", "100 %", "-"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (2.6, 3.9, [2.75, 3.0, 3.25, 3.5, 3.75]),
        (-1, 1, [-1, -0.5, 0, 0.5, 1]),
        (5, 5, [5]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_thinning_keeps_spikes_and_the_end() -> None:
    y = [0.0] * 100_000
    y[54_321], y[-1] = 9.0, 1.0
    points = thin(range(100_000), y)
    assert len(points) <= POINTS + 2
    assert (54_321, 9.0) in points
    assert points[-1] == (99_999, 1.0)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_thinning_leaves_out_what_is_not_finite() -> None:
    assert thin([0, 1, 2, math.nan], [1.0, math.nan, 3.0, 4.0]) == [(0, 1.0), (2, 3.0)]
    assert thin([], []) == []


def test_smoothing() -> None:
    assert smooth([], 5) == []
    assert smooth([3.0] * 50, 10) == pytest.approx([3.0] * 50)
    assert smooth([1.0, 2.0, 3.0], 1) == [1.0, 2.0, 3.0]
    broken = smooth([math.nan, 2.0, math.inf, 2.0], 5)
    assert math.isnan(broken[0])
    assert broken[1:] == pytest.approx([2.0, 2.0, 2.0])
    steps = smooth([0.0] * 1000 + [1.0] * 1000, 20)
    assert steps[1019] == pytest.approx(1 - (1 - 1 / 20) ** 20, abs=1e-6)
