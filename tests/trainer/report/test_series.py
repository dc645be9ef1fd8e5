import math

import numpy as np
import pytest

from winnow.trainer.report.series import ABSURD, POINTS, at, kept, smooth

NAN = math.nan


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize("many", [0, 1, 2, 3, 10, 1000])
def test_a_straight_line_is_its_own_smoothing(many: int) -> None:
    y = 5 - 0.25 * np.arange(many)
    assert smooth(y) == pytest.approx(y, abs=1e-9)


def test_it_does_not_lag_behind_a_curve_that_falls() -> None:
    falling = 3 * (1 + np.arange(4000) / 50) ** -0.5
    noise = np.random.default_rng(1).normal(0, 0.05, 4000)
    off = smooth(falling + noise) - falling
    assert abs(off[100:].mean()) < 0.005
    assert abs(off[-100:].mean()) < 0.03
    assert off[100:].std() < 0.02


def test_what_is_not_finite_is_a_gap() -> None:
    found = smooth(array(3, NAN, 3, math.inf, 3))
    assert found == pytest.approx(array(3, NAN, 3, NAN, 3), nan_ok=True)
    assert np.isnan(smooth(array(NAN, NAN))).all()


def test_one_absurd_value_does_not_take_the_others_digits() -> None:
    y = np.full(100, 2.0)
    y[50] = 2 * ABSURD + 1
    assert smooth(y)[[0, 49, 51, 99]] == pytest.approx(array(2, 2, 2, 2))
    assert math.isnan(smooth(y)[50])


def test_what_is_drawn_keeps_spikes_and_both_ends() -> None:
    one, other = np.zeros(100_000), np.zeros(100_000)
    one[54_321], other[12_345], other[99] = 9.0, -9.0, NAN
    found = kept([one, other])
    assert {0, 54_321, 12_345, 99_999} <= set(found.tolist())
    assert len(found) <= 2 * POINTS
    assert found.tolist() == sorted(set(found.tolist()))


@pytest.mark.parametrize("many", [0, 1, POINTS])
def test_of_few_all_are_drawn(many: int) -> None:
    assert kept([np.zeros(many)]).tolist() == list(range(many))
    assert kept([]).tolist() == []


def test_a_place_between_points() -> None:
    x, y = array(0, 10, NAN, 30), array(0, 1, 5, NAN)
    assert (at(x, y, 5), at(x, y, 10)) == (0.5, 1)
    assert math.isnan(at(x, y, 10.1))
    assert math.isnan(at(array(), array(), 1))
