"""RefinedWeb's line-wise corrections (Penedo et al. 2023, https://arxiv.org/abs/2306.01116, appendix G.2).

The paper names kinds of lines; the readings are those of DCLM, which rebuilt the rules. A line is a piece between
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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.steps import Edit
from winnow.filters.text import Text

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

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """The share of words that `RefinedWebLines` would remove; None of a text without words."""
        if not text.words:
            return {"removed_word_share": None}
        kept = sum(len(line.split()) for line, dropped, _ in _corrected(text.string) if dropped is None)
        return {"removed_word_share": (len(text.words) - kept) / len(text.words)}


@dataclass(frozen=True)
class RefinedWebLines:
    """Drops lines that are menus, counters and headings in capitals."""

    def edit(self, document: Document, text: Text) -> Edit:
        """Return the lines that remain, and the lines dropped and phrases deleted by reason."""
        kept = []
        counts = Counter(dict.fromkeys((UPPER_CASE, DIGITS, COUNTER, ONE_WORD, EMPTIED, PHRASES), 0))
        for line, dropped, phrases in _corrected(text.string):
            counts[PHRASES] += phrases
            if dropped is None:
                kept.append(line)
            else:
                counts[dropped] += 1
        return Edit("\n".join(kept), dict(counts))


def _corrected(text: str) -> Iterator[tuple[str, str | None, int]]:
    """Each line as it remains, why it is dropped (None: it stays), and the phrases deleted from it."""
    for line in text.split("\n"):
        words = len(line.split())
        if not words:
            yield line, None, 0
        elif _upper_case(line) > len(line) / 2:
            yield line, UPPER_CASE, 0
        elif line.isdigit():
            yield line, DIGITS, 0
        elif _COUNTER.match(line):
            yield line, COUNTER, 0
        elif words == 1:
            yield line, ONE_WORD, 0
        elif words > 10:
            yield line, None, 0
        else:
            rest, phrases = _PHRASE.subn("", line)
            yield rest, EMPTIED if phrases and not rest.strip() else None, phrases


def _upper_case(line: str) -> int:
    if line.isascii():
        return len(line) - len(line.encode("ascii").translate(None, _ASCII_UPPER))
    return sum(map(str.isupper, line))
