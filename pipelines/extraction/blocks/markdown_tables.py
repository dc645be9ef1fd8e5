"""Tables as GitHub writes them; what only lays out a page is none.

A table's first row is its head. A table of one column, with a listing of code or with a cell that is an article is a
means of layout: its blocks stand by themselves.
"""

import re
from collections import Counter
from collections.abc import Sequence

from winnow.pipelines.extraction.blocks.compose import LONGEST_CELL
from winnow.pipelines.extraction.blocks.page import CODE, TAG_NUMBER, Block, Page

_CELLS = (TAG_NUMBER["td"], TAG_NUMBER["th"])
_TABLE = TAG_NUMBER["table"]
_PIPE, _ESCAPED = re.compile(r"\|"), r"\\|"
_MOST_CELLS = 20
"""Cells of a table for each that holds anything: a table has all columns in each of its rows."""


class Tables:
    """The tables of a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._columns = _columns(page)

    def around(self, block: Block) -> int:
        """The table around a block, as an element; 0 for none."""
        return self._nearest(block.row, (_TABLE,)) if block.row else 0

    def rows(self, blocks: Sequence[tuple[Block, str]]) -> list[str]:
        """The lines of a table that consists of these blocks; none where it is a means of layout."""
        rows: dict[int, dict[int, str]] = {}
        for block, text in blocks:
            cell = self._nearest(block.element, _CELLS)
            if (block.kind == CODE and "\n" in text) or not cell:
                return []
            row, column = rows.setdefault(block.row, {}), self._columns[cell]
            row[column] = f"{row[column]} {text}" if column in row else text
            if len(row[column]) > LONGEST_CELL:
                return []
        used = sorted({column for row in rows.values() for column in row})
        if len(used) < 2 or len(used) * len(rows) > _MOST_CELLS * sum(map(len, rows.values())):
            return []
        head, *rest = [_written([row.get(column, "") for column in used]) for row in rows.values()]
        return [head, _written(["---"] * len(used)), *rest]

    def _nearest(self, element: int, tags: Sequence[int]) -> int:
        """The element itself or the nearest around it with one of these tags, 0 for none."""
        elements = self._page.elements
        while element and elements[element].tag not in tags:
            element = elements[element].parent
        return element


def _columns(page: Page) -> dict[int, int]:
    """How many cells stand before each in its row."""
    before = Counter[int]()
    found = {}
    for number, element in enumerate(page.elements):
        if element.tag in _CELLS:
            found[number] = before[element.parent]
            before[element.parent] += 1
    return found


def _written(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {_PIPE.sub(_ESCAPED, ' '.join(cell.split()))} |" for cell in cells)
