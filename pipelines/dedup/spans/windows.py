"""Runs of n words and, of each, one fingerprint: two equal runs have the same one.

Winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", 2003): of the
k-grams inside a run of n words, w = n - k + 1 in number, the one with the least hash is selected, of several the
first. So the run of n words that two texts share has the same fingerprint in both, and only runs whose fingerprint
occurs in two places can be shared. Of 50 words with k = 25 one place in 13 or 14 is selected.
"""

from dataclasses import dataclass

import numpy as np

from winnow.pipelines.dedup.packed import Counts, Hashes
from winnow.pipelines.dedup.shingles import mix
from winnow.pipelines.dedup.spans.words import Words

_BASE = 0xD1342543DE82EF95
_MODULUS = 1 << 64


@dataclass(frozen=True, eq=False, slots=True)
class Windows:
    """The runs of n words of some texts: of each its first word, and the place of its fingerprint."""

    first: Counts
    """In the words of all texts."""
    selected: Counts
    """The word with which its selected k-gram begins."""
    grams: Hashes
    """The hash of the k-gram from each word on."""

    @property
    def fingerprints(self) -> Hashes:
        """One a run."""
        return self.grams[self.selected]

    def places(self) -> Counts:
        """Every selected place once, ascending."""
        return np.unique(self.selected)


def windows(words: Words, n: int) -> Windows:
    """All runs of n words that lie inside one text."""
    k = gram(n)
    grams = rolled(words.hashes, k)
    sizes = np.maximum(np.diff(words.offsets) - n + 1, 0)
    inside = np.zeros(len(words.hashes) + 1, np.int64)
    np.add.at(inside, words.offsets[:-1], np.where(sizes > 0, 1, 0))
    np.add.at(inside, words.offsets[:-1] + sizes, np.where(sizes > 0, -1, 0))
    first = np.flatnonzero(np.cumsum(inside[:-1]) > 0)
    return Windows(first, _least(grams, n - k + 1)[first], grams)


def gram(n: int) -> int:
    """The words of a k-gram."""
    return max(1, n // 2)


def rolled(hashes: Hashes, n: int) -> Hashes:
    """A hash of the n words from each place on, by doubling; at the last places, where there are fewer, it means
    nothing."""
    power, width, wanted = hashes, 1, n
    found, covered = np.zeros(len(hashes), np.uint64), 0
    while wanted:
        if wanted & 1:  # what follows the words that are covered already
            found *= np.uint64(pow(_BASE, width, _MODULUS))
            following = power[covered:]
            found[: len(following)] += following
            covered += width
        wanted >>= 1
        if wanted:
            longer = power * np.uint64(pow(_BASE, width, _MODULUS))
            longer[: max(0, len(power) - width)] += power[width:]
            power, width = longer, 2 * width
    return mix(found + np.uint64(n * _BASE % _MODULUS))


def _least(values: Hashes, width: int) -> Counts:
    """The place of the least of `width` values from each place on, the first of several; cut off at the end."""
    at, covered = np.arange(len(values)), 1
    while covered < width:
        step = min(covered, width - covered)
        later = at[step:]
        here = at[: len(later)]
        at = np.append(np.where(values[later] < values[here], later, here), at[len(later) :])
        covered += step
    return at
