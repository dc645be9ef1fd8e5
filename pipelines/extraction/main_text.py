"""What trafilatura does for us: a parsed page becomes its main text."""

import logging
import re
from functools import cache
from itertools import accumulate

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.utils import line_processing, trim

from winnow.pipelines.extraction import linear, shortcuts
from winnow.pipelines.extraction.blocks import names
from winnow.pipelines.extraction.blocks.dialogs import OF_THE_PAGE
from winnow.pipelines.extraction.extracted import LINE_END
from winnow.pipelines.extraction.facts import json_ld
from winnow.pipelines.extraction.settings import MARKDOWN, ExtractSettings

LARGE = 300_000
"""Bytes of a page after which `forget` is due: what it took must be free for later pages."""

_NEVER_TEXT = ("script", "style", "svg")
_SPANS = ("colspan", "rowspan")
_EMPTY_ITEM = re.compile(r"^[ \t]*[-*\u2022\u2013][ \t]*$\n?", re.MULTILINE)
"""What a list item leaves that held only a picture or a button."""


def parse(source: bytes) -> HtmlElement | None:
    """Return the root of a page in UTF-8, without comments, or None if libxml2 finds nothing to read."""
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


def is_deeper(tree: HtmlElement, limit: int) -> bool:
    """Return whether more than `limit` elements lie inside one another."""
    return bool(_below(limit)(tree))


@cache
def _below(limit: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/*' * (limit + 1)})")


def find(tree: HtmlElement, url: str | None, settings: ExtractSettings) -> str:
    """Return the main text of a pruned page, "" where it has none. The tree is used up."""
    prepare()
    document = bare_extraction(
        tree,
        url=url,
        fast=not settings.fallback,
        favor_precision=settings.favour == "precision",
        favor_recall=settings.favour == "recall",
        include_comments=settings.comments,
        include_tables=settings.tables,
        include_formatting=settings.format == MARKDOWN,
        deduplicate=False,
    )
    return "" if document is None else normal("\n".join(filter(None, (document.text, document.comments))))


def prune(tree: HtmlElement) -> None:
    """Take out what never holds text, once, rather than copying it with every copy of the tree.

    JSON-LD goes past `json_ld.MOST_CHARACTERS`, spans always: trafilatura fills them up with empty cells, a hundred for
    a cell that says so.
    """
    scripts = [script for script in tree.iter("script") if script.get("type") in json_ld.TYPES]
    totals = accumulate(len(script.text or "") for script in scripts)
    read = {script for script, total in zip(scripts, totals, strict=True) if total <= json_ld.MOST_CHARACTERS}
    linear.drop([element for element in tree.iter(*_NEVER_TEXT) if element not in read])
    for cell in tree.iter("td", "th"):
        for span in _SPANS:
            cell.attrib.pop(span, None)


def drop_dialogs(tree: HtmlElement) -> None:
    """Take out the dialogs of the common tools that ask for consent."""
    named = (element for element in tree.iter() if element.get("id") or element.get("class"))
    linear.drop([element for element in named if element.tag not in OF_THE_PAGE and _is_dialog(element)])


def _is_dialog(element: HtmlElement) -> bool:
    values = (element.get(name) for name in ("id", "class"))
    return any(names.bits(value[: names.MOST_CHARACTERS]) & names.CONSENT_TOOL for value in values if value)


def normal(text: str) -> str:
    """NFC, no NUL, "\\n" between lines and none around the text, no line of a list mark alone."""
    text = linear.nfc(LINE_END.sub("\n", text).replace("\0", ""))
    return _EMPTY_ITEM.sub("", text).strip()


def forget() -> None:
    """Give back the strings that the libraries remember, of which a large page leaves a multiple of its size."""
    for remembered in (trim, line_processing):
        remembered.cache_clear()


@cache
def prepare() -> None:
    """Once a process: the shortcuts, and silence. What trafilatura would log per page is a row of the ledger."""
    shortcuts.install()
    linear.install()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
