"""The n-grams of a text that occur more than once, in arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Starts = NDArray[np.intp]
"""Positions of words at which n-grams start, ascending."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """The n-grams of one length that occur more than once."""

    n: int
    starts: Starts
    """[m]: where each stands."""
    numbers: NDArray[np.intp]
    """[m]: which one it is; equal numbers are equal n-grams."""
    ends: NDArray[np.int64]
    """[words + 1]: how many characters of words stand before each word, and in all."""

    def all(self) -> Starts:
        """Where any n-gram starts, whether it is repeated or not."""
        return np.arange(len(self.ends) - self.n)

    def top(self, longest: bool) -> Starts:
        """Where the most frequent one starts, of equals the longest in characters if so asked, then the first."""
        if not len(self.starts):
            return self.starts
        tally = np.bincount(self.numbers)
        often = np.flatnonzero(tally[self.numbers] == tally.max())
        first = int(self._lengths(self.starts[often]).argmax()) if longest else 0
        top: Starts = self.starts[self.numbers == self.numbers[often[first]]]
        return top

    def copies(self) -> Starts:
        """Where those start that were seen before, from left to right, going on behind each copy (datatrove)."""
        seen: set[int] = set()
        copies, done = [], 0
        for start, number in zip(self.starts.tolist(), self.numbers.tolist(), strict=True):
            if start < done:
                continue
            if number in seen:
                copies.append(start)
                done = start + self.n
            else:
                seen.add(number)
        return np.array(copies, np.intp)

    def characters(self, starts: Starts) -> int:
        """The characters of the n-grams at these positions, each in full."""
        return int(self._lengths(starts).sum())

    def covered(self, starts: Starts) -> int:
        """The characters of the words that n-grams at these positions cover, each once."""
        done = starts.copy()
        np.maximum(starts[1:], starts[:-1] + self.n, out=done[1:])
        return int((self.ends[starts + self.n] - self.ends[done]).sum())

    def _lengths(self, starts: Starts) -> NDArray[np.int64]:
        lengths: NDArray[np.int64] = self.ends[starts + self.n] - self.ends[starts]
        return lengths


def repeated(words: Sequence[str], longest: int) -> Iterator[Repeated]:
    """For n = 2, 3 ... `longest`: the n-grams of a text's words that occur more than once.

    A longer run can only repeat where the shorter one does, so each step looks at what the last one left: (n+1)-grams
    are pairs of neighbouring n-grams.
    """
    ends = np.zeros(len(words) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, words), np.int64, len(words)), out=ends[1:])
    met = dict(zip(dict.fromkeys(words), range(len(words)), strict=False))
    starts, numbers = np.arange(len(words)), np.fromiter(map(met.__getitem__, words), np.intp, len(words))
    for n in range(2, longest + 1):
        starts, numbers = _longer(starts, numbers)
        yield Repeated(n, starts, numbers, ends)


def _longer(starts: Starts, numbers: NDArray[np.intp]) -> tuple[Starts, NDArray[np.intp]]:
    """From the n-grams that repeat to the (n+1)-grams that do."""
    if len(starts) < 2:
        return starts[:0], numbers[:0]
    first = (starts[1:] - starts[:-1] == 1).nonzero()[0]
    pairs = numbers[first] * (1 + numbers.max()) + numbers[first + 1]
    order = pairs.argsort(kind="stable")
    ranked = pairs[order]
    is_new = np.ones(len(order), bool)
    np.not_equal(ranked[1:], ranked[:-1], out=is_new[1:])
    ranks = np.empty_like(order)
    ranks[order] = is_new.cumsum() - 1
    again = (np.bincount(ranks)[ranks] > 1).nonzero()[0]
    return starts[first[again]], ranks[again]
