"""Words of a script: which script letters are of, by their names in Unicode."""

import collections
import functools
import unicodedata
from collections.abc import Iterable

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Words of Persian, and of many scripts of India, are spelt with them."""
_MAIN = 0.1
"""Share of the words from which on a script is one of a text: Japanese has three, Serbian two."""


@functools.cache
def script(character: str) -> str:
    """LATIN, CYRILLIC, CJK, HIRAGANA …; empty for what is no letter."""
    if unicodedata.category(character)[0] != "L":
        return ""
    return unicodedata.name(character, "").partition(" ")[0]


def scripts_of(word: str) -> frozenset[str]:
    """The scripts of a word's letters; none for what holds anything but letters, their marks and joiners."""
    found = set()
    for character in word:
        if of := script(character):
            found.add(of)
        elif unicodedata.category(character)[0] != "M" and character not in _JOINERS:
            return frozenset()
    return frozenset(found)


def main_scripts(words: Iterable[tuple[str, int]]) -> frozenset[str]:
    """The scripts of a text, of its (word, how often)."""
    counts = collections.Counter[str]()
    for word, often in words:
        for each in scripts_of(word):
            counts[each] += often
    whole = counts.total()
    return frozenset(each for each, often in counts.items() if often >= _MAIN * whole)
