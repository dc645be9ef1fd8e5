"""Which words of a page's blocks are its main text: an alignment of the page with the text that is known.

Words are aligned as a patient reader would: runs of words that occur once on both sides are fixed first, in the longest
order that both share; what lies between two of them is aligned in the same way with shorter runs. So a word of the menu
that occurs in the article as well is not taken for the article's.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
_RUNS = (8, 4, 2, 1)
"""Lengths of the runs of words that anchor the alignment, longest first."""
_SMALL = 40_000
"""Words times words of a gap that is left to difflib."""
_MOVED = 6
"""Words of a run that counts wherever it stands: a text may give a page's parts in another order."""


def shares(blocks: Sequence[str], text: str) -> NDArray[np.float64]:
    """Return for each block the share of its words that are of `text`: 0 for a block without words."""
    words = [_WORD.findall(block.lower()) for block in blocks]
    owner = np.repeat(np.arange(len(words)), [len(each) for each in words])
    page = [word for each in words for word in each]
    wanted = _WORD.findall(text.lower())
    met = np.zeros(len(page))
    free = np.ones(len(wanted), bool)
    for here, there in _aligned(page, wanted):
        met[here], free[there] = 1, False
    _moved(page, wanted, met, free)
    counts = np.bincount(owner, minlength=len(words))
    return np.bincount(owner, met, len(words)) / np.maximum(counts, 1)


def _aligned(page: list[str], wanted: list[str]) -> list[tuple[int, int]]:
    """Pairs of positions, both ascending."""
    pairs: list[tuple[int, int]] = []
    gaps = [(0, len(page), 0, len(wanted), 0)]
    while gaps:
        low, high, first, last, run = gaps.pop()
        if low >= high or first >= last:
            continue
        if (high - low) * (last - first) <= _SMALL or run >= len(_RUNS):
            if (high - low) * (last - first) <= 50 * _SMALL:
                matcher = SequenceMatcher(None, page[low:high], wanted[first:last], autojunk=False)
                for here, there, size in matcher.get_matching_blocks():
                    pairs += [(low + here + i, first + there + i) for i in range(size)]
            continue
        anchors = _anchors(page, wanted, (low, high, first, last), _RUNS[run])
        begin, start = low, first
        for here, there in anchors:
            pairs.append((here, there))
            gaps.append((begin, here, start, there, run + 1))
            begin, start = here + 1, there + 1
        gaps.append((begin, high, start, last, run + 1))
    return pairs


def _anchors(page: list[str], wanted: list[str], gap: tuple[int, int, int, int], run: int) -> list[tuple[int, int]]:
    """The words at which runs of `run` words begin that occur once in either part."""
    low, high, first, last = gap
    here, there = _once(page, low, high, run), _once(wanted, first, last, run)
    found = sorted((at, there[key]) for key, at in here.items() if key in there)
    return _longest(found)


def _once(words: list[str], low: int, high: int, run: int) -> dict[tuple[str, ...], int]:
    keys = [tuple(words[at : at + run]) for at in range(low, high - run + 1)]
    counts = Counter(keys)
    return {key: low + at for at, key in enumerate(keys) if counts[key] == 1}


def _longest(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that ascends in both."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for number, (_, there) in enumerate(pairs):
        at = bisect_left(tails, there)
        before[number] = ends[at - 1] if at else -1
        tails[at : at + 1], ends[at : at + 1] = [there], [number]
    chosen = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]


def _moved(page: list[str], wanted: list[str], met: NDArray[np.float64], free: NDArray[np.bool_]) -> None:
    """Mark runs of the page whose words are in the text at a place that nothing was aligned with."""
    places: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(wanted) - _MOVED + 1):
        if free[at : at + _MOVED].all():
            places.setdefault(tuple(wanted[at : at + _MOVED]), []).append(at)
    for at in range(len(page) - _MOVED + 1):
        found = places.get(tuple(page[at : at + _MOVED]))
        if found:
            start = next((start for start in found if free[start + _MOVED - 1]), None)
            if start is not None:
                met[at : at + _MOVED] = 1
                free[start : start + _MOVED] = False
