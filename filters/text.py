"""What a word, a line, a paragraph is: defined here and nowhere else, each computed once a text."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import chain
from typing import Self

from winnow.filters.document import Document
from winnow.filters.edits import Change, Span, apply
from winnow.filters.kinds import NOT_PROSE, of_text, through
from winnow.filters.words.scripts import is_unspaced
from winnow.filters.words.segmenter import words_of_lines

DEFINITIONS = {
    "word": "a run between white space (str.split); of Chinese, Japanese, Thai, Lao, Khmer and Burmese what ICU's"
    " dictionaries say, of Tibetan a syllable, beside which punctuation is no word (filters/words/segmenter.py)",
    "line": "a piece between newlines, stripped, not empty",
    "paragraph": "a piece between two or more newlines, stripped, not empty",
}
"""Recorded in every lock file: a figure means nothing without them."""

LEAST_PROSE = 0.1
"""Share of a text's characters."""

_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_SPACED_WORD = re.compile(r"\S+")
"""What `str.split` gives, each with its place."""


class Text:
    """The views of one string that rules measure. Every view is made on first use and kept."""

    def __init__(self, string: str, kinds: Sequence[str] | None = None) -> None:
        self.string = string
        self.kinds = kinds
        """What each line is, a piece between newlines; None where nobody knows."""

    @classmethod
    def of(cls, document: Document) -> Self:
        """The text of a document as it was extracted, before any edit."""
        return cls(document.text, of_text(document.meta, document.text))

    def edited(self, changes: Sequence[Change]) -> "Text":
        """What `changes` make of it; raises ValueError as `edits.apply` does."""
        string = apply(self.string, changes)
        return Text(string, self.kinds and through(self.kinds, self.string, changes))

    @cached_property
    def prose(self) -> "Text":
        """The lines that are neither code nor rows of tables."""
        return self.without(NOT_PROSE)

    def without(self, kinds: Set[str]) -> "Text":
        """The lines of other kinds; the text itself where none is known to be of these, or where less than
        `LEAST_PROSE` of it would be left: a page that is set in one block (a manual, a mail) or is one table."""
        if self.kinds is None or kinds.isdisjoint(self.kinds):
            return self
        rest = "\n".join(line for line, kind in self.kinded if kind not in kinds)
        return Text(rest) if rest and len(rest) >= LEAST_PROSE * len(self.string) else self

    def in_whole(self, spans: Iterable[Span]) -> list[Span]:
        """The places in this text of places in its `prose`; one that goes on behind code or a table is several."""
        if self.prose is self:
            return list(spans)
        begins, shifts = [], []
        at = ours = 0
        for line, kind in self.kinded:
            if kind not in NOT_PROSE:
                begins.append(at)
                shifts.append(ours - at)
                at += len(line) + 1
            ours += len(line) + 1
        found: list[Span] = []
        for start, end in spans:
            while start < end:
                number = bisect_right(begins, start) - 1
                shift = shifts[number]
                while number + 1 < len(begins) and begins[number + 1] < end and shifts[number + 1] == shift:
                    number += 1
                stop = min(end, begins[number + 1]) if number + 1 < len(begins) else end
                found.append((start + shift, stop + shift))
                start = stop
        return found

    @property
    def kinded(self) -> Iterable[tuple[str, str]]:
        """(line, kind) of every piece between newlines; nothing where the kinds are not known."""
        return zip(self.string.split("\n"), self.kinds, strict=True) if self.kinds else ()

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
        if self.is_unspaced:
            return places(self.words, self.string)
        return [found.span() for found in _SPACED_WORD.finditer(self.string)]

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


def pieces(string: str) -> Iterator[Span]:
    """Where what stands between newlines does, empty or not."""
    at = 0
    for line in string.split("\n"):
        yield at, at + len(line)
        at += len(line) + 1


def n_grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Every run of `n` words: n_grams("abc", 2) -> [("a", "b"), ("b", "c")]; empty if there are fewer than n."""
    return list(zip(*(words[i:] for i in range(n)), strict=False))
