"""The main text of a page: the one function that turns HTML into text.

A pure function of the page, its address, its capture date and the settings; nothing is remembered between pages
(trafilatura's own `deduplicate` is, so it stays off). What is too much is decided by counting, before the costly work:
bytes, start tags, attributes, depth, and what grows with products of these. The limits stand in the recipe, so a page
meets the same fate on every machine.

trafilatura is imported on the first page, not with this module: only a sandbox's child ever needs it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from winnow.filters.rules import Reject
from winnow.pipelines.extraction import opt_out
from winnow.pipelines.extraction.blocks import walk
from winnow.pipelines.extraction.blocks.dialogs import consent
from winnow.pipelines.extraction.blocks.page import Page
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.page_counts import most_attributes, start_tags
from winnow.pipelines.extraction.settings import BLOCKS, TEXT, TRAFILATURA, ExtractSettings
from winnow.pipelines.extraction.walls import wall

_LATIN = 0.5
"""Share of a page's letters below which our own engine does not decide: its weights were fitted on Latin script."""
_TWICE = 2
"""How many times longer the second text must be."""
_CONTROL = bytes(range(0x20)).translate(None, b"\t\n\r")
_NOT_XML = re.compile(rb"(?i)&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])(?!\d)|x0*(?:[1-8bcef]|1[\da-f])(?![\da-f]));?")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def extract(html: str, url: str | None, captured: str | None, settings: ExtractSettings) -> Extracted | Reject:
    """Return the main text of a page, or why there is none.

    `captured` is ISO 8601. Rules: extract.too_large, extract.elements, extract.attributes, extract.depth,
    extract.all_attributes, extract.nesting, extract.deep_text, extract.mixture, extract.names (value and limit are
    counts), extract.unparsable, extract.empty (no main text found); extract.consent, extract.sign_in,
    extract.interstitial (see `walls.py`).
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
    if settings.engine != BLOCKS and not settings.mend and not settings.walls:
        return _from_tree(source, url, captured, settings)
    page = walk.read(source.decode(), settings.max_depth)
    if page.depth > settings.max_depth:
        return Reject("extract.depth", page.depth, settings.max_depth)
    asking = consent(page) if settings.walls else [False] * len(page.blocks)
    if settings.walls and (before := wall(page, asking)) is not None:
        return before
    if settings.engine == BLOCKS:
        return _from_blocks(page, asking, source, url, captured, settings)
    return _mended(page, asking, source, url, captured, settings)


def _from_blocks(
    page: Page, asking: Sequence[bool], source: bytes, url: str | None, captured: str | None, settings: ExtractSettings
) -> Extracted | Reject:
    """Our own engine's text where it is sure, else trafilatura's where it finds any; its facts of the page in any case.

    A page that is too much for trafilatura, and not for us, is ours without these facts.
    """
    from winnow.pipelines.extraction.blocks import engine
    from winnow.pipelines.extraction.written import written

    ours = engine.find(page, url, source.decode())
    text, kinds = written(page, ours.kept, asking, settings.format)
    sure = bool(text) and ours.confidence >= settings.min_confidence and ours.latin_share >= _LATIN
    meta = {"extractor": BLOCKS, "extraction_confidence": f"{ours.confidence:.3f}"}
    if sure:
        found = _from_tree(source, url, captured, settings, text)
    else:
        found = _mended(page, asking, source, url, captured, settings)
    if isinstance(found, Extracted):
        return replace(found, meta={**found.meta, **meta, **(kinds if sure else {"extractor": TRAFILATURA})})
    return Extracted(text, page.title or None, meta=opt_out.facts_of(page.meta) | meta | kinds) if text else found


def _mended(
    page: Page, asking: Sequence[bool], source: bytes, url: str | None, captured: str | None, settings: ExtractSettings
) -> Extracted | Reject:
    """trafilatura's text; if it is to be mended, written from the page's blocks where they give it.

    It is asked twice where it finds next to nothing, and for Markdown of its own where the blocks do not give its text.
    """
    from winnow.pipelines.extraction import masked
    from winnow.pipelines.extraction.written import rewritten

    if not settings.mend:
        return _from_tree(source, url, captured, settings)
    plain = replace(settings, format=TEXT)
    found = _from_tree(source, url, captured, plain)
    length = len(found.text) if isinstance(found, Extracted) else 0
    if masked.may_be(page, length):
        again = _from_tree(source, url, captured, plain, unmask=True)
        if isinstance(again, Extracted) and len(again.text) > _TWICE * length:
            found = again
    if isinstance(found, Reject):
        return found
    text, kinds = rewritten(page, found.text, asking, settings.format)
    if text:
        return replace(found, text=text, meta={**found.meta, **kinds})
    return found if settings.format == TEXT else _from_tree(source, url, captured, settings)


def _from_tree(
    source: bytes,
    url: str | None,
    captured: str | None,
    settings: ExtractSettings,
    text: str = "",
    unmask: bool = False,
) -> Extracted | Reject:
    """trafilatura's text, unless one is given, and its facts of the page; `unmask`: see `masked.py`."""
    from winnow.pipelines.extraction import main_text, masked

    tree = main_text.parse(source)
    if tree is None:
        return Reject("extract.unparsable")
    if main_text.is_deeper(tree, settings.max_depth):
        return Reject("extract.depth", main_text.depth_of(tree), settings.max_depth)
    asked = opt_out.facts(tree)
    main_text.prune(tree)
    if (too_much := _too_much(tree, len(source), settings)) is not None:
        return too_much
    if settings.walls and not text:
        main_text.drop_dialogs(tree)
    if unmask:
        masked.unmask(tree)
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
    try:
        source = html.encode()
    except UnicodeEncodeError:
        source = html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    source = _NOT_XML.sub(b"", source.translate(None, _CONTROL))
    for character in _NO_CHARACTERS:
        source = source.replace(character, b"")
    return source
