"""Scripts that put no spaces between words, by code point, and how a run between white space falls into pieces of them.

Letters are ranges of Unicode 17; marks and digits of a script are among them, punctuation is not. Left out, since no
dictionary of theirs is at hand, are Tai Le, Tai Tham, Javanese and others: there a run between white space is a word.
"""

import re

_HAN_AND_KANA = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001aff0-\U0001b16f\U00020000-\U0003fffd"
)
_SOUTH_EAST_ASIA = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0edf"  # Thai, Lao
    "\u1000-\u1049\u104c-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17d3\u17d7\u17dc-\u17e9"  # Khmer
)
_RADICALS = "\u2e80-\u2fd5"
"""Symbols in the shape of Han letters, which stand for them in texts taken from PDF."""
_TIBETAN = "\u0f00\u0f18-\u0f39\u0f3e-\u0f84\u0f86-\u0fbc\u0fc6"
_JOINERS = "\u034f\u200c\u200d\u2060\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Between two letters of a word, seen by nobody."""
_MARKS = (
    "\u0e4f\u0e5a\u0e5b\u0f01-\u0f17\u0f3a-\u0f3d\u0f85\u0fbe-\u0fc5\u0fc7-\u0fff\u104a\u104b\u17d4-\u17d6\u17d8-\u17da"
    "\u200b\u2010-\u2018\u201a-\u205e\u3001-\u3004\u3008-\u3020\u3030\u303d\u30a0\u30fb\ufe10-\ufe1f\ufe30-\ufe6f"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
"""They part words beside these scripts: Tibetan's tsheg, the zero-width space, general and full-width punctuation."""

LONGEST_RUN = 10_000
"""Characters of one run that are looked at together: none of a language is so long, and memory has a bound."""

_LETTERS = _HAN_AND_KANA + _SOUTH_EAST_ASIA
_LETTER = re.compile(f"[{_LETTERS}\u0f00\u0f20-\u0f33\u0f40-\u0f6c\u0f88-\u0f8c]")  # Tibetan's marks make no word
_DICTIONARY = _LETTERS + _RADICALS
_PIECES = re.compile(
    f"([{_DICTIONARY}][{_DICTIONARY}{_JOINERS}]{{0,{LONGEST_RUN - 1}}})"
    f"|([{_TIBETAN}]+|[^{_DICTIONARY}{_TIBETAN}{_MARKS}]+)|[{_MARKS}]+"
)
_WORD_CHARACTER = re.compile(r"\w")
_OTHERS = bytes(b for b in range(256) if b not in (0xE0, 0xE1, 0xEA, 0xEF) and not 0xE3 <= b <= 0xE9 and b < 0xF0)
"""Bytes of UTF-8 with which no letter of these scripts begins: those of ASCII, Latin, Greek, Cyrillic, Hebrew, Arabic
and of the quotation marks and dashes beside them."""


def is_unspaced(string: str) -> bool:
    """Whether a letter of these scripts stands in it. Of ASCII nothing is looked at; of most others every byte once,
    five times as fast as by the expression."""
    if string.isascii() or not string.encode("utf-8", "surrogatepass").translate(None, _OTHERS):
        return False
    return _LETTER.search(string) is not None


def pieces(chunk: str) -> list[tuple[str, str]]:
    """What a run between white space falls into: (letters that a dictionary parts, "") or ("", a word), in order.

    A chunk without any letter of these scripts is one word. Otherwise runs of a dictionary's letters are pieces, cut at
    LONGEST_RUN; so are Tibetan syllables; and of the rest, as punctuation parts it, what has a letter or a digit.
    """
    if chunk.isascii() or not _LETTER.search(chunk):
        return [("", chunk)]
    return [(run, other) for run, other in _PIECES.findall(chunk) if run or _WORD_CHARACTER.search(other)]
