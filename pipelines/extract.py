"""The main text of a page, and its metadata: what trafilatura does for us.

A pure function of the page, its address, its capture date and the settings; nothing is remembered between pages
(trafilatura's own `deduplicate` is, so it stays off). What is too much is decided by counting, before the costly work:
bytes, start tags, depth. The counts stand in the recipe, so a page meets the same fate on every machine.
"""

import logging
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.metadata import Document as Metadata
from trafilatura.metadata import examine_meta, extract_license, extract_meta_json, extract_sitename, extract_title

from filters.rules import Reject
from pipelines import shortcuts

FAVOURS = ("precision", "balance", "recall")
PARSER_DEPTH = 256
"""libxml2 stops reading a page, silently, at the element nested this deep."""
LAST_DATE = "2099-12-31"
"""No page is dated later, where nobody knows when it was captured. Never today: the same build would differ tomorrow."""

_START_TAG = re.compile(r"<[A-Za-z]")
_CONTROL = bytes(range(0x20)).translate(None, b"\t\n\r")
_NEVER_TEXT = ("script", "style", "svg")
_READ_SCRIPTS = frozenset({"application/ld+json", "application/settings+json"})
_LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True)
class ExtractSettings:
    """The recipe's [extract] table. No page of the 2,487 of WCXB and trafilatura's evaluation set breaks a limit."""

    favour: str = "balance"
    """`precision`, `balance` or `recall`: trafilatura's favour_ options."""
    fallback: bool = True
    """Compare with readability and jusText where trafilatura's own rules find little; off is its fast mode."""
    metadata: bool = True
    """Title, date, author, site and licence, from meta tags, JSON-LD and the page itself."""
    tables: bool = True
    """Keep the text of tables."""
    comments: bool = False
    """Keep readers' comments."""
    max_bytes: int = 8_000_000
    """UTF-8 bytes of the page (5.3 million at most in those pages)."""
    max_elements: int = 40_000
    """Start tags, counted in the source, scripts and comments included (15,793 at most)."""
    max_depth: int = 200
    """Elements inside one another (56 at most); below 256, where the parser stops reading."""
    cpu_seconds: float = 60.0
    """Backstop of the sandbox for a page that no count foresees: CPU time, not the clock's."""
    memory_mib: int = 4096
    """Backstop of the sandbox: address space of the child process."""
    recycle_pages: int = 2000
    """A child process is replaced after so many pages, to give back memory. No output depends on it."""

    def __post_init__(self) -> None:
        if self.favour not in FAVOURS:
            raise ValueError(f"favour = {self.favour!r}; it is one of {', '.join(FAVOURS)}")
        if not 0 < self.max_depth < PARSER_DEPTH:
            raise ValueError(f"max_depth = {self.max_depth}; it lies between 1 and {PARSER_DEPTH - 1}, the parser's limit")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The main text of a page; what it does not say is None."""

    text: str
    title: str | None = None
    date: str | None = None
    """Of publication, ISO 8601; never after the capture."""
    author: str | None = None
    site: str | None = None
    licence: str | None = None
    """As the page links it: `CC BY-SA 4.0`, or the text of its licence link."""


def extract(html: str, url: str | None, captured: str | None, settings: ExtractSettings) -> Extracted | Reject:
    """Return the main text of a page, or why there is none.

    `captured` is ISO 8601. Rules: extract.too_large, extract.elements, extract.depth (value and limit are counts),
    extract.unparsable, extract.empty (no main text found).
    """
    source = _encode(html)
    if len(source) > settings.max_bytes:
        return Reject("extract.too_large", len(source), settings.max_bytes)
    if source.count(b"<") > settings.max_elements:
        elements = sum(1 for _ in _START_TAG.finditer(html))
        if elements > settings.max_elements:
            return Reject("extract.elements", elements, settings.max_elements)
    if not html.strip():
        return Reject("extract.empty")
    tree = parse(source)
    if tree is None:
        return Reject("extract.unparsable")
    if _deeper(settings.max_depth)(tree):
        return Reject("extract.depth", depth_of(tree), settings.max_depth)
    return _main_text(_prune(tree), url, captured, settings)


def parse(source: bytes) -> HtmlElement | None:
    """Return the root of a page in UTF-8, without comments; None where libxml2 finds nothing to read."""
    parser = etree.HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    # one class for every element, looked up in C: lxml.html asks Python for each, and nobody needs its form elements
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        return etree.fromstring(source, parser=parser)
    except etree.XMLSyntaxError:
        return None


def depth_of(tree: HtmlElement) -> int:
    """Return how many elements lie inside one another at most, the root included; PARSER_DEPTH stands for more."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


@cache
def _deeper(limit: int) -> etree.XPath:
    """An expression that is true for the root of a tree with more than `limit` elements inside one another."""
    return etree.XPath(f"boolean({'/*' * (limit + 1)})")


def _encode(html: str) -> bytes:
    """Return UTF-8 without control characters; halves of a surrogate pair are joined, or become U+FFFD."""
    try:
        source = html.encode()
    except UnicodeEncodeError:
        source = html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    return source.translate(None, _CONTROL)


def _prune(tree: HtmlElement) -> HtmlElement:
    """Take out what never holds text, once, rather than copying it with every copy of the tree."""
    for element in list(tree.iter(*_NEVER_TEXT)):
        if element.tag != "script" or element.get("type") not in _READ_SCRIPTS:
            element.drop_tree()
    return tree


def _main_text(tree: HtmlElement, url: str | None, captured: str | None, settings: ExtractSettings) -> Extracted | Reject:
    prepare()
    known = _metadata(tree, url, captured) if settings.metadata else Metadata()
    document = bare_extraction(
        tree,
        url=url,
        fast=not settings.fallback,
        favor_precision=settings.favour == "precision",
        favor_recall=settings.favour == "recall",
        include_comments=settings.comments,
        include_tables=settings.tables,
        include_formatting=False,
        deduplicate=False,
    )
    text = "" if document is None else _normal("\n".join(filter(None, (document.text, document.comments))))
    if not text:
        return Reject("extract.empty")
    return Extracted(text, known.title, known.date, known.author, known.sitename, known.license)


def _metadata(tree: HtmlElement, url: str | None, captured: str | None) -> Any:
    """trafilatura's metadata without its search for an author's name, categories and tags in the page's body."""
    known = examine_meta(tree)
    if known.author and " " not in known.author:
        known.author = None
    known = extract_meta_json(tree, known)
    known.title = known.title or extract_title(tree)
    known.sitename = (known.sitename or extract_sitename(tree) or "").lstrip("@") or None
    known.license = extract_license(tree)
    known.date = find_date(
        tree, url=known.url or url, extensive_search=False, original_date=True, max_date=_last_date(captured)
    )
    known.clean_and_trim()
    return known


def _last_date(captured: str | None) -> str:
    """The end of the day of capture: what a page is dated after that is a mistake."""
    try:
        day = date.fromisoformat((captured or "")[:10]).isoformat()
    except ValueError:
        day = LAST_DATE
    return f"{day}T23:59:59"


def _normal(text: str) -> str:
    """NFC, no NUL, "\\n" between lines and none around the text."""
    return unicodedata.normalize("NFC", _LINE_END.sub("\n", text).replace("\0", "")).strip()


@cache
def prepare() -> None:
    """Once a process: the shortcuts, and silence. What trafilatura would log per page is a row of the ledger."""
    shortcuts.install()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
