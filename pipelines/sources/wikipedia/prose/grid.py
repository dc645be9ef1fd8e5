"""Cells to the rows that a reader sees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading, Item, Lines, Paragraph, Table

_FURNITURE_NAMES = """
    navbox vertical-navbox metadata ambox mbox mbox-small tmbox ombox cmbox fmbox dmbox toc taxobox biota geography
    vcard succession-box navbox-inner navbox-subgroup noprint messagebox bandeau bandeau-section sinottico
"""
_FURNITURE = frozenset(_FURNITURE_NAMES.split())
_DATA = frozenset(("wikitable", "prettytable", "sortable"))
_LONG = 300
"""Characters past which a cell of a table without borders is prose."""
_REPEATED = 80
"""Characters of a cell that is repeated in every row that it spans; of a longer one the other rows get nothing."""
_MOST_REPEATED = 20_000
"""Characters repeated in one table."""
_SPANNING_COLUMNS = 40
_FEWEST_ROWS = 3
"""Of a table in which an empty column is told from one that happens to be."""
NESTED_TABLES = 4
"""Tables inside one another; what is deeper goes."""
_ROLE = re.compile(r"role\s*=\s*[\"']?presentation", re.IGNORECASE)
_BORDER = re.compile(r"border\s*=\s*[\"']?[1-9]", re.IGNORECASE)


@dataclass(slots=True)
class Cell:
    text: str
    """On one line."""
    rowspan: int = 1
    blocks: list[Block] = field(default_factory=list)
    """What it holds, as it would stand outside of a table."""

    def __post_init__(self) -> None:
        if not self.blocks and self.text:
            self.blocks = [Paragraph(self.text)]

    @staticmethod
    def of(blocks: list[Block], rowspan: int) -> "Cell":
        pieces: list[str] = []
        for before, block in zip([None, *blocks], blocks, strict=False):
            if before is not None:
                pieces.append(", " if isinstance(block, Item) and isinstance(before, Item) else " ")
            pieces.append(" ".join(_text(block).split()))
        return Cell("".join(pieces), rowspan, blocks)


def _text(block: Block) -> str:
    match block:
        case Table(caption, rows):
            return " ".join([caption, *(cell for row in rows for cell in row)])
        case Heading(_, text) | Paragraph(text) | Lines(text) | Item(_, _, text):
            return text


def is_furniture(classes: str) -> bool:
    """Whether a table is one of those beside the text: infobox, navigation, message."""
    names = classes.split()
    return not _FURNITURE.isdisjoint(names) or any(name.startswith(("infobox", "navbox", "sidebar")) for name in names)


def is_layout(classes: str, attributes: str, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a table only lays out prose and lists: it shows no lines between its cells, which hold whole blocks."""
    if not _DATA.isdisjoint(classes.split()):
        return False
    if _ROLE.search(attributes) or sum(map(len, rows)) == 1:
        return True
    if _BORDER.search(attributes):
        return False
    return any(len(cell.blocks) > 1 or len(cell.text) > _LONG for row in rows for cell in row)


def grid(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The rows that hold anything; a short cell that spans rows stands in each of them."""
    found: list[list[str]] = []
    spanning: dict[int, tuple[int, str]] = {}  # by column, how many rows more and what
    repeated = 0
    for row in rows:
        cells: list[str] = []
        waiting = list(row)[::-1]
        while waiting or len(cells) in spanning:
            column = len(cells)
            if column in spanning:
                left, text = spanning.pop(column)
                if left > 1:
                    spanning[column] = (left - 1, text)
                repeated += len(text)
                cells.append(text if repeated <= _MOST_REPEATED else "")
                continue
            cell = waiting.pop()
            if cell.rowspan > 1 and column < _SPANNING_COLUMNS:
                spanning[column] = (cell.rowspan - 1, cell.text if len(cell.text) <= _REPEATED else "")
            cells.append(cell.text)
        if any(cells) and (len(cells) == 1 or any(cells[1:]) or not found):
            found.append(cells)
    return _without_empty_columns(found)


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    """Drop the columns that held only pictures: nothing in any row but in the first, which names them."""
    if len(rows) < _FEWEST_ROWS or len({len(row) for row in rows}) > 1:
        return rows
    full = [any(column[1:]) for column in zip(*rows, strict=True)]
    return [[cell for cell, some in zip(row, full, strict=True) if some] for row in rows] if any(full) else rows
