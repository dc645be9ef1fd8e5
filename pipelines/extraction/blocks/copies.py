"""What a page says twice: once for wide screens and once for narrow ones, a post and its quotation in the answer.

What is repeated in elements made alike is repeated on purpose, as in two entries of a reference.
"""

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.page import CODE, HEADING

_WORDS = 20
"""Of a block at least: what is short may be said twice."""


def without_copies(measures: Measures, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of a page's n blocks stay of those that are kept, [n]: of equal ones the first and those like it."""
    twice = kept & (measures.copies > 1) & (measures.words >= _WORDS)
    blocks = np.flatnonzero(twice & (measures.kind != HEADING) & (measures.kind != CODE))
    if not len(blocks):
        return kept
    signatures = measures.of_elements("signature")[measures.element[blocks]]
    _, first, text = np.unique(measures.text_hashes[blocks], return_index=True, return_inverse=True)
    left = kept.copy()
    left[blocks[signatures != signatures[first[text]]]] = False
    return left
