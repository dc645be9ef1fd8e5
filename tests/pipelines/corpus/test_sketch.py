"""Sketches against the values themselves: bins, bounds of the error, and merges in any order."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.pipelines.corpus.sketch import Between, Sketch, Sketches, bins_of, edges_of, merge
from winnow.pipelines.counts import NONE, Count

LEAST, MOST = 2.0**-64, 2.0**64
ANY = st.floats(allow_nan=False, allow_infinity=True)
USUAL = st.one_of(
    ANY, st.floats(0, 1), st.integers(-300, 300).map(float), st.sampled_from([0.0, -0.0, 0.5, 1.0, 0.3, LEAST, MOST])
)
Row = tuple[float | None, int, bool]
"""Value or unknown, characters, whether it was measured."""
ROWS = st.lists(st.tuples(st.one_of(st.none(), st.just(math.nan), USUAL), st.integers(0, 1000), st.booleans()))


def sketched(rows: Sequence[Row], cells: Sequence[int] = ()) -> dict[int, Sketch]:
    made = Sketches()
    made.add(*_columns(rows, cells))
    return made.result()


def _columns(rows: Sequence[Row], cells: Sequence[int]) -> tuple[np.ndarray, ...]:  # type: ignore[type-arg]
    return (
        np.array(cells or [0] * len(rows), np.int64),
        np.array([math.nan if value is None else value for value, _, _ in rows], np.float64),
        np.array([characters for _, characters, _ in rows], np.int64),
        np.array([measured for _, _, measured in rows], bool),
    )


def of(*values: float) -> Sketch:
    return merge(sketched([(value, 10, True) for value in values]).values())


def edges(value: float) -> tuple[float, float]:
    low, high = edges_of(bins_of(np.array([value])))
    return float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, (0.0, 0.0)), (-0.0, (0.0, 0.0)), (5e-324, (0.0, LEAST)), (-5e-324, (-LEAST, 0.0)),
        (LEAST, (LEAST, LEAST)),
        (math.nextafter(LEAST, 1.0), (LEAST, LEAST * 65 / 64)), (math.nextafter(LEAST, 0.0), (0.0, LEAST)),
        (1.0, (1.0, 1.0)), (math.nextafter(1.0, 2.0), (1.0, 65 / 64)), (math.nextafter(1.0, 0.0), (127 / 128, 1.0)),
        (65 / 64, (65 / 64, 65 / 64)), (-1.001, (-65 / 64, -1.0)), (0.3, (0.296875, 0.30078125)),
        (127.0, (127.0, 127.0)), (129.0, (128.0, 130.0)), (130.0, (130.0, 130.0)), (257.0, (256.0, 260.0)),
        (MOST, (MOST, MOST)), (math.nextafter(MOST, math.inf), (MOST, math.inf)), (math.inf, (MOST, math.inf)),
        (-1.7e308, (-math.inf, -MOST)),
    ],
)  # fmt: skip
def test_bins(value: float, expected: tuple[float, float]) -> None:
    assert edges(value) == expected


def test_every_bin_has_its_number_and_they_join() -> None:
    bins = np.arange(-16387, 16388)
    low, high = edges_of(bins)
    assert bins_of((low + high)[1:-1] / 2).tolist() == bins[1:-1].tolist()
    assert bins_of(np.array([-math.inf, math.inf])).tolist() == bins[[0, -1]].tolist()
    assert high[:-1].tolist() == low[1:].tolist()
    assert (low == high).tolist() == (bins % 2 == 0).tolist()
    inside = (low >= LEAST) & (high <= MOST)
    assert float(((high - low)[inside] / low[inside]).max()) == 1 / 64


@given(st.lists(ANY, min_size=2, max_size=2))
def test_bins_are_in_the_order_of_values(pair: list[float]) -> None:
    low, high = sorted(pair)
    first, second = bins_of(np.array([low, high])).tolist()
    assert (first <= second) is True
    assert edges(low)[0] <= low <= edges(low)[1]


def test_what_is_counted() -> None:
    rows: list[Row] = [(2.0, 7, True), (None, 5, True), (math.nan, 4, True), (2.0, 1, False), (None, 2, False),
                       (-1.5, 3, True), (2.0, 30, True), (-0.0, 9, True)]  # fmt: skip
    found = sketched(rows)[0]
    assert (found.documents, found.unknown, found.not_measured, found.known) == (8, 2, 2, 4)
    assert (found.min, found.max) == (-1.5, 2.0)
    assert [e.tolist() for e in edges_of(found.bins)] == [[-1.5, 0.0, 2.0]] * 2
    assert (found.counts.tolist(), found.characters.tolist()) == ([1, 1, 2], [3, 9, 37])


def test_zeros_of_either_sign_are_one_value() -> None:
    assert [str(of(*zeros).min) for zeros in ((0.0, -0.0), (-0.0, 0.0), (-0.0,))] == ["0.0"] * 3


@given(ROWS, st.randoms(use_true_random=False))
def test_any_order_and_grouping_gives_the_sketch_of_all(rows: list[Row], dice: random.Random) -> None:
    expected = merge(sketched(rows).values())
    shuffled = dice.sample(rows, len(rows))
    at_a_time = Sketches()
    parts = []
    while shuffled:
        size = dice.randint(1, len(shuffled))
        taken, shuffled = shuffled[:size], shuffled[size:]
        at_a_time.add(*_columns(taken, ()))
        parts.append(merge(sketched(taken).values()))
    dice.shuffle(parts)
    middle = dice.randint(0, len(parts))
    assert merge(at_a_time.result().values()) == expected
    assert merge(parts) == expected
    assert merge([merge(parts[:middle]), merge([]), merge(parts[middle:])]) == expected


@given(ROWS, st.randoms(use_true_random=False))
def test_cells_are_sketches_apart(rows: list[Row], dice: random.Random) -> None:
    cells = [dice.choice((0, 3, 4)) for _ in rows]
    found = sketched(rows, cells)
    assert found == {
        cell: sketched([row for row, of in zip(rows, cells, strict=True) if of == cell])[0] for cell in sorted({*cells})
    }
    assert merge(found.values()) == merge(sketched(rows).values())


def test_sketches_that_differ_are_not_equal() -> None:
    assert [of(1.0) == other for other in (of(1.0), of(1.001), of(1.0, 1.0), merge([]), 1.0)] == [True, *[False] * 4]


@settings(max_examples=300)
@given(st.lists(USUAL, min_size=1), st.floats(0, 1))
def test_a_quantile_is_as_near_as_it_says(values: list[float], q: float) -> None:
    true = sorted(values)[max(1, math.ceil(q * len(values))) - 1]
    found = of(*values).quantile(q)
    assert found is not None
    if abs(true) > MOST:
        assert (abs(found) >= MOST, found > 0) == (True, true > 0)
    else:
        assert abs(found - true) <= max(abs(true) / 128, LEAST if abs(true) < LEAST else 0.0)


@pytest.mark.parametrize("value", [-257.0, -1.0, 0.0, 257.0, 0.3, 1e-300, math.inf, -math.inf])
def test_of_one_value_every_quantile_is_that(value: float) -> None:
    assert [of(value, value).quantile(q) for q in (0.0, 0.5, 1.0)] == [value] * 3


def test_quantiles_of_whole_numbers() -> None:
    found = of(*(float(n) for n in range(1, 257)))
    assert [found.quantile(n / 256) for n in range(257)] == [1.0, *(float(n) for n in range(1, 257))]
    assert merge([]).quantile(0.5) is None


def test_quantiles_at_the_far_ends() -> None:
    found = of(-math.inf, -1e300, 1e300, 2e300)
    assert [found.quantile(q) for q in (0.0, 0.25, 0.75, 1.0)] == [-math.inf, -math.inf, 2e300, 2e300]


def _count(values: Sequence[float]) -> Count:
    return Count(len(values), 10 * len(values))


def holds(between: Between, true: Sequence[float]) -> bool:
    return between.least.json <= _count(true).json <= between.most.json


@settings(max_examples=300)
@given(st.lists(USUAL), USUAL)
def test_a_cut_is_known_but_for_its_bin(values: list[float], cut: float) -> None:
    found, (low, high) = of(*values), edges(cut)
    for between, true in ((found.below(cut), [v for v in values if v < cut]),
                          (found.above(cut), [v for v in values if v > cut])):  # fmt: skip
        assert holds(between, true) is True
        inside = sum(edges(v) == (low, high) for v in values)
        assert between.most.documents - between.least.documents in (0, inside if low < high else 0)


@settings(max_examples=300)
@given(st.lists(USUAL), st.one_of(st.none(), USUAL), st.one_of(st.none(), USUAL))
def test_what_lies_within_limits(values: list[float], least: float | None, most: float | None) -> None:
    passing = [v for v in values if (least is None or v >= least) and (most is None or v <= most)]
    found = of(*values).within(least, most)
    assert holds(found, passing) is True
    if all(limit is None or edges(limit)[0] == edges(limit)[1] for limit in (least, most)):
        assert found == Between(_count(passing), _count(passing))


def test_the_exact_ends_say_more_than_the_bins() -> None:
    one = of(0.29999)
    assert one.below(0.3) == Between(Count(1, 10), Count(1, 10))
    assert one.above(0.3) == one.below(0.2998) == Between(NONE, NONE)
    assert of(0.2999, 0.2998).above(0.29985) == Between(NONE, Count(2, 20))
