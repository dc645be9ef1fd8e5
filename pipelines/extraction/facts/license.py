"""The licence that a page links: of Creative Commons by its address, else what a link that is marked so says."""

import re

from selectolax.lexbor import LexborNode

from winnow.pipelines.extraction.facts.around import holders
from winnow.pipelines.extraction.facts.said import Element, Said
from winnow.pipelines.extraction.facts.text import text_of

_KINDS = "by-nc-nd|by-nc-sa|by-nc|by-nd|by-sa|by|zero"
_ADDRESS = re.compile(rf"/({_KINDS})/([1-9]\.[0-9])")
_NAME = re.compile(rf"(?:cc|creative commons) (?:{_KINDS}) ?(?:[1-9]\.[0-9])?", re.IGNORECASE)


def license_of(said: Said) -> str | None:
    """Return the licence of the first link with `rel="license"`, else of the first in a footer that names one."""
    for link in said.licensed:
        if found := _by_address(link) or text_of(link.node):
            return found
    for link in said.footing:
        named = _by_address(link) or _by_name(link)
        if named and _is_in_footer(link.node):
            return named
    return None


def _by_address(link: Element) -> str | None:
    found = _ADDRESS.search(link.get("href"))
    return f"CC {found[1].upper()} {found[2]}" if found else None


def _by_name(link: Element) -> str | None:
    found = _NAME.search(text_of(link.node))
    return found[0] if found else None


def _is_in_footer(link: LexborNode) -> bool:
    return any(around.tag == "footer" or (around.tag == "div" and _says_footer(around)) for around in holders(link))


def _says_footer(element: LexborNode) -> bool:
    attributes = element.attributes
    return any("footer" in (attributes.get(name) or "") for name in ("class", "id"))
