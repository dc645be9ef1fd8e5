"""The words of many texts at a time, each a 64-bit hash with the place where it stands.

A word is what stands between white space, without its punctuation and in lower case: letters with their marks, digits
and `_` count. Of scripts that are written without spaces each character is a word. So `Don't!` and `don't` are one
word, and `end.Next`, which nobody separated, is one as well. A character counts by its own lower case alone, so that
places in a text are those of its characters: final sigma is a sigma, and dotted capital I an i.

What nothing is said of (punctuation that stands alone, emoji) belongs to the word before it.
"""

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Hashes, offsets_of, ramps
from winnow.pipelines.dedup.shingles import mix

_PLACE = np.uint64(0x9E3779B97F4A7C15)
"""Any large odd number: what a place in a run is multiplied with."""
_NOTHING, _SPACE, _LETTER, _ALONE, _MARK = range(5)
_CODE_POINTS = 0x110000
_TOGETHER = 1 << 20
_SPACES = re.compile(r"\s+")
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x312F),
    (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x323AF),
)  # fmt: skip
"""Thai and Lao, Tibetan, Burmese, Khmer, kana and bopomofo, Han: first and last code point."""
_JOINERS = (0x200C, 0x200D)


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """The words of n texts, packed: text i has those from offsets[i] up to offsets[i + 1]."""

    hashes: Hashes
    starts: Counts
    """Where each begins in its own text, with the punctuation before it: a text can be cut there."""
    offsets: Counts

    def ends(self, lengths: Counts) -> Counts:
        """Where each ends in its own text, of so many characters: where the next begins."""
        found = np.append(self.starts[1:], 0)[: len(self.starts)]
        has = np.flatnonzero(np.diff(self.offsets))
        found[self.offsets[has + 1] - 1] = lengths[has]
        return found


def words(texts: Sequence[str]) -> Words:
    """The words of texts. 16 bytes a word and, while it runs, 100 for each of so many characters as are looked at
    together: those of all texts, of a long one some."""
    if not any(len(text) > _TOGETHER for text in texts):
        return _words(texts)
    parts = [_shifted(_words([text[start:end]]), start) for text in texts for start, end in _cut(text)]
    first = np.cumsum([0, *(len(_cut(text)) for text in texts)])
    sizes = np.append(0, np.cumsum([len(part.hashes) for part in parts]))
    hashes, starts = (np.concatenate([getattr(part, name) for part in parts]) for name in ("hashes", "starts"))
    return Words(hashes, starts, sizes[first].astype(np.int64))


def _shifted(found: Words, by: int) -> Words:
    return Words(found.hashes, found.starts + by, found.offsets)


def _cut(text: str) -> list[tuple[int, int]]:
    """Pieces of a long text, cut behind white space: where there is none in sight, none is cut."""
    bounds = [0]
    while len(text) - bounds[-1] > _TOGETHER and (found := _SPACES.search(text, bounds[-1] + _TOGETHER)):
        bounds.append(found.end())
    return list(itertools.pairwise([*bounds, len(text)]))


def _words(texts: Sequence[str]) -> Words:
    joined = "\n".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    begins = offsets_of(np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)))
    kinds = _kinds()[codes]
    base = kinds[np.maximum.accumulate(np.where(kinds != _MARK, np.arange(len(codes)), 0))]
    at = np.flatnonzero((base == _LETTER) | (base == _ALONE))  # a mark on what is no letter, as an emoji, says nothing
    if not len(at):
        return Words(np.empty(0, np.uint64), np.empty(0, np.int64), np.zeros(len(texts) + 1, np.int64))
    spaces = np.cumsum(kinds == _SPACE)
    apart = np.append(True, np.diff(spaces[at]) > 0)
    kind = kinds[at]
    new = apart | (kind == _ALONE)
    new[1:] |= (kind[1:] == _LETTER) & (kind[:-1] == _ALONE)
    first = np.flatnonzero(new)
    hashes = run_hashes(_lower()[codes[at]].astype(np.uint64), first, np.diff(np.append(first, len(at))))
    after_space = np.maximum.accumulate(np.where(kinds == _SPACE, np.arange(len(codes)), -1)) + 1
    starts = np.where(apart[first], after_space[at[first]], at[first])
    offsets = np.searchsorted(at[first], begins).astype(np.int64)
    return Words(hashes, starts - np.repeat(begins[:-1], np.diff(offsets)), offsets)


def run_hashes(values: Hashes, starts: Counts, sizes: Counts) -> Hashes:
    """A hash of each run values[starts[i]], …, of sizes[i] >= 1 values: of what is in it, in its order.

    Runs may overlap. Two different ones share a hash with a chance of about 2^-64.
    """
    if not len(starts):
        return np.empty(0, np.uint64)
    places = ramps(np.zeros(len(sizes), np.int64), sizes).astype(np.uint64)
    mixed = mix(values[ramps(starts, sizes)] + places * _PLACE)
    sums = np.add.reduceat(mixed, offsets_of(sizes)[:-1])
    return mix(sums + sizes.astype(np.uint64) * _PLACE)


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each code point is to a word. 1 MB, made once a process."""
    kinds = np.zeros(_CODE_POINTS, np.uint8)
    for code in range(_CODE_POINTS):
        character = chr(code)
        if character.isspace():
            kinds[code] = _SPACE
        elif character.isalnum() or character == "_":
            kinds[code] = _LETTER
        elif unicodedata.category(character)[0] == "M":
            kinds[code] = _MARK
    for first, last in _UNSPACED:
        inside = kinds[first : last + 1]
        inside[inside == _LETTER] = _ALONE
    kinds[list(_JOINERS)] = _MARK
    return kinds


@cache
def _lower() -> NDArray[np.uint32]:
    """The lower case of each code point, where that is one; itself where not. 4 MB, made once a process."""
    lower = np.arange(_CODE_POINTS, dtype=np.uint32)
    for code in range(_CODE_POINTS):
        character = chr(code).lower()
        if len(character) == 1:
            lower[code] = ord(character)
    lower[0x0130], lower[0x03C2] = ord("i"), 0x03C3
    return lower
