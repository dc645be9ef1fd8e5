"""Where the text of a Project Gutenberg file begins and ends: between marks of which every era had its own.

    until 2003   *END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*      End of Project Gutenberg's ...
    since        *** START OF THIS PROJECT GUTENBERG EBOOK MOBY DICK ***               *** END OF THIS PROJECT ...

The first files (1971 to 1993) have no mark, and a few paragraphs about themselves.
"""

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NAME = r"pro(?:je[ck]t|jet|yecto|get+o|jecto|jeto|jekti)\s+gutenberg"
_START = re.compile(
    rf"\W{{0,12}}(?:start of (?:the |this )?(?:copyrighted )?{_NAME}|end\W{{0,3}}(?:of )?(?:the )?small print)",
    re.IGNORECASE,
)
_END = re.compile(
    rf"\W{{0,12}}(?:this is )?(?:the )?(?:end|ende|fin|fine|fim|einde|slut|slutt|loppu)\b[^\n]{{0,60}}?\b{_NAME}"
    r"|\W{0,12}start\W{0,4}the small print"
    r"|\W{0,12}(?:end of (?:the|this)|ende (?:dieses|des)|fin de (?:ce|cet)) e-?(?:text|book)s?\b",
    re.IGNORECASE,
)
_MENTION = re.compile(rf"{_NAME}|gutenberg\.(?:org|net)|small print!|\be-?texts?\b|benedictine college", re.IGNORECASE)
_OURS = re.compile(rf"{_NAME}|gutenberg-tm|gutenberg\.(?:org|net)", re.IGNORECASE)
_LONGEST = 200
"""Characters of a line that can be a mark."""
_FIRST = 1500
"""Lines among which a mark of the beginning is looked for (the longest header has some four hundred)."""
_EARLY = 8
"""Lines in which a file without such a mark says that it is of Project Gutenberg; other books may mention it later."""
_TALK = 20
"""Lines without a mention after which such a file has ended to talk about itself."""
_WRAPPED = 4
"""Lines over which one mark goes at most."""
_MOST_HEADER = 2000


@dataclass(frozen=True)
class Frame:
    """What of a file's lines is the book."""

    header: Sequence[str]
    """The lines before it, and those of a mark that names it; empty where the file is none of Project Gutenberg's."""
    inside: NDArray[np.bool_]
    """By line, whether it is the book's."""


def find(lines: Sequence[str]) -> Frame | None:
    """The frame of a file's lines; None where it is no file of Project Gutenberg's."""
    starts = [at for at, line in enumerate(lines[:_FIRST]) if _is(_START, line)]
    ends = [at for at, line in enumerate(lines) if _may_be_mark(line) and _is(_END, line)]
    talks = not starts and any(_OURS.search(line[:_LONGEST]) for line in lines[: min([_EARLY, *ends[:1]])])
    if not (starts or talks or ends):
        return None
    first = starts[0] if starts else (_end_of_talk(lines) if talks else 0)
    if not ends:
        ends = [at for at, line in enumerate(lines) if at > first and _is(_END, line)]
    header = [line[:_LONGEST] for line in lines[: first + 1 if starts else first][:_MOST_HEADER]]
    return Frame(header, _inside(lines, first, bool(starts), ends))


def is_about_gutenberg(text: str) -> bool:
    return bool(_OURS.search(text))


def _is(mark: re.Pattern[str], line: str) -> bool:
    return len(line) <= _LONGEST and bool(mark.match(line))


def _inside(lines: Sequence[str], first: int, marked: bool, ends: Sequence[int]) -> NDArray[np.bool_]:
    """A file can hold several books one after another: each mark turns the text on or off."""
    inside = np.zeros(len(lines), bool)
    begins = [first, *_later_starts(lines, first)]
    for number, begin in enumerate(begins):
        until = begins[number + 1] if number + 1 < len(begins) else len(lines)
        after = bisect.bisect_left(ends, begin)
        close = min(until, ends[after]) if after < len(ends) else until
        start = _behind_mark(lines, begin) if marked or number else begin
        inside[start:close] = True
    return inside


def _later_starts(lines: Sequence[str], first: int) -> list[int]:
    return [at for at in range(first + 1, len(lines)) if _may_be_mark(lines[at]) and _is(_START, lines[at])]


def _may_be_mark(line: str) -> bool:
    lower = line[:_LONGEST].lower()
    return "gutenberg" in lower or "small print" in lower


def _behind_mark(lines: Sequence[str], at: int) -> int:
    """The line behind a mark, which may be wrapped: it then ends with the stars it began with."""
    if lines[at].lstrip().startswith("***") and not lines[at].rstrip().endswith("*"):
        for later in range(at + 1, min(at + _WRAPPED, len(lines))):
            if not lines[later].strip():
                break
            if lines[later].rstrip().endswith("***"):
                return later + 1
    return at + 1


def _end_of_talk(lines: Sequence[str]) -> int:
    """The first line behind the paragraphs in which a file without marks talks about itself."""
    last, at = -1, 0
    while at < len(lines) and at <= last + _TALK:
        if _MENTION.search(lines[at][:_LONGEST]):
            last = at
        at += 1
    behind = last + 1
    while 0 < behind < len(lines) and lines[behind].strip():
        behind += 1
    return behind
