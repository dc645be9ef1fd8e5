"""The main text of a page: the settings, the limits, and the one function that turns HTML into text.

A pure function of the page, its address, its capture date and the settings; nothing is remembered between pages
(trafilatura's own `deduplicate` is, so it stays off). What is too much is decided by counting, before the costly work:
bytes, start tags, attributes, depth, and what grows with products of these. The limits stand in the recipe, so a page
meets the same fate on every machine.

trafilatura is imported on the first page, not with this module: only a sandbox's child ever needs it.
"""

import re
from dataclasses import dataclass
from typing import Any

from winnow.filters.rules import Reject
from winnow.filters.settings import one_of, within
from winnow.pipelines.extraction.page_counts import most_attributes, start_tags

FAVOURS = ("precision", "balance", "recall")
PARSER_DEPTH = 256
"""libxml2 stops reading a page, silently, at the element nested this deep."""

_CONTROL = bytes(range(0x20)).translate(None, b"\t\n\r")
_NOT_XML = re.compile(rb"(?i)&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])(?!\d)|x0*(?:[1-8bcef]|1[\da-f])(?![\da-f]));?")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


@dataclass(frozen=True)
class ExtractSettings:
    """The recipe's [extract] table. No page of the 2,487 of WCXB and trafilatura's evaluation set breaks a limit."""

    favour: str = "balance"
    """`precision`, `balance` or `recall`: trafilatura's favour_ options."""
    fallback: bool = True
    """Compare with readability and jusText where trafilatura's own rules find little; off is its fast mode."""
    metadata: bool = True
    """Title, date, author, site and license, from meta tags, JSON-LD and the page itself."""
    tables: bool = True
    """Keep the text of tables."""
    comments: bool = False
    """Keep readers' comments."""
    max_bytes: int = 8_000_000
    """UTF-8 bytes of the page (5.3 million at most in those pages)."""
    max_elements: int = 30_000
    """Start tags, counted in the source, scripts and comments included (15,793 at most)."""
    max_attributes: int = 2_000
    """Attributes of one tag (fewer than 200 at most)."""
    max_depth: int = 200
    """Elements inside one another (56 at most); below 256, where the parser stops reading."""
    max_all_attributes: int = 300_000
    """Attributes of all elements together (24,563 at most)."""
    max_nesting: int = 1_000_000
    """Depths of all elements added up (165,904 at most)."""
    max_deep_text: int = 200_000_000
    """Depths of all characters of text added up (7,740,268 at most)."""
    max_mixture: int = 2_000_000_000
    """Children that may be cut out times characters between them, added up over all elements (47,279,017 at most)."""
    max_names: int = 1_200_000
    """Characters of all different classes, ids and the like, and 20 for each of them (196,775 at most)."""
    cpu_seconds: float = 120.0
    """Backstop of the sandbox for a page that no count foresees: CPU time, not the clock's."""
    memory_mib: int = 4096
    """Backstop of the sandbox: address space of the child process."""
    recycle_pages: int = 2000
    """A child process is replaced after so many pages, to give back memory. No output depends on it."""

    def __post_init__(self) -> None:
        one_of(self, "favour", FAVOURS)
        for count in ("max_bytes", "max_elements", "max_attributes", "max_all_attributes", "max_nesting"):
            within(self, count, 1, 1_000_000_000)
        for product in ("max_deep_text", "max_mixture", "max_names"):
            within(self, product, 1, 1_000_000_000_000)
        within(self, "max_depth", 1, PARSER_DEPTH - 1)
        within(self, "cpu_seconds", 0.001, 86_400)  # the timer counts microseconds and takes 0 for no limit
        within(self, "memory_mib", 256, 1 << 20)  # with less the child does not start
        within(self, "recycle_pages", 1, 1_000_000_000)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The main text of a page; what it does not say is None."""

    text: str
    title: str | None = None
    date: str | None = None
    """Of publication, ISO 8601; never after the capture."""
    author: str | None = None
    site: str | None = None
    license: str | None = None
    """As the page links it: `CC BY-SA 4.0`, or the text of its license link."""


def extract(html: str, url: str | None, captured: str | None, settings: ExtractSettings) -> Extracted | Reject:
    """Return the main text of a page, or why there is none.

    `captured` is ISO 8601. Rules: extract.too_large, extract.elements, extract.attributes, extract.depth,
    extract.all_attributes, extract.nesting, extract.deep_text, extract.mixture, extract.names (value and limit are
    counts), extract.unparsable, extract.empty (no main text found).
    """
    from winnow.pipelines.extraction import main_text

    source = _encode(html)
    if len(source) > settings.max_bytes:
        return Reject("extract.too_large", len(source), settings.max_bytes)
    if (elements := start_tags(source, settings.max_elements)) > settings.max_elements:
        return Reject("extract.elements", elements, settings.max_elements)
    if (attributes := most_attributes(source, settings.max_attributes)) > settings.max_attributes:
        return Reject("extract.attributes", attributes, settings.max_attributes)
    if not html.strip():
        return Reject("extract.empty")
    tree = main_text.parse(source)
    if tree is None:
        return Reject("extract.unparsable")
    if main_text.is_deeper(tree, settings.max_depth):
        return Reject("extract.depth", main_text.depth_of(tree), settings.max_depth)
    main_text.prune(tree)
    if (too_much := _too_much(tree, len(source), settings)) is not None:
        return too_much
    found = main_text.find(tree, url, captured, settings)
    if len(source) > main_text.LARGE:
        main_text.forget()
    return found or Reject("extract.empty")


def _too_much(tree: Any, size: int, settings: ExtractSettings) -> Reject | None:
    """What there is too much of in a pruned tree, if anything."""
    from winnow.pipelines.extraction import tree_counts

    depth = settings.max_depth
    counts = (
        ("extract.all_attributes", tree_counts.attributes(tree), settings.max_all_attributes),
        ("extract.nesting", tree_counts.nesting(tree, depth, settings.max_nesting), settings.max_nesting),
        ("extract.deep_text", tree_counts.deep_text(tree, depth, settings.max_deep_text), settings.max_deep_text),
        ("extract.mixture", tree_counts.mixture(tree, settings.max_mixture), settings.max_mixture),
        ("extract.names", tree_counts.names(tree, size, settings.max_names), settings.max_names),
    )
    return next((Reject(rule, count, limit) for rule, count, limit in counts if count > limit), None)


def _encode(html: str) -> bytes:
    """Return UTF-8 without control characters; halves of a surrogate pair are joined, or become U+FFFD.

    lxml refuses a text that holds one, and trafilatura then the page.
    """
    try:
        source = html.encode()
    except UnicodeEncodeError:
        source = html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    source = _NOT_XML.sub(b"", source.translate(None, _CONTROL))
    for character in _NO_CHARACTERS:
        source = source.replace(character, b"")
    return source
