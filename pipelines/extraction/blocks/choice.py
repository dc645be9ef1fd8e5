"""Which blocks are kept, once each has its chance: those with which the page's text can be expected to be best.

With the blocks in the order of their chances, keep the first k. The words expected to be right among them are
sum(chance * words), and the text is expected to have as many over the whole page; so every k has an F-measure that can
be expected, and the best is found by trying all. What is measured is word F with beta^2 = 2/3: on WCXB that costs no
F1, and less is kept that does not belong there. The F1 that is expected of the choice says how sure it is: on domains
that are held out it came to what was reached (docs/measurements.md).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.trees import MILLION

_PRECISION, _RECALL = 3, 2
"""How much each weighs: F with beta^2 = _RECALL / _PRECISION is right / (_PRECISION * kept + _RECALL * wanted), but for
a factor."""


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
    kept_words, wanted_words = MILLION * np.cumsum(words[order]), right[-1]
    best = int(np.argmax(right / (_PRECISION * kept_words + _RECALL * wanted_words)))
    kept[order[: best + 1]] = True
    return Choice(kept, float(2 * right[best] / (kept_words[best] + wanted_words)))
