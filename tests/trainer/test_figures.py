import math

import pytest

from winnow.trainer.figures import count, duration, listed, many, number, share, size


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
    ("found", "said"), [(0, "0 steps"), (1, "1 step"), (2, "2 steps"), (1200, "1,200 steps"), (float("nan"), "")]
)
def test_one_is_not_told_as_several(found: float, said: str) -> None:
    assert many(found, "step") == said
    assert many(found, "process", "processes") == said.replace("steps", "processes").replace("step", "process")


def test_a_long_list_is_cut() -> None:
    names = list("abcdefg")
    assert [listed(names[:n]) for n in (0, 1, 5, 6, 7)] == [
        "", "a", "a, b, c, d, e", "a, b, c, d, e and 1 more", "a, b, c, d, e and 2 more"]  # fmt: skip
