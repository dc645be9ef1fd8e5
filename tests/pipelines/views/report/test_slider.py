"""What another limit changes, counted from a sketch, is a recount of the values but for those in the limit's bin."""

import random
from typing import Any

import numpy as np
import pytest

from winnow.pipelines.corpus.sketch import Sketch, Sketches
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, FIRST, KEPT
from winnow.pipelines.views.report.slider import Moved, Range, moved
from winnow.pipelines.views.report.spreads import table_of


def sketch_of(values: list[float]) -> Sketch:
    sketches, many = Sketches(), len(values)
    zero = np.zeros(many, np.int64)
    sketches.add(zero, np.array(values, np.float64), zero, np.ones(many, bool))
    return sketches.result().get(0) or empty()


def empty() -> Sketch:
    none = np.zeros(0, np.int64)
    return Sketch(0, 0, 0, None, None, none, none, none)


def drawn(seed: int) -> dict[str, list[float]]:
    random_ = random.Random(seed)
    draws = (
        lambda: random_.lognormvariate(3, 2), lambda: random_.gauss(0, 1), lambda: float(random_.randrange(-5, 40)),
        random_.random,
    )  # fmt: skip
    draw = draws[seed % len(draws)]
    return {fate: [draw() for _ in range(random_.randrange(0, 300))] for fate in (KEPT, ALONE, FIRST, ANOTHER)}


def recount(values: dict[str, list[float]], least: float | None, most: float | None) -> tuple[int, int, int]:
    def passes(value: float) -> bool:
        return (least is None or value >= least) and (most is None or value <= most)

    more = sum(map(passes, values[ALONE]))
    fewer, anyway = (
        sum(not passes(v) for fate in fates for v in values[fate]) for fates in ((KEPT,), (FIRST, ANOTHER))
    )
    return more, fewer, anyway


@pytest.mark.parametrize("most_bins", [None, 64, 24, 3])
@pytest.mark.parametrize("seed", range(12))
def test_a_recount_lies_within_what_the_sketch_says(seed: int, most_bins: int | None) -> None:
    values = drawn(seed)
    table = table_of({fate: sketch_of(of) for fate, of in values.items()}, most_bins)
    every = sorted(value for of in values.values() for value in of) or [0.0]
    for limit in (*every[:: max(1, len(every) // 9)], 0.0, 1.0, -1.0, 8.0, every[-1] + 1, every[0] - 1):
        for least, most in ((limit, None), (None, limit), (limit, limit + 2)):
            found = moved(table.json, least, most)
            for range_, true in zip((found.more, found.fewer, found.anyway), recount(values, least, most), strict=True):
                assert range_.least <= true <= range_.most


@pytest.mark.parametrize("seed", range(8))
def test_a_limit_between_bins_is_counted_exactly(seed: int) -> None:
    values = drawn(seed)
    json = table_of({fate: sketch_of(of) for fate, of in values.items()}).json
    for limit in sorted({*json["low"], *json["high"]}):
        found = moved(json, limit, None)
        assert (found.more, found.fewer, found.anyway) == tuple(Range(n, n) for n in recount(values, limit, None))


def sketch(**more: Any) -> dict[str, Any]:
    return {"fine": True, "low": [1.0, 1.0, 2.0], "high": [1.0, 2.0, 2.0], "kept": [1, 2, 4], "alone": [0, 0, 0],
            "first": [0, 0, 0], "another": [0, 0, 0]} | more  # fmt: skip


@pytest.mark.parametrize(
    ("least", "most", "fewer"),
    [(1.0, None, (0, 0)), (1.5, None, (1, 3)), (2.0, None, (3, 3)), (None, 1.0, (6, 6)), (None, 1.5, (4, 6)),
     (None, 2.0, (0, 0)), (None, None, (0, 0)), (1.0, 1.0, (6, 6))],
)  # fmt: skip
def test_boundaries(least: float | None, most: float | None, fewer: tuple[int, int]) -> None:
    assert moved(sketch(), least, most) == Moved(Range(0, 0), Range(*fewer), Range(0, 0))


@pytest.mark.parametrize(
    ("low", "high", "least", "most", "fewer"),
    [(1.0, 2.0, 2.0, None, (5, 5)), (1.0, 2.0, None, 1.0, (0, 5)), (1.0, 2.0, 1.0, None, (0, 0)),
     (-2.0, -1.0, -1.0, None, (0, 5)), (-2.0, -1.0, None, -2.0, (5, 5)), (1.0, None, 5.0, None, (0, 5)),
     (None, -1.0, None, -5.0, (0, 5))],
)  # fmt: skip
def test_wide_bins_hold_the_end_nearer_to_zero(
    low: float | None, high: float | None, least: float | None, most: float | None, fewer: tuple[int, int]
) -> None:
    wide = sketch(fine=False, low=[low], high=[high], kept=[5], alone=[0], first=[0], another=[0])
    assert moved(wide, least, most).fewer == Range(*fewer)
