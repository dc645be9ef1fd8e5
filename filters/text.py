"""What a word, a line, a paragraph is: defined here and nowhere else, each computed once a text."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain

from winnow.filters.edits import Span
from winnow.filters.words.scripts import is_unspaced
from winnow.filters.words.segmenter import words_of_lines

DEFINITIONS = {
    "word": "a run between white space (str.split); of Chinese, Japanese, Thai, Lao, Khmer and Burmese what ICU's"
    " dictionaries say, of Tibetan a syllable, beside which punctuation is no word (filters/words/segmenter.py)",
    "line": "a piece between newlines, stripped, not empty",
    "paragraph": "a piece between two or more newlines, stripped, not empty",
}
"""Recorded in every lock file: a figure means nothing without them."""

_PARAGRAPH_BREAK = re.compile(r"\n{2,}")


class Text:
    """The views of one string that rules measure. Every view is made on first use and kept."""

    def __init__(self, string: str) -> None:
        self.string = string

    @cached_property
    def words(self) -> list[str]:
        return list(chain.from_iterable(self.words_of_lines)) if self.is_unspaced else self.string.split()

    @cached_property
    def words_of_lines(self) -> list[list[str]]:
        """The words of each of `lines`."""
        return words_of_lines(self.lines) if self.is_unspaced else [line.split() for line in self.lines]

    @cached_property
    def is_unspaced(self) -> bool:
        """Whether it has letters of a script that puts no spaces between words."""
        return is_unspaced(self.string)

    @cached_property
    def split_words(self) -> list[str]:
        """Runs between white space, whatever the script: the words of published rules for English."""
        return self.string.split()

    @cached_property
    def lines(self) -> list[str]:
        return [line for piece in self.string.split("\n") if (line := piece.strip())]

    @cached_property
    def paragraphs(self) -> list[str]:
        return [p for piece in _PARAGRAPH_BREAK.split(self.string.strip()) if (p := piece.strip())]

    @cached_property
    def word_places(self) -> list[Span]:
        return places(self.words, self.string)

    @cached_property
    def line_places(self) -> list[Span]:
        return places(self.lines, self.string)

    @cached_property
    def paragraph_places(self) -> list[Span]:
        return places(self.paragraphs, self.string)


def places(pieces: Iterable[str], string: str) -> list[Span]:
    """Where each piece stands: they follow one another in `string`, with white space or punctuation between."""
    found, end = [], 0
    for piece in pieces:
        start = string.index(piece, end)
        end = start + len(piece)
        found.append((start, end))
    return found


def n_grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Every run of `n` words: n_grams("abc", 2) -> [("a", "b"), ("b", "c")]; empty if there are fewer than n."""
    return list(zip(*(words[i:] for i in range(n)), strict=False))
