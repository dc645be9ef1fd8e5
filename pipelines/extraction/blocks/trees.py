"""Gradient-boosted oblivious trees, evaluated for all blocks of a page at once.

An oblivious tree asks the same question of every node of one level, so a block's leaf is the number whose bits are the
answers: a few comparisons a tree, each over a whole row of the features, and one look-up. Leaves are whole numbers, so
that a sum is the same on every machine. Shapes: n blocks, t trees, d levels, eight at most.
"""

import io
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp

import numpy as np
from numpy.typing import NDArray

WEIGHTS = "weights.npz"
SCALE = 1024
"""What one unit of a leaf is divided by: leaves are log-odds."""
_AT_ONCE = 512
"""Blocks evaluated together, so that a page of thousands takes no more memory."""
_MOST = 12
"""Log-odds beyond which no block is surer."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Trees:
    """A model."""

    names: tuple[str, ...]
    """The features it asks for."""
    columns: NDArray[np.int16]
    """[d, t]: which of these each level of each tree asks about."""
    borders: NDArray[np.float32]
    """[d, t]: the answer is yes above it."""
    leaves: NDArray[np.int16]
    """[t, 2 ** d]: what a tree adds; the first level's answer is the lowest bit of the place."""
    start: int
    """What every block begins with."""

    def sums(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """[features in the order of `names`, n] -> [n]: log-odds times SCALE."""
        n = features.shape[1]
        return np.concatenate([self._sums(features[:, at : at + _AT_ONCE]) for at in range(0, max(n, 1), _AT_ONCE)])

    def _sums(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        levels, trees = self.columns.shape
        answers = (features[self.columns.ravel()] > self.borders.reshape(-1, 1)).reshape(levels, trees, -1)
        bits = answers.view(np.uint8)
        place = bits[0].copy()
        for level in range(1, levels):
            place |= bits[level] << level
        leaf = (np.arange(trees, dtype=np.int32)[:, None] << levels) + place
        found: NDArray[np.int64] = self.start + self.leaves.ravel().take(leaf).sum(0, dtype=np.int64)
        return found

    def chances(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """[features, n] -> [n]: the chance that a word of each block belongs to the main text, in millionths."""
        sums = np.clip(self.sums(features), -_MOST * SCALE, _MOST * SCALE)
        return _logistic()[(sums + _MOST * SCALE) // (SCALE // 64)]

    def packed(self) -> bytes:
        """The model as the bytes of a file."""
        stream = io.BytesIO()
        names, start = np.array("\n".join(self.names)), np.array(self.start)
        np.savez_compressed(
            stream, names=names, columns=self.columns, borders=self.borders, leaves=self.leaves, start=start
        )
        return stream.getvalue()


def unpacked(data: bytes) -> Trees:
    """What `packed` gave."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        names = tuple(str(held["names"]).split("\n"))
        return Trees(names, held["columns"], held["borders"], held["leaves"], int(held["start"]))


@cache
def load() -> Trees:
    """The weights that come with Winnow."""
    return unpacked(resources.files(__package__).joinpath(WEIGHTS).read_bytes())


@cache
def _logistic() -> NDArray[np.int64]:
    """The logistic function in steps of 1/64, in millionths."""
    steps = range(-_MOST * 64, _MOST * 64 + 1)
    return np.array([round(MILLION / (1 + exp(-step / 64))) for step in steps], np.int64)
