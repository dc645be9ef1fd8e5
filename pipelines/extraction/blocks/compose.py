"""The kept blocks as one text: a line a block, list items with a dash, the cells of a row side by side."""

import re
from collections.abc import Sequence

from winnow.pipelines.extraction.blocks.anchors import without_anchor
from winnow.pipelines.extraction.blocks.page import CELL, CODE, LIST, Page

_NUMBERS = re.compile(r"\d+(?:\n\d+)*")


def compose(page: Page, kept: Sequence[bool]) -> str:
    """Return the text of the blocks that are kept."""
    lines: list[str] = []
    row = item = 0
    for block, text, is_kept in zip(page.blocks, page.texts, kept, strict=True):
        if not is_kept or (block.kind == CODE and _NUMBERS.fullmatch(text)):
            continue
        text = without_anchor(block.kind, text)
        if block.kind == CELL and row and block.row == row:
            lines[-1] += (" | " if block.item != item else " ") + text
        elif block.kind == LIST and block.item != item:
            lines.append(f"- {text}")
        else:
            lines.append(text)
        row = block.row if block.kind == CELL else 0
        item = block.item
    return "\n".join(lines)
