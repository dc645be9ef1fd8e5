"""The site that a page belongs to: its name, and what else its pages' titles and authors may call it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from winnow.pipelines.extraction.facts import json_ld
from winnow.pipelines.extraction.facts.address import host_of
from winnow.pipelines.extraction.facts.json_ld import Linked
from winnow.pipelines.extraction.facts.said import Said
from winnow.pipelines.extraction.facts.text import cleaned

MOST = 100
"""Characters of a name; a longer one is a slogan."""

PARTING = re.compile(
    r"\s+[-|/:*~\u2013\u2014\u00b7\u2022\u22c6\u2039\u203a\u00ab\u00bb<>]+\s+|\s*[|\u00bb\u2022]\s*|:\s+|-\s+"
)
"""What stands between the parts of a title."""

_DECLARED = ("og:site_name", "application-name", "al:ios:app_name", "apple-mobile-web-app-title")
_PUBLISHERS = ("publisher", "dc.publisher", "dcterms.publisher", "citation_journal_title", "twitter:site")
_ADDRESS = re.compile(r"//|^www\.", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W_]+")
_ADDED = re.compile(
    r"\b(?:official|site|website|documentation|docs|forums?|community|blog|online|shop|store|wiki|news|the|[\d.]+)\b",
    re.IGNORECASE,
)
"""What sites add to their names."""
_SHORTEST = 3
"""Letters by which a part of a name is recognised."""


@dataclass(frozen=True)
class Site:
    """A site."""

    name: str | None
    """What it calls itself; never an address."""
    stated: frozenset[str]
    """What it calls itself, squeezed."""
    names: frozenset[str]
    """All that it may be called, its host included, squeezed."""

    def is_called(self, name: str) -> bool:
        """Whether a name is the site's, or that with what sites add to it."""
        return squeezed(name) in self.names or squeezed(_ADDED.sub("", name)) in self.names

    def is_author(self, name: str) -> bool:
        """Whether a name of an author is but the site's: one that it states, or one word and that of its host."""
        return squeezed(name) in self.stated or (" " not in name and squeezed(name) in self.names)

    def is_part(self, name: str) -> bool:
        """Whether a name is the site's, or how one of its names begins or ends."""
        part = squeezed(name)
        is_part = len(part) >= _SHORTEST and any(each.startswith(part) or each.endswith(part) for each in self.names)
        return is_part or self.is_called(name)


def site_of(said: Said, url: str | None) -> Site:
    """Return the site of a page: as it declares it, as its publisher is called, or as its title names its host."""
    stated = list(_names(said))
    labels = host_of(url).removeprefix("www.").split(".")
    of_host = [".".join(labels[at:]) for at in range(len(labels) - 1)] + labels[:-1]
    names = {squeezed(name) for name in [*stated, *of_host]}
    site = Site(None, frozenset(map(squeezed, stated)), frozenset(name for name in names if len(name) >= _SHORTEST))
    return replace(site, name=next(iter(stated or filter(site.is_called, PARTING.split(said.title))), None))


def squeezed(name: str) -> str:
    """Return a name without anything but letters and digits, in one case."""
    return _NOT_LETTERS.sub("", name).casefold()


def _names(said: Said) -> Iterator[str]:
    for stated in [*said.contents(*_DECLARED), *_published(said.linked), *said.contents(*_PUBLISHERS)]:
        name = cleaned(stated).lstrip("@")
        if name and len(name) <= MOST and not _ADDRESS.search(name):
            yield name


def _published(linked: Linked) -> Iterator[str]:
    """The publishers of a page's things, then those of its things that are web sites."""
    for thing in linked.things:
        yield from linked.names(thing.get("publisher"))
    for thing in linked.things:
        yield from linked.names([thing] if "WebSite" in json_ld.types(thing) else thing.get("isPartOf"))
