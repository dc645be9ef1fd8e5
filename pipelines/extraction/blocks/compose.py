"""The kept blocks as the lines of a text: a line a block, list items with a dash, the cells of a row side by side."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from winnow.pipelines.extraction.blocks.anchors import without_anchor
from winnow.pipelines.extraction.blocks.page import CELL, CODE, LIST, PROSE, Block, Page
from winnow.pipelines.extraction.blocks.white_space import visible

Line = tuple[int, str]
"""(kind of the block, text), without line ends."""
LONGEST_CELL = 1_000
"""Characters of a cell; a row that has one cell alone, or a longer one, is a means of layout."""
_NUMBERS = re.compile(r"\d+(?:\n\d+)*")
_LONE_MARK = re.compile(r"[ \t]*[-*\u2022\u2013]?[ \t]*")
"""What a list item leaves that held only a picture or a button."""


def shown(page: Page, kept: Sequence[bool]) -> Iterator[tuple[Block, str]]:
    """The blocks that are kept and hold anything to read, with their texts; a column of line numbers does not."""
    for block, text, is_kept in zip(page.blocks, page.texts, kept, strict=True):
        if is_kept and (text := visible(text)) and not (block.kind == CODE and _NUMBERS.fullmatch(text)):
            yield block, without_anchor(block.kind, text)


def compose(page: Page, kept: Sequence[bool]) -> list[Line]:
    """Return the lines of the blocks that are kept."""
    lines: list[Line] = []
    item = 0
    for row, run in groupby(shown(page, kept), _row_of):
        blocks = list(run)
        if row and (cells := _cells(blocks)):
            lines += _lines(CELL, " | ".join(cells))
            item = blocks[-1][0].item
            continue
        for block, text in blocks:
            begins = block.kind == LIST and block.item != item
            lines += _lines(PROSE if block.kind == CELL else block.kind, f"- {text}" if begins else text)
            item = block.item
    return lines


def _row_of(found: tuple[Block, str]) -> int:
    block, _ = found
    return block.row if block.kind == CELL else 0


def _cells(blocks: Sequence[tuple[Block, str]]) -> list[str]:
    """The texts of a row's cells; none where it only lays out a page."""
    cells: dict[int, list[str]] = {}
    for block, text in blocks:
        cells.setdefault(block.item, []).append(text)
    texts = list(map(" ".join, cells.values()))
    return texts if len(texts) > 1 and max(map(len, texts)) <= LONGEST_CELL else []


def _lines(kind: int, text: str) -> Iterator[Line]:
    for line in text.split("\n"):
        if kind == CODE or not _LONE_MARK.fullmatch(line):
            yield kind, line


def text_of(lines: Sequence[Line]) -> str:
    return "\n".join(text for _, text in lines)
