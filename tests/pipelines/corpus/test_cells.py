import math

import numpy as np
import pytest

from winnow.pipelines.corpus.cells import MOST, cells_of, limits_of
from winnow.pipelines.corpus.sketch import bins_of


def cell(value: float) -> tuple[int, float, float]:
    """The number of a value's cell, and its limits."""
    (number,) = cells_of(np.array([value]))
    (low,), (high,) = limits_of(np.array([number]))
    return int(number), float(low), float(high)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (0.0, 0.0, 0.0), (-0.0, 0.0, 0.0), (5e-324, 0.0, 2.0**-64), (-(2.0**-65), -(2.0**-64), 0.0),
        (2.0**-64, 2.0**-64, 2.0**-64 * 17 / 16), (1.0, 1.0, 17 / 16), (math.nextafter(17 / 16, 0), 1.0, 17 / 16),
        (17 / 16, 17 / 16, 18 / 16), (math.nextafter(2, 0), 31 / 16, 2.0), (2.0, 2.0, 17 / 8),
        (-1.0, -17 / 16, -1.0), (-17 / 16, -18 / 16, -17 / 16), (math.nextafter(-17 / 16, 0), -17 / 16, -1.0),
        (100.0, 100.0, 104.0), (math.nextafter(2.0**64, 0), 31 * 2.0**59, 2.0**64), (2.0**64, 2.0**64, math.inf),
        (math.inf, 2.0**64, math.inf), (-math.inf, -math.inf, -(2.0**64)),
    ],
)  # fmt: skip
def test_cells(value: float, low: float, high: float) -> None:
    assert cell(value)[1:] == (low, high)


def test_they_ascend_with_the_values_and_are_unions_of_bins() -> None:
    octaves = [2.0**power * step / 64 for power in range(-66, 66) for step in range(64, 128)]
    near = [math.nextafter(value, way) for value in octaves for way in (0.0, math.inf)]
    values = np.array(sorted([*octaves, *near, 0.0, *(-v for v in (*octaves, *near))]))
    cells, bins = cells_of(values), bins_of(values)
    assert np.array_equal(cells, np.sort(cells))
    assert (int(cells.min()), int(cells.max()), len(np.unique(cells))) == (-MOST, MOST, 2 * MOST + 1)
    assert [len(set(cells[bins == b].tolist())) for b in np.unique(bins)[::97]] == [1] * len(np.unique(bins)[::97])
    low, high = limits_of(cells)
    inside = np.where(values > 0, (low <= values) & (values < high), (low < values) & (values <= high))
    assert (inside | (values == 0)).all()
