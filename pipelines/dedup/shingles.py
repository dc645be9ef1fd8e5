"""A text as its set of shingles: runs of n words, each a 64-bit hash, for many texts at a time.

A word is a run of letters, digits and `_`, with the marks that stand on them, in the lower-cased text, so punctuation,
white space and case do not count. A text in a script that puts no spaces between words is first parted by
`words.segmenter`. A word's hash is a polynomial over its characters modulo 2^64 and depends on nothing else; that of a
shingle is one over its words.

Two different shingles share a 64-bit hash with a chance of about 2^-64. Among the 10^13 of a crawl some do, but only
two in one compared pair of documents change a similarity: with three hundred words each, one pair in 10^14 or so.
The hash is fixed and not cryptographic: different words of a thousand letters and more can be made to collide.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from winnow.filters.words.scripts import is_unspaced
from winnow.filters.words.segmenter import words as segmented
from winnow.pipelines.dedup.packed import Counts, Hashes, offsets_of, ramps

_WORD_BASE = 0x9E3779B97F4A7C15
_SHINGLE_BASE = 0xD1342543DE82EF95
"""Odd, hence with an inverse modulo 2^64; any two large odd numbers would do."""
_MODULUS = 1 << 64
_CODE_POINTS = 0x110000
_MARKED = 0x20000
"""No mark on letters lies above."""
_BLOCK = 1 << 16
"""Characters hashed at a time: the working arrays (8 bytes a character) stay in the processor's cache."""
_BATCH = 1 << 20
"""Characters joined before hashing: it spreads NumPy's cost of a call over many short texts."""
_UNEVEN_LOWER = ("\u0130", "\u03a3")
"""The two letters that str.lower does not map one to one: dotted I gives two, sigma depends on its neighbours."""


@dataclass(frozen=True, eq=False, slots=True)
class Shingles:
    """The shingle sets of n documents, packed: document i has values[offsets[i]:offsets[i + 1]], sorted, each once.

    About 8 bytes a distinct shingle, 2.4 kB for a page of three hundred words.
    """

    values: Hashes
    offsets: Counts

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def sizes(self) -> Counts:
        """Distinct shingles of each document; 0 where it has no word."""
        return np.diff(self.offsets)

    def take(self, rows: Counts) -> "Shingles":
        """The sets of these rows, in their order."""
        sizes = self.sizes[rows]
        return Shingles(self.values[ramps(self.offsets[rows], sizes)], offsets_of(sizes))


def end_to_end(parts: Sequence[Shingles]) -> Shingles:
    """The sets of several as one, in their order."""
    if not parts:
        return NO_SHINGLES
    return Shingles(np.concatenate([p.values for p in parts]), offsets_of(np.concatenate([p.sizes for p in parts])))


NO_SHINGLES = Shingles(np.empty(0, np.uint64), np.zeros(1, np.int64))


def mix(values: Hashes) -> Hashes:
    """The finaliser of MurmurHash3, a bijection after which every bit depends on all 64 (a new array, same shape)."""
    mixed = values ^ (values >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return mixed


def shingle(texts: Sequence[str], words: int) -> Shingles:
    """The shingle set of each text: every run of `words` words; all of them as one shingle where there are fewer.

    A text without any word has an empty set.
    """
    if words < 1:
        raise ValueError(f"a shingle has at least one word, not {words}")
    return end_to_end([_shingle_batch(texts[start:end], words) for start, end in _batches(texts)])


def shared(shingles: Shingles, first: Counts, second: Counts) -> Counts:
    """How many shingles the sets in rows first[i] and second[i] both have."""
    rows = np.stack((first, second), axis=1).ravel()
    both = shingles.take(rows)
    values, ends = both.values, both.offsets[2::2]
    for start, end in zip(both.offsets[:-1:2].tolist(), ends.tolist(), strict=True):
        values[start:end].sort(kind="stable")  # two sorted runs: a stable sort merges them
    same = np.empty(len(values) + 1, np.int64)
    same[0] = 0
    np.cumsum(np.concatenate((values[1:] == values[:-1], [False])), out=same[1:])
    last = np.maximum(ends - 1, 0)  # an equal neighbour across the border of two pairs is none
    return (same[last] - same[both.offsets[:-1:2]]) * (ends > both.offsets[:-1:2])


def similarities(shingles: Shingles, first: Counts, second: Counts) -> NDArray[np.float64]:
    """Jaccard similarity of the sets in rows first[i] and second[i]."""
    return jaccard(shared(shingles, first, second), shingles.sizes[first], shingles.sizes[second])


def jaccard(both: Counts, one: Counts, other: Counts) -> NDArray[np.float64]:
    """The similarity of sets of so many shingles, of which they share `both`; two empty sets are alike (1.0)."""
    union = one + other - both
    return np.where(union > 0, both / np.maximum(union, 1), 1.0)


def containment(both: Counts, inner: Counts, outer: Counts) -> NDArray[np.float64]:
    """The share of an inner set that is in an outer one; an empty set is in another empty one, and in no other."""
    return np.where(inner > 0, both / np.maximum(inner, 1), outer == 0)


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    bounds, held = [0], 0
    for number, text in enumerate(texts):
        held += len(text) + 1
        if held >= _BATCH:
            bounds.append(number + 1)
            held = 0
    if bounds[-1] != len(texts):
        bounds.append(len(texts))
    return pairwise(bounds)


def _shingle_batch(texts: Sequence[str], words: int) -> Shingles:
    hashes, offsets = words_of(texts)
    counts = np.diff(offsets)
    rolled = run_hashes(hashes, words)
    keep = np.repeat(offsets[1:], counts) - np.arange(len(hashes)) >= words
    for fewer in range(1, words):
        short = offsets[:-1][counts == fewer]
        keep[short] = True
        rolled[short] = run_hashes(hashes, fewer)[short] if len(short) else 0
    sizes = np.where(counts < words, counts > 0, counts - words + 1).astype(np.int64)
    return _distinct(rolled[keep], offsets_of(sizes))


def run_hashes(hashes: Hashes, words: int) -> Hashes:
    """The hash of the `words` words from each place on; at the last places, where there are fewer, it means nothing."""
    base = np.uint64(_SHINGLE_BASE)
    rolled = hashes + np.uint64(_SHINGLE_BASE * words % _MODULUS)  # a run of 4 is no run of 5
    for place in range(1, words):
        rolled *= base
        following = hashes[place:]
        rolled[: len(following)] += following
    return rolled


def _distinct(values: Hashes, offsets: Counts) -> Shingles:
    for start, end in pairwise(offsets.tolist()):
        values[start:end].sort()
    new = np.ones(len(values) + 1, bool)
    np.not_equal(values[1:], values[:-1], out=new[1:-1])
    new[offsets] = True  # the first of a document is new, whatever the document before it ends with
    before = np.zeros(len(values) + 1, np.int64)
    np.cumsum(new[:-1], out=before[1:])
    return Shingles(values[new[:-1]], before[offsets])


def words_of(texts: Sequence[str]) -> tuple[Hashes, Counts]:
    """The hashes of all words of all texts, and where each text's words begin (n + 1 offsets)."""
    joined = "\n".join(texts)  # a newline ends a word, and lower() sees nothing across it
    if not joined.isascii() and any(map(is_unspaced, texts)):
        texts = [" ".join(segmented(text)) if is_unspaced(text) else text for text in texts]
        joined = "\n".join(texts)
    if _lowers_unevenly(joined):
        texts = [text.lower() if _lowers_unevenly(text) else text for text in texts]
        joined = "\n".join(texts)
    if joined.isascii():
        codes: NDArray[np.uint8] | NDArray[np.uint32] = np.frombuffer(joined.encode("ascii"), np.uint8)
    else:
        codes = np.array([joined]).view(np.uint32)
    hashes, starts = _word_hashes(codes)
    begins = offsets_of(np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)))
    return hashes, np.searchsorted(starts, begins).astype(np.int64)


