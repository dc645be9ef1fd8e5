"""What the choice of blocks tears apart: items off a list, cells off a row, headings off their sections, code off text.

The choice weighs a block by its words, so a short one is worth little to it, and what falls just short of its cut
leaves a hole in a text that goes on around it. A block of these kinds therefore needs a third of the least chance that
was chosen, if what it belongs to is kept. On WCXB, domains held out, that costs no F1 (docs/measurements.md). A
question in a button goes with its answer, however likely it is.
"""

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.complete import is_question
from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.page import BUTTON, CELL, CODE, LIST, TERM

_LESS = 3
"""How many times less likely than the last that was chosen a block may be."""
_ROW_WORDS = 20
"""Of a row of data at most: tables that lay out a page have more."""


def mend(measures: Measures, chances: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of a page's n blocks are kept, given their chances, [n], and which were chosen, [n]."""
    if not chosen.any():
        return chosen
    likely = _LESS * chances >= chances[chosen].min()
    item = ((measures.kind == LIST) | (measures.kind == TERM)) & _around_list(measures, chosen)
    kept = chosen | (likely & (item | _in_row(measures, chosen) | (measures.kind == CODE)))
    behind = np.append(kept[1:], False)
    found: NDArray[np.bool_] = kept | (behind & (likely & measures.is_heading | _questions(measures)))
    return found


def _questions(measures: Measures) -> NDArray[np.bool_]:
    """[n]: buttons that ask: what opens under them is the answer."""
    found = np.zeros(measures.n, bool)
    for at in np.flatnonzero(measures.kind == BUTTON).tolist():
        found[at] = is_question(BUTTON, measures.page.texts[at])
    return found


def _around_list(measures: Measures, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[n]: whether anything is kept of the nearest element that holds more than the list around a block's item."""
    of_list = measures.parent[measures.column("item")]
    found: NDArray[np.bool_] = (measures.sums(kept) > 0)[measures.above[of_list]]
    return found


def _in_row(measures: Measures, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[n]: whether a block is of a cell in a row of data of which anything is kept."""
    row = measures.column("row") * (measures.kind == CELL)
    found: NDArray[np.bool_] = row > 0
    if found.any():
        found &= np.isin(row, row[kept])
        found &= np.bincount(row, measures.words)[row] <= _ROW_WORDS
    return found
