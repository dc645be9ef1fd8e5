"""How long documents are: those that were kept and those that were dropped, by octaves of their characters."""

import numpy as np

from winnow.pipelines.corpus.sketch import Sketch, edges_of
from winnow.pipelines.corpus.statistics import FATES, KEPT
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Length


def lengths_of(spread: Spread) -> tuple[Length, ...]:
    """The octaves that have documents, shortest first. Counts are exact: powers of two are edges of a sketch's bins."""
    kept = _octaves(spread.of("", "characters", (KEPT,)))
    dropped = _octaves(spread.of("", "characters", [fate for fate in FATES if fate != KEPT]))
    return tuple(
        Length(1 << octave, 2 << octave, kept.get(octave, NONE), dropped.get(octave, NONE))
        for octave in sorted({*kept, *dropped})
    )


def _octaves(sketch: Sketch) -> dict[int, Count]:
    """n -> what has 2^n characters or more and fewer than 2^(n + 1)."""
    low, _ = edges_of(sketch.bins)
    found: dict[int, Count] = {}
    for octave, documents, characters in zip(
        (np.frexp(low)[1] - 1).tolist(), sketch.counts.tolist(), sketch.characters.tolist(), strict=True
    ):
        if octave >= 0:  # of no text at all the logarithm is none
            found[octave] = found.get(octave, NONE) + Count(documents, characters)
    return found