def _lowers_unevenly(text: str) -> bool:
    return any(letter in text for letter in _UNEVEN_LOWER)


def _word_hashes(codes: NDArray[np.uint8] | NDArray[np.uint32]) -> tuple[Hashes, Counts]:
    """Hash and first position of every word. Prefix sums of character x base^position, taken at the edges of the words;
    what stands between two edges, times base^-start, is the word's polynomial wherever it stands."""
    characters, powers, inverses = _character_hashes(), _powers(_WORD_BASE), _powers(pow(_WORD_BASE, -1, _MODULUS))
    sums, inside = np.zeros(_BLOCK + 1, np.uint64), np.zeros(_BLOCK + 1, bool)
    edges, totals, shifts = [], [], []
    carry, scale, unscale = 0, 1, 1
    for at in range(0, len(codes), _BLOCK):
        values = characters.take(codes[at : at + _BLOCK])
        n = len(values)
        np.not_equal(values, 0, out=inside[1 : n + 1])
        found = np.flatnonzero(inside[1 : n + 1] != inside[:n])
        values *= powers[:n]
        np.cumsum(values, out=sums[1 : n + 1])
        edges.append(found + at)
        totals.append(sums.take(found) * np.uint64(scale) + np.uint64(carry))
        shifts.append(inverses.take(found) * np.uint64(unscale))
        inside[0] = inside[n]
        carry = (carry + int(sums[n]) * scale) % _MODULUS
        scale, unscale = scale * int(powers[-1]) % _MODULUS, unscale * int(inverses[-1]) % _MODULUS
    if inside[0]:  # the text ends in a word
        edges.append(np.array([len(codes)]))
        totals.append(np.array([carry], np.uint64))
    if not edges:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    total, starts = np.concatenate(totals), np.concatenate(edges)[::2]
    return mix((total[1::2] - total[::2]) * np.concatenate(shifts)[::2]), starts


@cache
def _powers(base: int) -> Hashes:
    """base^0 .. base^BLOCK modulo 2^64."""
    powers = np.full(_BLOCK + 1, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


@cache
def _character_hashes() -> Hashes:
    """For every code point 0 if its lower case is no word character nor mark, else a hash of that. 9 MB, made once."""
    every = np.arange(_CODE_POINTS, dtype=np.uint32)
    every[[ord(letter) for letter in _UNEVEN_LOWER]] = 0  # str.lower is asked beforehand, so they are never looked up
    lower = str(every.view(f"U{_CODE_POINTS}")[0]).lower()
    if len(lower) != _CODE_POINTS:
        raise ValueError("this Python's str.lower changes the length of more letters than is known here")
    hashes = mix(np.array([lower]).view(np.uint32).astype(np.uint64))
    marks = _marks()
    kept = hashes[marks]
    for gap in re.finditer(r"\W+", lower):
        hashes[gap.start() : gap.end()] = 0
    hashes[marks] = kept
    return hashes


def _marks() -> list[int]:
    """The marks that stand on a letter, as vowels of India's scripts and accents do: they part no word. Variation
    selectors, which follow emoji too, are none."""
    selectors = range(0xFE00, 0xFE10)
    return [c for c in range(_MARKED) if unicodedata.category(chr(c)) in ("Mn", "Mc") and c not in selectors]
