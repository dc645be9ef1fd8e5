"""The table of features: named columns of one number a block."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.generic]


class Table:
    """Columns of n numbers, by name."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.columns: dict[str, Numbers] = {}

    def add(self, name: str, column: Numbers) -> None:
        """Add one column, [n]."""
        self.columns[name] = column

    def spread(self, names: Iterable[str], columns: Numbers) -> None:
        """Add several columns, [k, n]."""
        self.columns.update(zip(names, columns, strict=True))

    def repeat(self, name: str, value: float) -> None:
        """Add a column in which every block has the same number: of the page."""
        self.columns[name] = np.full(1, value)

    def rows(self, names: Iterable[str]) -> NDArray[np.float32]:
        """[names, n]: the columns of these names."""
        asked = list(names)
        found = np.empty((len(asked), self.n), np.float32)
        for row, name in zip(found, asked, strict=True):
            row[:] = self.columns[name]
        return found


def share(part: Numbers, whole: Numbers | float) -> Array:
    """part / whole, 0 where there is no whole."""
    found: Array = np.divide(part, np.maximum(whole, 1e-9))
    return found


def bit_columns(bits: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """[n] -> [width, n] of 0 and 1, the lowest bit first."""
    return (bits >> np.arange(width)[:, None]) & 1
