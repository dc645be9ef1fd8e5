"""Which blocks are kept, once each has its chance: those that the page's word F1 can be expected to be highest with.

With the blocks in the order of their chances, keep the first k. The words expected to be right among them are
sum(chance * words); the text is expected to have as many over the whole page; so F1 is expected to be about
2 * right / (words kept + words expected). The best k is found by trying all, and its expectation says how sure the
choice is: on pages that no training had seen it came to what was reached (docs/reading.md).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.trees import MILLION


@dataclass(frozen=True)
class Choice:
    """The blocks that are kept."""

    kept: NDArray[np.bool_]
    """[n]"""
    confidence: float
    """The word F1 that can be expected, 0 to 1."""


def choose(chances: NDArray[np.int64], words: NDArray[np.int64]) -> Choice:
    """Choose among n blocks by their chances, in millionths, and their words."""
    kept = np.zeros(len(chances), bool)
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum((chances * words)[order])
    if not len(right) or right[-1] == 0:
        return Choice(kept, 0.0)
    expected = 2 * right / (MILLION * np.cumsum(words[order]) + right[-1])
    best = int(np.argmax(expected))
    kept[order[: best + 1]] = True
    return Choice(kept, float(expected[best]))
