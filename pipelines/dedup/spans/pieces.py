"""Where the spans of a text are: its paragraphs, its lines, or every three sentences that follow one another.

Each reaches up to where the next piece begins, so what stands between two of them goes with the first.
"""

from collections.abc import Sequence
from itertools import pairwise

from winnow.filters.edits import Span
from winnow.filters.families.c4 import sentence_breaks
from winnow.filters.text import Text

SENTENCES = 3
"""Of a span, as C4 has it (Raffel et al. 2020, https://arxiv.org/abs/1910.10683, section 2.2)."""


def spans(string: str, unit: str) -> list[Span]:
    """The spans of a text, ascending; those of sentences overlap."""
    if unit == "sentences":
        found = sentences(string)
        return [(found[i][0], found[i + SENTENCES - 1][1]) for i in range(len(found) - SENTENCES + 1)]
    text = Text(string)
    places = text.paragraph_places if unit == "paragraph" else text.line_places
    return _up_to_the_next([start for start, _ in places], len(string))


def sentences(string: str) -> list[Span]:
    """The sentences of each line, as the step `c4_page` counts them."""
    text = Text(string)
    starts = [
        start + at
        for line, (start, _) in zip(text.lines, text.line_places, strict=True)
        for at in (0, *sentence_breaks(line))
    ]
    return _up_to_the_next(starts, len(string))


def _up_to_the_next(starts: Sequence[int], length: int) -> list[Span]:
    return list(pairwise([*starts, length]))
