"""All features of all blocks of a page."""

from winnow.pipelines.extraction.blocks.features import (
    block_features,
    context_features,
    page_features,
    tree_features,
)
from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.features.table import Table
from winnow.pipelines.extraction.blocks.page import Page


def features(page: Page, url: str | None, source: bytes) -> tuple[Table, Measures]:
    """Return the table of a page with at least one block, and the measures behind it."""
    measures = Measures(page)
    table = Table(measures.n)
    block_features.add(table, measures)
    tree_features.add(table, measures)
    context_features.add(table, measures)
    page_features.add(table, measures, url, source)
    return table, measures
