"""Which licences a text is made of: licenseclassifier behind one adapter that keeps to time and memory.

Two of its loops look from every mark to the end of the text, so marks that it would skip are blanked where there are
many; and it remembers each state that it was in, which is forgotten where it grew too large. A text is read once,
however often it occurs.
"""

import functools
import hashlib
from dataclasses import dataclass
from typing import Any

from winnow.pipelines.sources.code.facts.spdx import normalised

MOST_CHARACTERS = 200_000
"""Of a text are read; PyArrow's licences have 112,270."""
MOST_TEXTS = 8192
"""Texts whose licences are remembered."""
MOST_STATES = 100_000
"""About 60 MB of them."""
MOST_MARKS = 200
_MARKS = (("{#", "{ "), ("](", "] "))


@dataclass(frozen=True, slots=True)
class Match:
    """Characters `start` to `end` of a text are this licence's."""

    expression: str
    start: int
    end: int


_known: dict[bytes, tuple[Match, ...]] = {}


def identify(text: str) -> tuple[Match, ...]:
    """The licences in a text, in order of place."""
    text = text[:MOST_CHARACTERS]
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    if (found := _known.get(digest)) is None:
        if len(_known) >= MOST_TEXTS:
            _known.clear()
        found = _known[digest] = _identified(text)
    return found


def share(text: str, matches: tuple[Match, ...]) -> float:
    """How much of a text is licence."""
    return sum(match.end - match.start for match in matches) / max(1, min(len(text), MOST_CHARACTERS))


def _identified(text: str) -> tuple[Match, ...]:
    for mark, blank in _MARKS:
        if text.count(mark) > MOST_MARKS:
            text = text.replace(mark, blank)
    scanner = _scanner()
    found = scanner.scan(text).match
    if len(scanner.re._info) > MOST_STATES:
        scanner.re._info.clear()
    return tuple(Match(name, each.start, each.end) for each in found if (name := normalised(each.id)))


@functools.cache
def _scanner() -> Any:
    from licenseclassifier._engine.scan import builtin_scanner

    return builtin_scanner()
