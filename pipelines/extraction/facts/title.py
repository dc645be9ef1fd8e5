"""The title of a page: its heading where what it declares agrees, else what it declares without its site's name.

The heading is right most often, but a page has others too: of its site, of a box, of an offer. What tells them apart
are the titles that are declared for sharing and for the window, and the words of the address (docs/measurements.md).
"""

import re
from collections.abc import Iterable, Sequence

from winnow.pipelines.extraction.facts.address import path_of
from winnow.pipelines.extraction.facts.kind import is_first
from winnow.pipelines.extraction.facts.said import Said
from winnow.pipelines.extraction.facts.site import PARTING, Site, squeezed
from winnow.pipelines.extraction.facts.text import cleaned

MOST = 500
"""Characters of a title; a longer text is none."""

_SHARED = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "title")
_WORD = re.compile(r"[^\W_]+")
_ALIKE = 0.2
"""Share of the words of two titles below which they are not of one thing."""


def title_of(said: Said, site: Site, url: str | None) -> str | None:
    """Return the title of a page."""
    path = path_of(url)
    stated = [*said.contents(*_SHARED)[:1], said.title]
    declared = [without_site(text, site, at_end=is_first(url)) for text in _titles(map(cleaned, stated))]
    stated = [text for text in _titles(each.text for each in said.headings) if not site.is_called(text)]
    headings = [without_site(text, site, at_end=True) for text in stated]
    if not headings or not declared:
        return next(iter(headings or declared), None)
    return _better(_agreed(headings, declared), declared[0], path)


def without_site(title: str, site: Site, *, at_end: bool) -> str:
    """Return a title without the parts that name its site, at both ends or `at_end` alone."""
    marks = list(PARTING.finditer(title))
    start, end = 0, len(title)
    while marks and site.is_part(title[marks[-1].end() : end]):
        end = marks.pop().start()
    while marks and not at_end and site.is_called(title[start : marks[0].start()]):
        start = marks.pop(0).end()
    return title[start:end]


def _agreed(headings: Sequence[str], declared: Sequence[str]) -> str:
    """The first heading that is declared, or is a part of what is; else the first."""
    keys = [squeezed(text) for text in declared]
    whole = (text for text in headings if squeezed(text) in keys)
    part = (text for text in headings if any(squeezed(text) in key for key in keys))
    return next(whole, None) or next(part, None) or headings[0]


def _better(heading: str, declared: str, path: str) -> str:
    """The heading, unless it is of something else than what is declared: of a book, a site, a box."""
    one, other = _words(heading), _words(declared)
    if len(one & other) < _ALIKE * len(one | other) and squeezed(heading) not in squeezed(declared):
        return declared
    before = declared.removesuffix(heading)
    mark = next((mark for mark in PARTING.finditer(before) if mark.end() == len(before)), None)
    if mark and before != declared:
        chapter = before[: mark.start()]
        if _share(chapter, path) > _share(heading, path):
            return chapter
    return heading


def _share(text: str, path: str) -> float:
    """Share of the words of a text that stand in a path."""
    words = _words(text)
    return len(words & _words(path)) / max(len(words), 1)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _titles(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if squeezed(text) and len(text) <= MOST]
