"""Blocks to the text of a page, and what kind of page it is."""

from collections.abc import Iterable, Sequence

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading, Item, Lines, Paragraph, Table
from winnow.pipelines.sources.wikipedia.prose.kinds import kind_of
from winnow.pipelines.sources.wikipedia.prose.sections import without_references

KIND = "wikipedia_kind"
"""Its name in a document's meta."""
CELLS = " | "


def composed(blocks: Iterable[Block], page: Page, disambiguation: bool) -> Extracted | Reject:
    """The text of a page: blocks parted by an empty line, lines of a list not. Rule: wikipedia.empty."""
    kept = without_references(blocks, page.language)
    if all(isinstance(block, Heading) for block in kept):
        return Reject("wikipedia.empty")
    return Extracted(text="".join(_pieces(kept)), meta={KIND: kind_of(kept, page, disambiguation)})


def _pieces(blocks: Sequence[Block]) -> Iterable[str]:
    before: Block | None = None
    for block in blocks:
        if before is not None:
            yield "\n" if isinstance(block, Item) and isinstance(before, Item) else "\n\n"
        yield _text(block)
        before = block


def _text(block: Block) -> str:
    match block:
        case Item(depth, mark, text):
            return "  " * (depth - 1) + mark + text
        case Table(caption, rows):
            return "\n".join([*([caption] if caption else []), *map(CELLS.join, rows)])
        case Heading(_, text) | Paragraph(text) | Lines(text):
            return text
