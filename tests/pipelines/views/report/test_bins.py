"""The bars of a histogram: few, unions of cells, and wide enough to see a limit in."""

import numpy as np
import pytest

from winnow.pipelines.corpus.sketch import bins_of
from winnow.pipelines.views.report.bins import LINEAR, LOG, SYMLOG, Bins, bins_for


def made(values: list[float], limits: tuple[float, ...] = ()) -> Bins:
    distinct, counts = np.unique(np.array(values), return_counts=True)
    return bins_for(distinct, counts, limits)


SHARES = [at / 997 for at in range(998)]
LENGTHS = [float(at * at) for at in range(5, 300)]
DRAWN = {
    "shares": (SHARES, (0.3,)), "shares without a limit": (SHARES, ()),
    "near one": ([0.6 + s / 3 for s in SHARES], (0.65,)),
    "lengths": (LENGTHS, (50.0, 100_000.0)), "with zeros": ([0.0] * 900 + LENGTHS, (1024.0,)),
    "a far limit": (SHARES, (0.001,)), "both signs": ([s - 0.5 for s in SHARES], (-0.25, 0.25)),
    "both signs and wide": ([*LENGTHS, *(-v for v in LENGTHS), 0.0], (3.0,)),
    "tiny": ([2.0**-60 * (1 + s) for s in SHARES], ()),
    "an enormous range": ([2.0**at for at in range(-60, 60)], ()), "one value": ([0.123] * 5, (0.5,)),
    "limits that nobody reaches": (SHARES, (1e-320, -1e300, 1e308, float("inf"), float("-inf"), 0.0)),
    "zeros and a limit": ([0.0], (1e-320,)),
    "the ends of a sketch": ([-(2.0**64), -(2.0**-65), 0.0, 2.0**-65, 2.0**64], (1.0,)),
    "negative": ([-s for s in LENGTHS], (-50.0,)), "word lengths": ([3 + 3 * s for s in SHARES], (3.0, 10.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_bars_follow_one_another_and_are_few(name: str) -> None:
    bins = made(*DRAWN[name])
    assert 1 <= len(bins.edges) <= 41
    assert [low for low, _ in bins.edges[1:]] == [high for _, high in bins.edges[:-1]]
    assert all(low < high or (low, high) == (0.0, 0.0) for low, high in bins.edges)


def first_of_cell(value: float) -> bool:
    """Whether a cell begins there: at zero, and at 16 places of an octave."""
    mantissa = abs(np.frexp(value)[0]) * 32
    return value == 0 or mantissa == int(mantissa)


@pytest.mark.parametrize("name", DRAWN)
def test_every_edge_is_one_of_cells(name: str) -> None:
    assert [edge for edge in made(*DRAWN[name]).edges if not all(map(first_of_cell, edge))] == []


@pytest.mark.parametrize("name", DRAWN)
def test_a_bar_has_what_lies_in_it(name: str) -> None:
    values, limits = DRAWN[name]
    bins = made(values, limits)
    for value, at in zip(values, bins.of(np.array(values)).tolist(), strict=True):
        low, high = bins.edges[at]
        inside = low <= value < high if value > 0 else low < value <= high if value < 0 else low <= 0 <= high
        assert inside or (at == 0 and value <= low) or (at == len(bins.edges) - 1 and value >= high)


@pytest.mark.parametrize("name", DRAWN)
def test_all_of_a_sketchs_bin_is_in_one_bar(name: str) -> None:
    values = np.array(DRAWN[name][0])
    by_bin: dict[int, set[int]] = {}
    for number, at in zip(bins_of(values).tolist(), made(*DRAWN[name]).of(values).tolist(), strict=True):
        by_bin.setdefault(number, set()).add(at)
    assert [number for number, bars in by_bin.items() if len(bars) > 1] == []


@pytest.mark.parametrize(
    ("name", "scale"),
    [("shares", LINEAR), ("near one", LINEAR), ("word lengths", LINEAR), ("both signs", LINEAR), ("lengths", LOG),
     ("with zeros", SYMLOG), ("a far limit", SYMLOG), ("both signs and wide", SYMLOG), ("an enormous range", LOG)],
)  # fmt: skip
def test_the_scale_follows_the_values(name: str, scale: str) -> None:
    assert made(*DRAWN[name]).scale == scale


def test_counts_and_flags_have_a_bar_each() -> None:
    assert made([0.0, 0.0, 1.0], (1.0,)).edges == ((0.0, 1.0), (1.0, 2.0))
    assert made([0.0, 3.0, 31.0]).edges == tuple((float(n), n + 1.0) for n in range(32))
    assert made([0.0, 3.0, 32.0]).edges[-1][1] <= 40


def test_a_limit_has_bars_on_both_sides_where_there_are_values() -> None:
    for limits in ((0.02,), (0.98,), (0.5,)):
        bins = made(SHARES, limits)
        below, at, above = bins.of(np.array([0.0, limits[0], 1.0])).tolist()
        assert below < at <= above


def test_nothing_is_one_bar() -> None:
    assert made([]) == Bins(LINEAR, ((0.0, 1.0),))
