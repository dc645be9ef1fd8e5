"""The text that trafilatura finds of a page: as it gives it, or mended by what our own walk knows of the page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from winnow.filters.rules import Reject
from winnow.pipelines.extraction import main_text, masked, tree_counts
from winnow.pipelines.extraction.blocks.page import Page
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import TEXT, ExtractSettings
from winnow.pipelines.extraction.written import rewritten

_TWICE = 2
"""How many times longer the second text must be."""


def mended(
    page: Page, dialogs: Sequence[bool], source: bytes, url: str | None, settings: ExtractSettings
) -> Extracted | Reject:
    """Return its text; if the recipe has it mended, written from the page's blocks where they give it.

    It is asked twice where it finds next to nothing, and for Markdown of its own where the blocks do not give its text.
    """
    if not settings.mend:
        return plain(source, url, settings)
    asked = replace(settings, format=TEXT)
    found = plain(source, url, asked)
    length = len(found.text) if isinstance(found, Extracted) else 0
    if masked.may_be(page, length):
        again = plain(source, url, asked, unmask=True)
        if isinstance(again, Extracted) and len(again.text) > _TWICE * length:
            found = again
    if isinstance(found, Reject):
        return found
    text, kinds = rewritten(page, found.text, dialogs, settings.format)
    if text:
        return replace(found, text=text, meta={**found.meta, **kinds})
    return found if settings.format == TEXT else plain(source, url, settings)


def plain(source: bytes, url: str | None, settings: ExtractSettings, unmask: bool = False) -> Extracted | Reject:
    """Return its text; `unmask`: see `masked.py`."""
    tree = main_text.parse(source)
    if tree is None:
        return Reject("extract.unparsable")
    if main_text.is_deeper(tree, settings.max_depth):
        return Reject("extract.depth", main_text.depth_of(tree), settings.max_depth)
    main_text.prune(tree)
    if (too_much := _too_much(tree, len(source), settings)) is not None:
        return too_much
    if settings.walls:
        main_text.drop_dialogs(tree)
    if unmask:
        masked.unmask(tree)
    text = main_text.find(tree, url, settings)
    if len(source) > main_text.LARGE:
        main_text.forget()
    return Extracted(text) if text else Reject("extract.empty")


def _too_much(tree: Any, size: int, settings: ExtractSettings) -> Reject | None:
    """What there is too much of in a pruned tree, if anything."""
    depth = settings.max_depth
    counts = (
        ("extract.all_attributes", tree_counts.attributes(tree), settings.max_all_attributes),
        ("extract.nesting", tree_counts.nesting(tree, depth, settings.max_nesting), settings.max_nesting),
        ("extract.deep_text", tree_counts.deep_text(tree, depth, settings.max_deep_text), settings.max_deep_text),
        ("extract.mixture", tree_counts.mixture(tree, settings.max_mixture), settings.max_mixture),
        ("extract.names", tree_counts.names(tree, size, settings.max_names), settings.max_names),
    )
    return next((Reject(rule, count, limit) for rule, count, limit in counts if count > limit), None)
