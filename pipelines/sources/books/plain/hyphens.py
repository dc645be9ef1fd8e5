"""Words that were cut at line ends: joined where they are one word, with their hyphen where it is part of them."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

_CUT = re.compile(r"([^\W\d_]+)[-¬]$")
_BEGINS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MANY = 0.02
"""Of the lines of a text whose words were cut more end in a hyphen; of one whose were not, only compounds do."""


class Hyphens:
    """What a text tells about its own hyphens: which words it has elsewhere, and whether it cuts any."""

    def __init__(self, lines: Sequence[str]) -> None:
        pairs = {pair for before, after in pairwise(lines) if (pair := _cut(before, after))}
        ends = sum(line.endswith(("-", "¬")) and not line.endswith("--") for line in lines)
        self._cuts = ends > _MANY * max(1, sum(map(bool, lines)))
        self._known = _among({form for a, b in pairs for form in (a + b, f"{a}-{b}")}, lines) if pairs else frozenset()

    def join(self, lines: Sequence[str]) -> str:
        """A paragraph's lines on one."""
        pieces = [lines[0]]
        for before, line in pairwise(lines):
            if pair := _cut(before, line):
                if self._one_word(*pair):
                    pieces[-1] = pieces[-1][:-1]
                pieces.append(line)
            elif before.endswith(("-", "—")) or (line.startswith(("--", "—")) and line[2:3] not in ("", " ", "-")):
                pieces.append(line)
            else:
                pieces.append(f" {line}")
        return "".join(pieces)

    def _one_word(self, before: str, after: str) -> bool:
        if after[0].isupper():
            return False
        if before + after in self._known:
            return True
        return self._cuts and f"{before}-{after}" not in self._known


def _cut(before: str, after: str) -> tuple[str, str] | None:
    """The halves of a word that is cut between two lines, lower-cased; the second as it stands if it is capitalised."""
    if not before.endswith(("-", "¬")):
        return None
    end, begin = _CUT.search(before[-60:]), _BEGINS.match(after.lstrip())
    if end is None or begin is None:
        return None
    second = begin[0]
    return end[1].lower(), second if second[0].isupper() else second.lower()


def _among(forms: set[str], lines: Iterable[str]) -> frozenset[str]:
    """Those of these words that stand somewhere inside a line."""
    return frozenset(form for line in lines for form in _WORD.findall(line.lower()) if form in forms)
