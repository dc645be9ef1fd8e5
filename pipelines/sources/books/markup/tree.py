"""A page of a book as a tree: XHTML as XML, and what is no XML, or no longer, as HTML.

Nothing is loaded from elsewhere, and no entity is expanded but those of HTML.
"""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from winnow.pipelines.extraction import page_counts
from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.web import charset

_XHTML = re.compile(r"\s*<\?xml|[^>]{0,200}<html[^>]{0,500}xmlns", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
DEEPEST = 250
"""Elements inside one another; libxml2 stops at 256."""
MOST_ATTRIBUTES = 2_000
"""Of one tag: libxml2 takes the square of their number."""


@dataclass(frozen=True)
class Page:
    root: Any
    charset: str


def parse(data: bytes, most_elements: int) -> Page:
    """The tree of a page; raise Unreadable where it is too large to be parsed, or holds nothing."""
    decoded = charset.decode(data, None)
    if decoded is None:
        raise Unreadable("encoding", detail="no character set fits")
    source = decoded.text.encode("utf-8", "replace")
    if (found := page_counts.start_tags(source, most_elements)) > most_elements:
        raise Unreadable("too_many_elements", found, most_elements)
    if (found := page_counts.most_attributes(source, MOST_ATTRIBUTES)) > MOST_ATTRIBUTES:
        raise Unreadable("too_many_attributes", found, MOST_ATTRIBUTES)
    root = _as_xml(source) if _XHTML.match(decoded.text[:1000]) else None
    root = _as_html(source) if root is None else root
    if root is None:
        raise Unreadable("no_text", detail="no page that can be parsed")
    return Page(root, decoded.charset)


def xml(data: bytes) -> Any:
    """The root of an XML file of a book's package; raise Unreadable."""
    root = _as_xml(data, None)
    if root is None:
        raise Unreadable("unreadable", detail="the package's XML cannot be parsed")
    return root


def _as_xml(source: bytes, encoding: str | None = "utf-8") -> Any:
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError:
        return None


def _as_html(source: bytes) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(
            _DECLARATION.sub("", source[:500].decode("latin-1")).encode("latin-1") + source[500:], parser
        )
    except etree.XMLSyntaxError:
        return None
