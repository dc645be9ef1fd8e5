"""The characters and words of all blocks at once: counts by class of character, and a number for every word.

All text of a page becomes one array of code points. Shapes: c characters, w words, n blocks.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

LOWER, UPPER, UNCASED, IDEOGRAPH, OTHER, MARK, DIGIT, NUMBER, SPACE, LINE = range(10)
STOP, COMMA, COLON, BRACKET, DASH, SEPARATOR, POINT, CURRENCY, SIGN, SYMBOL = range(10, 20)
CLASSES = 20
NAMES = (
    "lower", "upper", "uncased", "ideograph", "other", "mark", "digit", "number", "space", "line", "stop", "comma",
    "colon", "bracket", "dash", "separator", "point", "currency", "sign", "symbol",
)  # fmt: skip
_BY_CATEGORY = {
    "Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Lo": UNCASED, "Lm": UNCASED, "Mn": MARK, "Mc": MARK, "Me": MARK,
    "Nd": DIGIT, "Nl": NUMBER, "No": NUMBER, "Zs": SPACE, "Zl": LINE, "Zp": LINE, "Ps": BRACKET, "Pe": BRACKET,
    "Pi": BRACKET, "Pf": BRACKET, "Pd": DASH, "Pc": POINT, "Po": POINT, "Sc": CURRENCY, "Sm": SIGN, "So": SYMBOL,
    "Sk": SIGN,
}  # fmt: skip
_STOPS = ".!?\u2026\u3002\uff01\uff1f\uff0e\u061f\u06d4\u0964\u0965\u104b\u1362\u0589"
_COMMAS = ",;\u060c\u061b\u3001\uff0c\uff1b\u1363"
_SEPARATORS = "|/\\>\u00b7\u2022\u203a\u00bb\u2192\u25b8\u25ba\u2039\u00ab\u2190\uff5c"
_IDEOGRAPHS = ((0x3040, 0x31FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F))
_NOT_LATIN = 0x0250
_BMP = 0x10000
_IS_WORD = np.isin(np.arange(CLASSES), (LOWER, UPPER, UNCASED, IDEOGRAPH, MARK, DIGIT, NUMBER))
_BASE = 0x9E3779B97F4A7C15
_BASES = np.array([[_BASE], [pow(_BASE, -1, 1 << 64)]], np.uint64)
"""[2, 1]: a number, and its inverse modulo 2^64."""
_TABLE = 1 << 16


@dataclass(frozen=True)
class Characters:
    """The text of n blocks, measured."""

    counts: NDArray[np.float64]
    """[n, CLASSES]"""
    first: NDArray[np.int64]
    """[n]: class of the first character."""
    last: NDArray[np.int64]
    """[n]: class of the last that is no bracket or quote, of the last two."""
    words: NDArray[np.int64]
    """[n]"""
    owner: NDArray[np.int64]
    """[w]: the block of each word."""
    hashes: NDArray[np.uint64]
    """[w]: equal for words that are equal in lower case."""

    latin_share: float
    """Share of all letters that are Latin, 1 where there are none."""

    @property
    def lengths(self) -> NDArray[np.float64]:
        """[n]: characters, at least one."""
        found: NDArray[np.float64] = self.counts.sum(1)
        return found


def measure(texts: list[str]) -> Characters:
    """Measure the blocks' texts, none of them empty."""
    n = len(texts)
    lengths = np.fromiter(map(len, texts), np.int64, n)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    owner = np.repeat(np.arange(n), lengths)
    kinds, letters = _looked_up(points)
    counts = np.bincount(owner * CLASSES + kinds, minlength=n * CLASSES).reshape(n, CLASSES).astype(np.float64)
    is_word = _IS_WORD.take(kinds)
    begins = is_word.copy()
    begins[1:] = is_word[1:] > is_word[:-1]
    begins[starts] = is_word[starts]
    at = np.flatnonzero(begins)
    word_owner = owner.take(at)
    last = kinds[ends - 1]
    before = kinds[np.maximum(ends - 2, starts)]
    quoted = (last == BRACKET) | (last == POINT)
    others = np.count_nonzero((points >= _NOT_LATIN) & (kinds <= IDEOGRAPH))
    return Characters(
        counts,
        kinds[starts].astype(np.int64),
        np.where(quoted, before, last).astype(np.int64),
        np.bincount(word_owner, minlength=n),
        word_owner,
        _hashes(letters * is_word, at),
        1 - others / max(int(counts[:, : IDEOGRAPH + 1].sum()), 1),
    )


def _looked_up(points: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """[c], [c]: the class of each code point, and its lower case."""
    if points.max(initial=0) < _BMP:
        return _classes().take(points), _lower().take(points)
    low = np.minimum(points, _BMP - 1)
    beyond = np.where(points >> 16 == 1, np.uint8(SYMBOL), np.uint8(IDEOGRAPH))
    return (
        np.where(points < _BMP, _classes().take(low), beyond),
        np.where(points < _BMP, _lower().take(low), points.astype(np.uint64)),
    )


def _hashes(letters: NDArray[np.uint64], at: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Sums of a word's letters, each times a power for its place in the word, modulo 2^64.

    `letters` has 0 for what is in no word, `at` is where words begin. The power is that of its place in the page, which
    is divided by the one where the word begins.
    """
    if not len(at):
        return np.empty(0, np.uint64)
    powers, inverse = _table()[:, : len(letters)] if len(letters) <= _TABLE else _powers(len(letters))
    found: NDArray[np.uint64] = np.add.reduceat(letters * powers, at) * inverse.take(at)
    return found


def _powers(count: int) -> NDArray[np.uint64]:
    """[2, count]: powers of the bases, from the first on."""
    found: NDArray[np.uint64] = np.cumprod(np.repeat(_BASES, count, 1), 1, np.uint64)
    return found


@cache
def _table() -> NDArray[np.uint64]:
    """[2, _TABLE]: enough of them for most pages."""
    return _powers(_TABLE)


def prepare() -> None:
    """Make the tables, once a process."""
    _classes()
    _lower()
    _table()


@cache
def _classes() -> NDArray[np.uint8]:
    """[65536]: the class of every character of the basic plane."""
    table = np.fromiter(
        (_BY_CATEGORY.get(unicodedata.category(chr(point)), OTHER) for point in range(_BMP)), np.uint8, _BMP
    )
    for characters, kind in ((_STOPS, STOP), (_COMMAS, COMMA), (_SEPARATORS, SEPARATOR), (":\uff1a", COLON)):
        table[[ord(character) for character in characters]] = kind
    for first, last in _IDEOGRAPHS:
        part = table[first : last + 1]
        part[part == UNCASED] = IDEOGRAPH
    table[[ord("\n"), ord("\r")]] = LINE
    table[[ord("\t"), 0x200B]] = SPACE
    table[[ord('"'), ord("'")]] = BRACKET
    return table


@cache
def _lower() -> NDArray[np.uint64]:
    """[65536]: the lower case of every character of the basic plane, where that is one character."""
    cases = (chr(point).lower() for point in range(_BMP))
    return np.fromiter((ord(low) if len(low) == 1 else ord(low[0]) for low in cases), np.uint64, _BMP)
