"""C4's list of bad words (Raffel et al. 2020, https://arxiv.org/abs/1910.10683, section 2.2).

C4 drops a page that holds any entry of a public list ("List of Dirty, Naughty, Obscene or Otherwise Bad Words"). The
list is a file named in the recipe (`filters.lists`), one entry a line; Winnow brings none, and without one the measure
is unknown. An entry counts where no letter, digit or underscore touches it, in any case; mC4 looks for the entries of
Japanese, Thai and Chinese anywhere, since these scripts put no spaces between words.

The rule also drops health advice, and texts by and about minorities, for a word: weigh that before using it.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.lists import entries
from winnow.filters.rules import Rule
from winnow.filters.text import Text

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class BadWords:
    """How many different entries of a list the text holds."""

    words: str = ""
    """The path of the list; "" is off."""
    anywhere: bool = False
    """Look inside words too: for lists of Japanese, Thai and Chinese."""

    FILES: ClassVar[tuple[str, ...]] = ("words",)
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("bad_words", max=0, paper="Raffel et al. 2020, 2.2"),)
    ABOUT: ClassVar[Mapping[str, str]] = {
        "bad_words": "different entries of the list that occur",
    }

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """Different entries found."""
        if not self.words:
            return {"bad_words": None}
        string = text.string.lower()
        if self.anywhere:
            return {"bad_words": float(sum(entry in string for entry in entries(self.words)))}
        single, others = _prepared(self.words)
        found = len(single.intersection(_WORD.findall(string)))
        return {"bad_words": float(found + sum(entry in string and bool(p.search(string)) for entry, p in others))}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """Every place of every entry; without a list nothing can be shown."""
        if not self.words:
            return {}
        string = text.string.lower()
        if self.anywhere:
            patterns = [re.compile(re.escape(entry)) for entry in entries(self.words) if entry in string]
            found = [match.span() for pattern in patterns for match in pattern.finditer(string)]
        else:
            single, others = _prepared(self.words)
            found = [match.span() for match in _WORD.finditer(string) if match.group() in single]
            found += [match.span() for entry, p in others if entry in string for match in p.finditer(string)]
        if len(string) != len(text.string):  # "İ" is two characters in lower case
            places = [at for at, character in enumerate(text.string) for _ in character.lower()]
            found = [(places[start], places[end - 1] + 1) for start, end in found]
        return {"bad_words": sorted(found)}


@functools.cache
def _prepared(path: str) -> tuple[frozenset[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    """A list's entries of one word, and the others each with its pattern."""
    single = frozenset(entry for entry in entries(path) if _WORD.fullmatch(entry))
    others = sorted(entries(path) - single)
    return single, tuple((entry, re.compile(rf"(?<!\w){re.escape(entry)}(?!\w)")) for entry in others)
