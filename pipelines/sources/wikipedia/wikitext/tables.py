"""Tables: {| ... |} to rows of cells. Furniture goes, a table that only lays out a page gives what it holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Table
from winnow.pipelines.sources.wikipedia.prose.grid import Cell, grid, is_furniture, is_layout

if TYPE_CHECKING:
    from winnow.pipelines.sources.wikipedia.wikitext.lines import Reader

_ROWSPAN = re.compile(r"rowspan\s*=\s*[\"']?\s*(\d{1,4})", re.IGNORECASE)
_LISTS = ("*", "#", ":", ";")
_SHORTEST_ITEM = 3
_CLASS = re.compile(r"class\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s|\"']+))", re.IGNORECASE)


@dataclass(slots=True)
class Read:
    """A table as its lines say it."""

    attributes: str
    caption: str = ""
    rows: list[list[list[str]]] = field(default_factory=lambda: [[]])
    """Lines, by row and cell."""
    end: int = 0
    """The line behind it."""
    rest: str = ""
    """What stands behind its end on the same line."""

    @property
    def is_furniture(self) -> bool:
        return is_furniture(_class_of(self.attributes))


def read(lines: Sequence[str], at: int, first: str) -> Read:
    """Read the table whose opening line is `first`, and whose next line stands at `at`.

    One that is never closed ends before the next heading.
    """
    table, inner = Read(first[2:]), 0
    while at < len(lines):
        line = lines[at]
        text = line.lstrip(" \t:")
        if text.startswith("{|"):
            inner += 1
        elif text.startswith("|}"):
            if not inner:
                table.rest = text[2:]
                at += 1
                break
            inner -= 1
        elif line.startswith("==") and line.rstrip().endswith("=="):
            break
        elif not inner and text[:1] in ("|", "!"):
            _markup(table, text)
            at += 1
            continue
        _more(table, line)
        at += 1
    table.end = at
    return table


def _markup(table: Read, text: str) -> None:
    if text.startswith("|+"):
        table.caption = _content(text[2:])[1]
    elif text.startswith("|-"):
        table.rows.append([])
    else:
        cells = text[1:].replace("!!", "||") if text[0] == "!" else text[1:]
        table.rows[-1] += [[cell] for cell in cells.split("||")]


def _more(table: Read, line: str) -> None:
    """A line that goes on with a cell; before the first cell there is only markup that went wrong."""
    if table.rows[-1]:
        table.rows[-1][-1].append(line)


def _content(cell: str) -> tuple[str, str]:
    """(attributes, content) of a cell."""
    before, bar, behind = cell.partition("|")
    return (before, behind) if bar else ("", cell)


def blocks(table: Read, reader: "Reader", depth: int) -> list[Block]:
    """The table as one block, or as the blocks in it."""
    rows = [[_cell(lines, reader, depth) for lines in row] for row in table.rows if row]
    if is_layout(_class_of(table.attributes), table.attributes, rows):
        return [block for row in rows for cell in row for block in cell.blocks]
    found = grid(rows)
    return [Table(reader.finished(table.caption, " "), found)] if found else []


def _cell(lines: list[str], reader: "Reader", depth: int) -> Cell:
    attributes, content = _content(lines[0])
    match = _ROWSPAN.search(attributes)
    rowspan = int(match[1]) if match else 1
    if len(lines) == 1 and (content.lstrip()[:1] not in _LISTS or len(content.strip()) < _SHORTEST_ITEM):
        return Cell(reader.finished(content, " "), rowspan)
    inside = reader.blocks("\n".join([content.lstrip(), *lines[1:]]), cell=True, depth=depth + 1)
    return Cell.of(inside, rowspan)


def _class_of(attributes: str) -> str:
    match = _CLASS.search(attributes)
    return (match[1] or match[2] or match[3] or "").lower() if match else ""
