"""Keyed permutations: the place of any index by itself, so that no order is stored and nothing is drawn."""

import json
from collections.abc import Callable
from hashlib import blake2b, shake_256

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer]
Words = npt.NDArray[np.uint64]

BLOCK = 1 << 15
"""Indices permuted at once: their words stay in the cache."""
_ROUNDS = (24, 8)  # below and from 64 elements on: halves of one or two bits need more to come out even
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # of SplitMix64, well spread odd numbers
_HALF = np.uint64(32)


def key(*parts: str | int) -> bytes:
    """64 bytes that follow from `parts` alone, on every machine; different parts give different bytes."""
    return blake2b(json.dumps(parts).encode()).digest()


def mix(words: Words, salt: np.uint64) -> Words:
    """A keyed hash of each word, whose high bits are the good ones: between two multiplications, a shift that lets what
    the first one carried upwards come down again."""
    mixed = words + salt
    mixed *= _FACTORS[0]
    mixed ^= mixed >> _HALF
    mixed *= _FACTORS[1]
    return mixed


class Permutation:
    """A keyed bijection on range(n), at any index without the others.

    A Feistel network over the next power of two, whose two halves take turns, and where it leaves range(n) it is
    applied again until it comes back (cycle walking: Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains",
    section 4). It shuffles well; it is no secret.
    """

    def __init__(self, n: int, key: bytes) -> None:
        if n < 1:
            raise ValueError(f"n is {n}; a permutation needs at least one element")
        self.n = n
        bits = max(2, (n - 1).bit_length())
        self._low = np.uint64(bits // 2)
        self._low_mask = np.uint64((1 << bits // 2) - 1)
        self._shifts = (np.uint64(64 - (bits - bits // 2)), np.uint64(64 - bits // 2))
        rounds = _ROUNDS[bits >= 6]
        self._keys = np.frombuffer(shake_256(key).digest(8 * rounds), dtype="<u8").astype(np.uint64).reshape(-1, 2)

    def __call__(self, index: Ints) -> npt.NDArray[np.int64]:
        """Where each of `index` (any shape, within range(n)) goes."""
        return self._each(index, self._scramble)

    def inverse(self, value: Ints) -> npt.NDArray[np.int64]:
        """The index that goes to each of `value` (any shape, within range(n))."""
        return self._each(value, self._unscramble)

    def _each(self, index: Ints, step: Callable[[Words], Words]) -> npt.NDArray[np.int64]:
        if index.size and (int(index.min()) < 0 or int(index.max()) >= self.n):
            raise ValueError(f"an index lies outside range({self.n})")
        flat = index.astype(np.uint64).ravel()
        for first in range(0, flat.size, BLOCK):
            flat[first : first + BLOCK] = self._walk(flat[first : first + BLOCK], step)
        return flat.view(np.int64).reshape(index.shape)

    def _walk(self, index: Words, step: Callable[[Words], Words]) -> Words:
        values = step(index)
        outside = np.flatnonzero(values >= self.n)
        while outside.size:
            values[outside] = step(values[outside])
            outside = outside[values[outside] >= self.n]
        return values

    def _scramble(self, values: Words) -> Words:
        high, low = values >> self._low, values & self._low_mask
        for even, odd in self._keys:
            high ^= mix(low, even) >> self._shifts[0]
            low ^= mix(high, odd) >> self._shifts[1]
        return high << self._low | low

    def _unscramble(self, values: Words) -> Words:
        high, low = values >> self._low, values & self._low_mask
        for even, odd in self._keys[::-1]:
            low ^= mix(high, odd) >> self._shifts[1]
            high ^= mix(low, even) >> self._shifts[0]
        return high << self._low | low
