"""Gradient-boosted oblivious trees, evaluated for all blocks of a page at once.

An oblivious tree asks the same question of every node of one level, so a block's leaf is the number whose bits are the
answers: each question is put once, to a whole row of the features, and a tree is one look-up. Leaves are whole numbers,
so that a sum is the same on every machine. Shapes: n blocks, t trees, 65,536 at most, d levels, eight at most.
"""

import io
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from math import exp

import numpy as np
from numpy.typing import NDArray

WEIGHTS = "weights.npz"
SCALE = 1024
"""What one unit of a leaf is divided by: leaves are log-odds."""
_AT_ONCE = 128
"""Blocks evaluated together, so that their answers stay in the processor's cache."""
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

    @cached_property
    def _questions(self) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
        """The different questions, q, since many trees ask the same: columns [q], borders [q, 1]; places [d, t]."""
        asked = np.stack([self.columns.ravel(), self.borders.ravel().view(np.int32)])
        different, places = np.unique(asked, axis=1, return_inverse=True)
        borders = different[1].astype(np.int32).view(np.float32)
        return different[0].astype(np.intp), borders[:, None], places.reshape(self.columns.shape)

    @cached_property
    def _values(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Where each tree's leaves begin, [t, 1], and all leaves, [t * 2 ** d]."""
        trees, leaves = self.leaves.shape
        return np.arange(trees, dtype=np.int32)[:, None] * leaves, self.leaves.ravel().astype(np.int32)

    def sums(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """[features in the order of `names`, n] -> [n]: log-odds times SCALE."""
        n = features.shape[1]
        return np.concatenate([self._sums(features[:, at : at + _AT_ONCE]) for at in range(0, max(n, 1), _AT_ONCE)])

    def _sums(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        columns, borders, places = self._questions
        begins, values = self._values
        answers = (features.take(columns, 0) > borders).view(np.uint8)
        leaf = np.zeros((places.shape[1], features.shape[1]), np.uint8)
        for level in places[::-1]:
            leaf += leaf
            leaf |= answers.take(level, 0)
        found: NDArray[np.int64] = self.start + values.take(begins + leaf).sum(0, dtype=np.int32).astype(np.int64)
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
