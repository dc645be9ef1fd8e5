"""The furniture of pages in scanned text: form feeds, running heads, numbers of pages."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from winnow.pipelines.sources.books.headings import is_chapter

_NUMBER = re.compile(r"\W*(?:(?:page|seite|p\.|pag\.)\s*)?(?:\d{1,4}|[ivxlc]{1,8})\W*", re.IGNORECASE)
_ONLY_DIGITS = re.compile(r"[\s\[(—\u2013-]*(\d{1,4})[\s\])—\u2013-]*")
_DIGIT = re.compile(r"\d")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_EDGE = 2
"""Lines at the top and at the foot of a page among which furniture is looked for."""
_OFTEN = 3
"""A running head stands on more pages."""
_FEW = 3
"""Form feeds that make pages of a text."""
_LONGEST = 100
"""Characters of a line that can be furniture."""
_FEW_NUMBERS = 6
_GOING_ON = 4
"""One in so many pages begins in the middle of a sentence, at least."""
_ENDS = re.compile(r"[.!?:;…][\"'”\u2019»)\]]*$")
_WIDE = 0.7


def without_furniture(text: str) -> list[str]:
    """The lines of a text, its pages on end: without heads, numbers and form feeds."""
    if text.count("\f") >= _FEW:
        pages = [_lines(page) for page in text.split("\f")]
    else:
        pages = _numbered(_lines(text.replace("\f", "\n")))
        if len(pages) < _FEW_NUMBERS:
            return [line for page in pages for line in page]
    keys = [{key for at in _edges(page) if (key := _key(page[at]))} for page in pages]
    often = {key for key, pages_with in Counter(key for each in keys for key in each).items() if pages_with > _OFTEN}
    before, bodies = set[str](), list[list[str]]()
    for page, here in zip(pages, keys, strict=True):
        bodies.append(_body(page, often, before))
        before = here
    return _on_end([body for body in bodies if body])


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n")]


def _numbered(lines: Sequence[str]) -> list[list[str]]:
    """Pages of a text without form feeds: they end at numbers that stand alone on their lines and go up by one."""
    places = [
        (at, int(match[1]))
        for at, line in enumerate(lines)
        if len(line) < 20 and (match := _ONLY_DIGITS.fullmatch(line))
    ]
    rising = {at for (at, number), (after, follower) in pairwise(places)
              if follower - number in (1, 2) and after - at > 5 for at in (at, after)}  # fmt: skip
    if len(rising) < _FEW_NUMBERS or _GOING_ON * sum(_goes_on(lines, at) for at in rising) < len(rising):
        return [list(lines)]
    pages, begin = list[list[str]](), 0
    for at in sorted(rising):
        pages.append([*lines[begin : at + 1]])
        begin = at + 1
    return [*pages, [*lines[begin:]]]


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Whether a sentence goes on below a line: numbered poems and chapters begin with capitals, pages often do not."""
    return next((line.lstrip()[0].islower() for line in lines[at + 1 : at + 6] if line), False)


def _edges(page: Sequence[str]) -> list[int]:
    """The places of a page's first and last lines that are not blank."""
    written = [at for at, line in enumerate(page) if line]
    return sorted({*written[:_EDGE], *written[-_EDGE:]})


def _key(line: str) -> str:
    """A line as running heads are compared: its letters alone. A chapter's heading counts with its number."""
    if len(line) > _LONGEST:
        return ""
    folded = line.casefold().strip()
    return folded if is_chapter(line.strip()) else _NOT_LETTERS.sub(" ", folded).strip()


def _body(page: Sequence[str], often: set[str], before: set[str]) -> list[str]:
    """A page's lines without its furniture. A chapter's heading stays unless it stood on the page before too; on the
    first page so does the book's title, if it stands alone."""
    gone = set[int]()
    for at in _edges(page):
        line = page[at].strip()
        if is_chapter(line) and not _ONLY_DIGITS.fullmatch(line):
            is_furniture = _key(line) in before
        elif _key(line) in often:
            is_title = not before and not _DIGIT.search(line) and not "".join(page[at + 1 : at + 2])
            is_furniture = not is_title
        else:
            is_furniture = len(line) <= _LONGEST and bool(_NUMBER.fullmatch(line))
        if is_furniture:
            gone.add(at)
    kept = [line for at, line in enumerate(page) if at not in gone]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _on_end(pages: Sequence[Sequence[str]]) -> list[str]:
    """The pages as one text: a paragraph that goes on over the page is not parted."""
    lines = list[str]()
    for page in pages:
        if lines:
            goes_on = not _ENDS.search(lines[-1]) and (page[0][:1].islower() or _is_full(lines, page[0]))
            lines += [] if goes_on else [""]
        lines += page
    return lines


def _is_full(lines: Sequence[str], following: str) -> bool:
    """Whether the last line is about as long as those before it, and no heading follows."""
    longest = max(map(len, lines[-8:]))
    return len(lines[-1]) > _WIDE * longest > 20 and not is_chapter(following.strip()) and not following.isupper()
