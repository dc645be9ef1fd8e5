"""The table of features: named columns of one number a block."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.generic]


_FEATURES = 512
"""Rows that a table has room for."""


class Table:
    """Columns of n numbers, by name."""

    def __init__(self, n: int) -> None:
        self.columns: dict[str, int] = {}
        """The row in which each is held."""
        self._held = np.empty((_FEATURES, n), np.float32)

    def add(self, name: str, column: Numbers | float) -> None:
        """Add one column, [n], or one number that every block has."""
        self._held[len(self.columns)] = column
        self.columns[name] = len(self.columns)

    def spread(self, names: Sequence[str], columns: Numbers) -> None:
        """Add several columns, [k, n], or [k, 1] where all blocks have the same."""
        at = len(self.columns)
        self._held[at : at + len(names)] = columns
        self.columns.update(zip(names, range(at, at + len(names)), strict=True))

    def rows(self, names: Iterable[str]) -> NDArray[np.float32]:
        """[names, n]: the columns of these names."""
        return self._held.take([self.columns[name] for name in names], 0)


def share(part: Numbers, whole: Numbers | float) -> Array:
    """part / whole, 0 where there is no whole."""
    found: Array = np.divide(part, np.maximum(whole, 1e-9))
    return found


def bit_columns(bits: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    """[n] -> [width, n] of 0 and 1, the lowest bit first."""
    by_byte = np.ascontiguousarray(bits, "<i8").view(np.uint8).reshape(-1, 8)
    return np.unpackbits(by_byte, axis=1, count=width, bitorder="little").T


@dataclass(frozen=True)
class Groups:
    """Which of n numbers are equal."""

    distinct: NDArray[np.generic]
    """[g], ascending"""
    first: NDArray[np.int64]
    """[g]: where each stands first."""
    of: NDArray[np.int64]
    """[n]: which of them each number is."""
    counts: NDArray[np.int64]
    """[g]: how often each occurs."""


def groups(values: NDArray[np.generic]) -> Groups:
    """What np.unique finds, by the sort that is the quicker one for a few thousand numbers."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.ones(len(values), bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    at = np.flatnonzero(begins)
    of = np.empty(len(values), np.int64)
    of[order] = np.cumsum(begins) - 1
    return Groups(ordered[at], order[at], of, np.diff(at, append=len(values)))
