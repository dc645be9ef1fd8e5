"""The kept blocks as the lines of a text: a line a block, list items with a dash, the cells of a row side by side."""

import re
from collections.abc import Iterator, Sequence

from winnow.pipelines.extraction.blocks.page import CELL, CODE, LIST, Block, Page
from winnow.pipelines.extraction.blocks.white_space import visible

Line = tuple[int, str]
"""(kind of the block, text), without line ends."""
_NUMBERS = re.compile(r"\d+(?:\n\d+)*")
_LONE_MARK = re.compile(r"[ \t]*[-*\u2022\u2013]?[ \t]*")
"""What a list item leaves that held only a picture or a button."""


def shown(page: Page, kept: Sequence[bool]) -> Iterator[tuple[Block, str]]:
    """The blocks that are kept and hold anything to read, with their texts; a column of line numbers does not."""
    for block, text, is_kept in zip(page.blocks, page.texts, kept, strict=True):
        if is_kept and (text := visible(text)) and not (block.kind == CODE and _NUMBERS.fullmatch(text)):
            yield block, text


def compose(page: Page, kept: Sequence[bool]) -> list[Line]:
    """Return the lines of the blocks that are kept."""
    texts: list[tuple[int, list[str]]] = []
    row = item = 0
    for block, text in shown(page, kept):
        if block.kind == CELL and row and block.row == row:
            texts[-1][1].extend((" | " if block.item != item else " ", text))
        elif block.kind == LIST and block.item != item:
            texts.append((LIST, ["- ", text]))
        else:
            texts.append((block.kind, [text]))
        row = block.row if block.kind == CELL else 0
        item = block.item
    return [line for kind, pieces in texts for line in _lines(kind, "".join(pieces))]


def _lines(kind: int, text: str) -> Iterator[Line]:
    for line in text.split("\n"):
        if kind == CODE or not _LONE_MARK.fullmatch(line):
            yield kind, line


def text_of(lines: Sequence[Line]) -> str:
    return "\n".join(text for _, text in lines)
