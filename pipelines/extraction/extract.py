"""The main text of a page: the one function that turns HTML into text.

A pure function of the page, its address, its capture date and the settings; nothing is remembered between pages
(trafilatura's own `deduplicate` is, so it stays off). What is too much is decided by counting, before the costly work:
bytes, start tags, attributes, depth, and what grows with products of these. The limits stand in the recipe, so a page
meets the same fate on every machine. What a page says of itself is read by our own code, whoever finds the text.

trafilatura is imported on the first page, not with this module: only a sandbox's child ever needs it.
"""

from collections.abc import Sequence
from dataclasses import replace

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from winnow.filters.rules import Reject
from winnow.filters.steps import Screens
from winnow.pipelines.extraction.blocks import walk
from winnow.pipelines.extraction.blocks.dialogs import consent
from winnow.pipelines.extraction.blocks.page import Page
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.open_tags import costly_depth
from winnow.pipelines.extraction.page_counts import all_attributes, most_attributes, start_tags
from winnow.pipelines.extraction.screen import declared, far
from winnow.pipelines.extraction.settings import BLOCKS, TRAFILATURA, ExtractSettings
from winnow.pipelines.extraction.source import encoded, is_blank, readable
from winnow.pipelines.extraction.walls import wall

_LATIN = 0.5
"""Share of a page's letters below which our own engine does not decide: its weights were fitted on Latin script."""


def extract(
    html: str | bytes, url: str | None, captured: str | None, settings: ExtractSettings, screen: Screens | None = None
) -> Extracted | Reject:
    """Return the main text of a page, or why there is none.

    `html` may be in UTF-8, `captured` is ISO 8601, `screen` the step that a page is held against first. Rules:
    extract.too_large, extract.elements, extract.attributes, extract.depth, extract.all_attributes, extract.nesting,
    extract.deep_text, extract.mixture, extract.names (value and limit are counts), extract.unparsable, extract.empty
    (no main text found); extract.language (see `screen.py`); extract.consent, extract.sign_in, extract.interstitial
    (see `walls.py`).
    """
    utf8 = encoded(html)
    source = readable(utf8)
    if len(source) > settings.max_bytes:
        return Reject("extract.too_large", len(source), settings.max_bytes)
    if (elements := start_tags(source, settings.max_elements)) > settings.max_elements:
        return Reject("extract.elements", elements, settings.max_elements)
    if (attributes := most_attributes(source, settings.max_attributes)) > settings.max_attributes:
        return Reject("extract.attributes", attributes, settings.max_attributes)
    if is_blank(utf8):
        return Reject("extract.empty")
    if (depth := costly_depth(source)) > settings.max_depth:
        return Reject("extract.depth", depth, settings.max_depth)
    if (attributes := all_attributes(source, settings.max_all_attributes)) > settings.max_all_attributes:
        return Reject("extract.all_attributes", attributes, settings.max_all_attributes)
    tree = LexborHTMLParser(source, options=LexborDocumentOptions.WO_EVENTS)
    found = _text(tree, source, url, settings, screen)
    return found if isinstance(found, Reject) else _with_facts(found, tree, url, captured, settings)


def _text(
    tree: LexborHTMLParser, source: bytes, url: str | None, settings: ExtractSettings, screen: Screens | None
) -> Extracted | Reject:
    """The text alone, by the engine that is asked for."""
    from winnow.pipelines.extraction import from_trafilatura

    if settings.engine == TRAFILATURA and not (screen or settings.mend or settings.walls):
        return from_trafilatura.plain(source, url, settings)
    if screen is not None and (rejected := declared(tree, screen, settings.screen)) is not None:
        return rejected
    page = walk.read(tree, settings.max_depth)
    if page.depth > settings.max_depth:
        return Reject("extract.depth", page.depth, settings.max_depth)
    if screen is not None and (rejected := far(page, screen, settings.screen)) is not None:
        return rejected
    dialogs = consent(page) if settings.walls else [False] * len(page.blocks)
    if settings.walls and (rejected := wall(page, dialogs)) is not None:
        return rejected
    if settings.engine == BLOCKS:
        return _from_blocks(page, dialogs, source, url, settings)
    return from_trafilatura.mended(page, dialogs, source, url, settings)


def _from_blocks(
    page: Page, dialogs: Sequence[bool], source: bytes, url: str | None, settings: ExtractSettings
) -> Extracted | Reject:
    """Our own engine's text where it is sure, else trafilatura's where it finds any, else ours."""
    from winnow.pipelines.extraction import from_trafilatura
    from winnow.pipelines.extraction.blocks import engine
    from winnow.pipelines.extraction.written import written

    ours = engine.find(page, url, source)
    text, kinds = written(page, ours.kept, dialogs, settings.format)
    meta = {"extractor": BLOCKS, "extraction_confidence": f"{ours.confidence:.3f}"}
    if text and ours.confidence >= settings.min_confidence and ours.latin_share >= _LATIN:
        return Extracted(text, meta=meta | kinds)
    found = from_trafilatura.mended(page, dialogs, source, url, settings)
    if isinstance(found, Extracted):
        return replace(found, meta={**found.meta, **meta, "extractor": TRAFILATURA})
    return Extracted(text, meta=meta | kinds) if text else found


def _with_facts(
    found: Extracted, tree: LexborHTMLParser, url: str | None, captured: str | None, settings: ExtractSettings
) -> Extracted:
    """A text with what its page says of itself, and what it asks of robots."""
    from winnow.pipelines.extraction.facts import facts

    if not settings.metadata:
        return replace(found, meta={**facts.asked(tree), **found.meta})
    known = facts.read(tree, url, captured)
    return Extracted(
        found.text, known.title, known.date, known.author, known.site, known.license, {**known.asked, **found.meta}
    )
