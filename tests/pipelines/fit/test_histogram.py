import numpy as np

from winnow.pipelines.fit.fitted import Histogram, Limit, Side
from winnow.pipelines.fit.histogram import BARS, histogram


def side(which: str, fitted: float | None = None, recipe: float | None = None) -> Side:
    fit, held = (None if value is None else Limit(value, 0) for value in (fitted, recipe))
    return Side(which, fit, "", held, None, ())  # type: ignore[arg-type]


def test_no_values() -> None:
    assert histogram(np.zeros(0), []) == Histogram((), (), False)


def test_whole_numbers_have_a_bar_each() -> None:
    values = np.array([1.0, 1.0, 3.0])
    assert histogram(values, []) == Histogram((0.5, 1.5, 2.5, 3.5), (2, 0, 1), True)
    assert histogram(np.zeros(9), []) == Histogram((-0.5, 0.5, 1.5), (9, 0), True)


def test_a_fitted_limit_parts_the_bars() -> None:
    values = np.sort(np.concatenate([np.linspace(0, 1, 101), [0.505]]))
    found = histogram(values, [side("max", 0.505)])
    at = next(number for number, edge in enumerate(found.edges) if edge > 0.505)
    assert sum(found.counts[:at]) == 52  # 0 to 0.5, and the limit itself
    found = histogram(values, [side("min", 0.505)])
    assert sum(found.counts[: found.edges.index(0.505)]) == 51


def test_near_limits_are_in_the_picture_and_far_ones_not() -> None:
    values = np.linspace(1.5, 2.5, 50)
    assert histogram(values, [side("max", recipe=3.5)]).edges[-1] == 3.5
    assert histogram(values, [side("max", recipe=3.6)]).edges[-1] == 2.5
    assert len(histogram(values, []).counts) == BARS


def test_what_lies_farther_out_is_in_the_last_bar() -> None:
    values = np.sort(np.concatenate([np.linspace(0, 1, 999), [1e9]]))
    found = histogram(values, [])
    assert found.edges[-1] < 1.01
    assert (sum(found.counts), found.counts[-1] > 20) == (1000, True)


def test_one_value() -> None:
    found = histogram(np.full(5, 0.25), [side("max", 0.25)])
    assert (found.edges[0], sum(found.counts)) == (0.25, 5)
