"""The licence that a page links: of Creative Commons by its address, else what a link that is marked so says."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from winnow.pipelines.extraction.facts.around import holders
from winnow.pipelines.extraction.facts.said import Said
from winnow.pipelines.extraction.facts.text import plain, text_of

_KINDS = "by-nc-nd|by-nc-sa|by-nc|by-nd|by-sa|by|zero"
_ADDRESS = re.compile(rf"/({_KINDS})/([1-9]\.[0-9])")
_NAME = re.compile(rf"(?:cc|creative\s+commons)\s+(?:{_KINDS})\s*(?:[1-9]\.[0-9])?", re.IGNORECASE)
_MOST_FOOTERS = 20
"""Footers, none in another, whose links are looked at."""


def license_of(said: Said) -> str | None:
    """Return the licence of the first link with `rel="license"`, else of the first in a footer that names one."""
    for link in said.licensed:
        if found := _by_address(link.node) or text_of(link.node):
            return found
    links = (link for footer in _outermost(said) for link in footer.css("a[href]"))
    return next(filter(None, (_by_address(link) or _by_name(link) for link in links)), None)


def _outermost(said: Said) -> Iterator[LexborNode]:
    """The first footers that lie in no other."""
    seen: set[int] = set()
    for footer, _ in said.footers:
        if len(seen) == _MOST_FOOTERS:
            return
        if not any(around.mem_id in seen for around in holders(footer)):
            seen.add(footer.mem_id)
            yield footer


def _by_address(link: LexborNode) -> str | None:
    found = _ADDRESS.search(link.attributes.get("href") or "")
    return f"CC {found[1].upper()} {found[2]}" if found else None


def _by_name(link: LexborNode) -> str | None:
    found = _NAME.search(link.text())
    return plain(found[0]) if found else None
