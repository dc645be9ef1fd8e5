"""The main text of a page: the one function that turns HTML into text.

A pure function of the page, its address, its capture date and the settings; nothing is remembered between pages
(trafilatura's own `deduplicate` is, so it stays off). What is too much is decided by counting, before the costly work:
bytes, start tags, attributes, depth, and what grows with products of these. The limits stand in the recipe, so a page
meets the same fate on every machine.

trafilatura is imported on the first page, not with this module: only a sandbox's child ever needs it.
"""

import re
from dataclasses import replace
from typing import Any

from winnow.filters.rules import Reject
from winnow.pipelines.extraction import opt_out
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.open_tags import costly_depth
from winnow.pipelines.extraction.page_counts import all_attributes, most_attributes, start_tags
from winnow.pipelines.extraction.settings import BLOCKS, TRAFILATURA, ExtractSettings

_LATIN = 0.5
"""Share of a page's letters below which our own engine does not decide: its weights were fitted on Latin script."""
_CONTROL = bytes(range(0x20)).translate(None, b"\t\n\r")
_NOT_XML = re.compile(rb"(?i)&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])(?!\d)|x0*(?:[1-8bcef]|1[\da-f])(?![\da-f]));?")
_NO_CHARACTERS = ("\ufffe", "\uffff")


def extract(html: str, url: str | None, captured: str | None, settings: ExtractSettings) -> Extracted | Reject:
    """Return the main text of a page, or why there is none.

    `captured` is ISO 8601. Rules: extract.too_large, extract.elements, extract.attributes, extract.depth,
    extract.all_attributes, extract.nesting, extract.deep_text, extract.mixture, extract.names (value and limit are
    counts), extract.unparsable, extract.empty (no main text found).
    """
    source = _encode(html)
    if len(source) > settings.max_bytes:
        return Reject("extract.too_large", len(source), settings.max_bytes)
    if (elements := start_tags(source, settings.max_elements)) > settings.max_elements:
        return Reject("extract.elements", elements, settings.max_elements)
    if (attributes := most_attributes(source, settings.max_attributes)) > settings.max_attributes:
        return Reject("extract.attributes", attributes, settings.max_attributes)
    if not html.strip():
        return Reject("extract.empty")
    if settings.engine == BLOCKS:
        return _from_blocks(source, url, captured, settings)
    return _from_tree(source, url, captured, settings)


def _from_blocks(source: bytes, url: str | None, captured: str | None, settings: ExtractSettings) -> Extracted | Reject:
    """Our own engine's text where it is sure, else trafilatura's where it finds any; its facts of the page in any case.

    A page that is too much for trafilatura, and not for us, is ours without these facts.
    """
    from winnow.pipelines.extraction import main_text
    from winnow.pipelines.extraction.blocks import engine, walk

    if (depth := costly_depth(source)) > settings.max_depth:
        return Reject("extract.depth", depth, settings.max_depth)
    if (attributes := all_attributes(source, settings.max_all_attributes)) > settings.max_all_attributes:
        return Reject("extract.all_attributes", attributes, settings.max_all_attributes)
    page = walk.read(source, settings.max_depth)
    if page.depth > settings.max_depth:
        return Reject("extract.depth", page.depth, settings.max_depth)
    ours = engine.find(page, url, source.decode())
    text = main_text.normal(ours.text)
    sure = ours.confidence >= settings.min_confidence and ours.latin_share >= _LATIN
    meta = {"extractor": BLOCKS, "extraction_confidence": f"{ours.confidence:.3f}"}
    found = _from_tree(source, url, captured, settings, text if sure else "")
    if isinstance(found, Extracted):
        return replace(found, meta={**found.meta, **(meta if sure else {**meta, "extractor": TRAFILATURA})})
    return Extracted(text, page.title or None, meta=opt_out.facts_of(page.meta) | meta) if text else found


def _from_tree(
    source: bytes, url: str | None, captured: str | None, settings: ExtractSettings, text: str = ""
) -> Extracted | Reject:
    """trafilatura's text, unless one is given, and its facts of the page."""
    from winnow.pipelines.extraction import main_text

    tree = main_text.parse(source)
    if tree is None:
        return Reject("extract.unparsable")
    if main_text.is_deeper(tree, settings.max_depth):
        return Reject("extract.depth", main_text.depth_of(tree), settings.max_depth)
    asked = opt_out.facts(tree)
    main_text.prune(tree)
    if (too_much := _too_much(tree, len(source), settings)) is not None:
        return too_much
    found = main_text.find(tree, url, captured, settings, text)
    if len(source) > main_text.LARGE:
        main_text.forget()
    return replace(found, meta=asked) if found else Reject("extract.empty")


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
    for character in _NO_CHARACTERS:
        if character in html:
            html = html.replace(character, "")
    try:
        source = html.encode()
    except UnicodeEncodeError:
        source = html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    return _NOT_XML.sub(b"", source.translate(None, _CONTROL))
