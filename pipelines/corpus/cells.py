"""Cells of a measure's values: wider than the bins of a sketch, for samples of documents and for charts.

16 to the octave, each of four edges of `sketch` and what lies above them: [1, 1 1/16), [1 1/16, 1 2/16), ... Zero has a
cell of its own, what is nearer to zero than 2^-64 another, and the last one, [2^64, inf], has what lies beyond. Those
of negative values mirror them: (-1 1/16, -1]. So a cell is a union of a sketch's bins.
"""

import numpy as np

from winnow.pipelines.corpus.sketch import Floats, Ints, bins_of, edges_of

_BINS = 8
"""Of a sketch, in a cell: four edges and what lies between them."""
MOST = 2 + 128 * 16
"""The number of the last cell; cells of negative values have the negative numbers."""


def cells_of(values: Floats) -> Ints:
    """int64 [values]: the number of each value's cell, in the order of values; NaN has none and must not be given."""
    bins = bins_of(values)
    size = np.abs(bins)
    return np.sign(bins) * np.where(size < 2, size, 2 + (size - 2) // _BINS)


def limits_of(cells: Ints) -> tuple[Floats, Floats]:
    """(low, high), each float64 [cells]: the values are >= low and < high, of negative ones > low and <= high; in the
    cell 0 both are 0, and in the cells next to it 0 is none of the values."""
    size = np.abs(cells)
    near, _ = edges_of(_first_bins(size))
    far, _ = edges_of(_first_bins(np.where(size == 0, 0, size + 1)))
    far[size == MOST] = np.inf
    return np.where(cells < 0, -far, near), np.where(cells < 0, -near, far)


def _first_bins(cells: Ints) -> Ints:
    """int64 [cells]: the bin of the sketch in which each of these begins; none is negative."""
    return np.where(cells < 2, cells, 2 + (cells - 2) * _BINS)
