"""The bootstrap, against the plain definition and against known variances."""

import numpy as np
import pytest

from winnow.trainer.evaluate import bootstrap
from winnow.trainer.evaluate.bootstrap import Interval, Stratum, ratio, total


def documents(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    sizes = draw.integers(100, 5000, count).astype(np.float64)
    return sizes * draw.normal(1.0, 0.2, count), sizes


def test_the_value_is_the_ratio_of_sums() -> None:
    assert ratio(np.array([1.0, 3.0]), np.array([4.0, 4.0]), key="k").value == 0.5


def test_one_document_has_no_interval() -> None:
    for found in (
        ratio(np.array([3.0]), np.array([4.0]), key="k"),
        ratio(np.array([0.0, 3.0]), np.array([0.0, 4.0]), key="k"),
        total(
            {"a": Stratum(np.array([3.0]), np.array([4.0]), 1.0), "b": Stratum(np.array([1.5]), np.array([2.0]), 1.0)},
            key="k",
        ),
    ):
        assert (found.value, found.ends()) == (0.75, "-")
        assert np.isnan((found.low, found.high)).all()


def test_two_documents_have_one() -> None:
    found = ratio(np.array([3.0, 1.0]), np.array([4.0, 4.0]), key="k")
    assert (found.low, found.value, found.high) == (0.25, 0.5, 0.75)
    assert (found.ends(), found.ends("{:.0%}".format)) == ("0.2500 to 0.7500", "25% to 75%")


def test_equal_documents_have_no_width() -> None:
    found = ratio(np.full(50, 3.0), np.full(50, 4.0), key="k")
    assert (found.low, found.high) == (0.75, 0.75)


def test_the_same_key_gives_the_same_interval_and_another_key_another() -> None:
    bits, sizes = documents(100)
    assert ratio(bits, sizes, key="a") == ratio(bits, sizes, key="a")
    assert ratio(bits, sizes, key="a").low != ratio(bits, sizes, key="b").low


def test_the_draws_are_pinned() -> None:
    """They must not move with NumPy's version: an evaluation is repeatable."""
    (block,) = bootstrap._draws(7, "pinned")
    assert block.shape == (bootstrap.RESAMPLES, 7)
    assert block[0].tolist() == [1, 2, 4, 2, 1, 2, 5]


def test_every_document_is_drawn_equally_often() -> None:
    counts = sum(np.bincount(block.ravel(), minlength=10) for block in bootstrap._draws(10, "k"))
    assert counts.sum() == 10 * bootstrap.RESAMPLES
    assert np.abs(counts - 1000).max() < 150  # five standard deviations


def test_blocks_are_as_good_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    bits, sizes = documents(50)
    whole = ratio(bits, sizes, key="k")
    monkeypatch.setattr(bootstrap, "_DRAWS", 128)
    assert ratio(bits, sizes, key="k") == whole


def test_the_width_is_that_of_the_standard_error() -> None:
    bits, sizes = documents(2000)
    found = ratio(bits, sizes, key="k")
    residual = bits - found.value * sizes
    error = float(np.sqrt((residual**2).sum()) / sizes.sum())
    assert (found.high - found.low) / (2 * 1.96 * error) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("count", [bootstrap.GROUPS, bootstrap.GROUPS + 1, 3 * bootstrap.GROUPS])
def test_many_documents_are_grouped_and_the_interval_stays(count: int) -> None:
    bits, sizes = documents(count)
    found = ratio(bits, sizes, key="k")
    residual = bits - found.value * sizes
    error = float(np.sqrt((residual**2).sum()) / sizes.sum())
    assert found.value == bits.sum() / sizes.sum()
    assert (found.high - found.low) / (2 * 1.96 * error) == pytest.approx(1.0, abs=0.1)


def test_what_both_find_hard_cancels_out() -> None:
    hard, sizes = documents(200)
    found = ratio(hard - (hard - 0.01 * sizes), sizes, key="k")
    assert found.value == pytest.approx(0.01)
    assert (found.low, found.high) == (pytest.approx(0.01), pytest.approx(0.01))


def test_strata_weigh_what_they_stand_for_not_what_was_scored() -> None:
    of = {
        "a": Stratum(np.array([10.0, 10.0]), np.array([10.0, 10.0]), weight=3.0),
        "b": Stratum(np.array([200.0]), np.array([100.0]), weight=1.0),
    }
    assert total(of, key="k").value == 0.75 * 1.0 + 0.25 * 2.0


def test_scored_whole_the_total_is_the_plain_ratio() -> None:
    (first, sizes), (second, others) = documents(30), documents(40, seed=1)
    of = {"a": Stratum(first, sizes, float(sizes.sum())), "b": Stratum(second, others, float(others.sum()))}
    assert total(of, key="k").value == pytest.approx((first.sum() + second.sum()) / (sizes.sum() + others.sum()))


def test_documents_without_units_are_left_out() -> None:
    found = ratio(np.array([0.0, 3.0, 3.0]), np.array([0.0, 4.0, 4.0]), key="k")
    assert found == Interval(0.75, 0.75, 0.75)


@pytest.mark.parametrize("units", [np.zeros(0), np.zeros(3)])
def test_nothing_scored_is_no_figure(units: np.ndarray) -> None:
    with pytest.raises(ValueError, match="nothing was scored"):
        ratio(np.zeros(len(units)), units, key="k")
