"""RefinedWeb's line-wise corrections (Penedo et al. 2023, https://arxiv.org/abs/2306.01116, appendix G.2).

The paper names kinds of lines; the readings are those of DCLM, which rebuilt the rules, but that a word is one of
`Text.words`: a line of Chinese is more than a single word. A line is a piece between
newlines, not stripped; a blank one always stays. In this order, the first that holds drops the line:
  1 more than half of its characters are upper case      3 a counter, such as "3 likes" or "1.2K followers"
  2 all of its characters are digits                     4 a single word
and from a line of at most ten words go: "items in cart", "Read more..." at the end, "Sign-in" at the start, in any
case. A line of which nothing is left goes too.

`RefinedWebPage` measures the share of the words that all this removes; above 5 % the page goes. It stands **before**
`RefinedWebLines` in a recipe, so that a dropped page keeps its original text.
"""

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from winnow.filters.document import Document
from winnow.filters.edits import Span, keeping
from winnow.filters.rules import Rule
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.filters.words.segmenter import has_words, words

UPPER_CASE, DIGITS, COUNTER, ONE_WORD, EMPTIED, PHRASES = (
    "upper_case_lines", "lines_of_digits", "counter_lines", "one_word_lines", "lines_emptied", "phrases",
)  # fmt: skip
COUNTED = (
    "likes", "shares", "comments", "retweets", "reposts", "quotes", "bookmarks", "upvotes", "downvotes", "downloads",
    "views", "followers",
)  # fmt: skip

_ASCII_UPPER = string.ascii_uppercase.encode()
_COUNTER = re.compile(rf"\W*+\d[,.\d]*+[kmb]?\s++(?:{'|'.join(COUNTED)})\W*+\Z", re.IGNORECASE)
_PHRASE = re.compile(r"^\s*sign-in|items in cart|read more\.\.\.\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class RefinedWebPage:
    """How much of a page the corrections remove; stands before `RefinedWebLines` in a recipe."""

    RULES: ClassVar[tuple[Rule, ...]] = (Rule("removed_word_share", max=0.05, paper="Penedo et al. 2023, G.2"),)
    ABOUT: ClassVar[Mapping[str, str]] = {
        "removed_word_share": "share of words in lines and phrases that RefinedWeb's corrections remove",
    }

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """The share of words that `RefinedWebLines` would remove; None of a text without words."""
        if not text.words:
            return {"removed_word_share": None}
        changed = [line for line in _corrected(text.string) if line.dropped or line.phrases]
        left = sum(len(words(line.rest)) for line in changed if line.dropped is None)
        return {"removed_word_share": (sum(len(words(line.string)) for line in changed) - left) / len(text.words)}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The lines and phrases that `RefinedWebLines` would remove."""
        found: list[Span] = []
        start = 0
        for line in _corrected(text.string):
            end = start + len(line.string)
            found += [(start, end)] if line.dropped else _phrases(line, start)
            start = end + 1
        return {"removed_word_share": found}


@dataclass(frozen=True)
class RefinedWebLines:
    """Drops lines that are menus, counters and headings in capitals."""

    def edit(self, document: Document, text: Text) -> Edit:
        """Leave the lines that remain; count the lines dropped and the phrases deleted, by reason."""
        counts = Counter(dict.fromkeys((UPPER_CASE, DIGITS, COUNTER, ONE_WORD, EMPTIED, PHRASES), 0))
        lines = list(_corrected(text.string))
        for line in lines:
            counts[PHRASES] += line.phrases
            if line.dropped:
                counts[line.dropped] += 1
        changes = keeping(_kept(lines), len(text.string)) if any(counts.values()) else []
        return Edit(changes, dict(counts))


class _Line(NamedTuple):
    """A line, and what the corrections make of it."""

    string: str
    rest: str
    """What is left where phrases were deleted."""
    dropped: str | None
    """Why; None: it stays."""
    phrases: int


def _corrected(text: str) -> Iterator[_Line]:
    for line in text.split("\n"):
        if not has_words(line, 1):
            yield _Line(line, line, None, 0)
        elif _upper_case(line) > len(line) / 2:
            yield _Line(line, line, UPPER_CASE, 0)
        elif line.isdigit():
            yield _Line(line, line, DIGITS, 0)
        elif _COUNTER.match(line):
            yield _Line(line, line, COUNTER, 0)
        elif not has_words(line, 2):
            yield _Line(line, line, ONE_WORD, 0)
        elif has_words(line, 11):
            yield _Line(line, line, None, 0)
        else:
            rest, phrases = _PHRASE.subn("", line)
            yield _Line(line, rest, EMPTIED if phrases and not rest.strip() else None, phrases)


def _kept(lines: Iterable[_Line]) -> Iterator[Span]:
    """What stays: a newline before each line that stays but the first, and all of it but its phrases."""
    start, first = 0, True
    for line in lines:
        end = start + len(line.string)
        if line.dropped is None:
            at = start if first else start - 1
            for phrase in _phrases(line, start):
                yield at, phrase[0]
                at = phrase[1]
            yield at, end
            first = False
        start = end + 1


def _phrases(line: _Line, start: int) -> Iterator[Span]:
    """Where the phrases stand that are deleted from a line that begins at `start`."""
    for match in _PHRASE.finditer(line.string) if line.phrases else ():
        yield start + match.start(), start + match.end()


def _upper_case(line: str) -> int:
    if line.isascii():
        return len(line) - len(line.encode("ascii").translate(None, _ASCII_UPPER))
    return sum(map(str.isupper, line))
