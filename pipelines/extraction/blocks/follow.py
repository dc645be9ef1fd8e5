"""Which blocks of a page the text of another extractor is made of.

That text has lost what blocks know: the lines of code, list marks, powers, formulas, joiners. Where it can be followed
block by block the blocks are written in its place. Words are met in runs, first those that come next, so that a title
in a menu is not taken for the article's; a short block must go on where the last one ended, or begin a line before the
next one. Each word is met once, each run tried at a few places: the time is linear in page and text.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from winnow.pipelines.extraction.blocks.white_space import visible

_WORD = re.compile(r"\w+")
_JOINERS = re.compile("[\u200c\u200d]+")
_FORMULA = re.compile(r"\$[^$\n]+\$|\\\([^\n]{1,500}?\\\)|\\\[[^\n]{1,500}?\\\]")
_POWER = re.compile(r"(?<=\w)\^(?=\w)|(?<=\d)_(?=\d)")
_RUN = 5
"""Words of a run; a block of fewer is short."""
_TRIES = 4
"""Places at which a run is looked for."""


def follow(texts: Sequence[str], text: str) -> tuple[list[bool], float]:
    """Return which of the blocks `texts` make up `text`, and the share of its words that these give.

    A block counts where half of its words are met.
    """
    wanted = _Wanted(text)
    blocks = [_words(each) for each in texts]
    kept = [False] * len(blocks)
    ends, starts = [0] * len(blocks), [0] * len(blocks)
    at = 0
    for number, words in enumerate(blocks):
        if len(words) >= _RUN and (met := wanted.runs(words, at)):
            kept[number], starts[number], ends[number] = True, met[0][0], met[-1][1]
            at = ends[number]
    behind = _next_starts(kept, starts, len(wanted.words))
    at = 0
    for number, words in enumerate(blocks):
        if kept[number]:
            at = ends[number]
        elif 0 < len(words) < _RUN and (found := wanted.line(words, at, behind[number])) is not None:
            kept[number], at = True, found + len(words)
    return kept, wanted.met.count(1) / max(len(wanted.met), 1)


class _Wanted:
    """The words of a text, and which of them a block has given."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        begins: list[int] = []
        for piece in re.split(r"[\n|]", text):
            begins.append(len(self.words))
            self.words += _words(piece)
        words = self.words
        self.met = bytearray(len(words))
        self._runs: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(words) - _RUN + 1):
            self._runs.setdefault(tuple(words[at : at + _RUN]), []).append(at)
        self._lines: dict[str, list[int]] = {}
        for at in dict.fromkeys(begins):
            if at < len(words):
                self._lines.setdefault(words[at], []).append(at)

    def runs(self, own: list[str], at: int) -> list[tuple[int, int]]:
        """(begin, end) of the runs of a block's words, from `at` on or from the start; none if half are missing."""
        found: list[tuple[int, int]] = []
        number = 0
        while number + _RUN <= len(own):
            begin = self._free(self._runs.get(tuple(own[number : number + _RUN]), ()), at)
            if begin is None:
                number += 1
                continue
            end = begin
            while number < len(own) and end < len(self.words) and not self.met[end] and self.words[end] == own[number]:
                end, number = end + 1, number + 1
            self.met[begin:end] = b"\1" * (end - begin)
            found.append((begin, end))
        if 2 * sum(end - begin for begin, end in found) >= len(own):
            return found
        for begin, end in found:
            self.met[begin:end] = bytes(end - begin)
        return []

    def line(self, own: list[str], low: int, high: int) -> int | None:
        """Where a block's words stand: at `low`, or at the begin of a line from there up to `high`."""
        places = self._lines.get(own[0], [])
        first = bisect_left(places, low)
        for begin in (low, *places[first : first + _TRIES]):
            end = begin + len(own)
            if end <= high and self.words[begin:end] == own and not any(self.met[begin:end]):
                self.met[begin:end] = b"\1" * len(own)
                return begin
        return None

    def _free(self, places: Sequence[int], at: int) -> int | None:
        first = bisect_left(places, at)
        near = (*places[first : first + _TRIES], *places[:_TRIES])
        return next((begin for begin in near if not self.met[begin]), None)


def _words(text: str) -> list[str]:
    """The words of a text that another extractor has as well: `10^6` is 106 to it, and formulas are nothing."""
    return _WORD.findall(_POWER.sub("", _FORMULA.sub(" ", _JOINERS.sub("", visible(text)))).lower())


def _next_starts(kept: Sequence[bool], starts: Sequence[int], end: int) -> list[int]:
    """For each block where the next one that is kept begins; `end` where there is none."""
    found = []
    for is_kept, start in zip(reversed(kept), reversed(starts), strict=True):
        found.append(end)
        end = start if is_kept else end
    return found[::-1]
