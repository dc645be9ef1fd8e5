"""The elements of a page to blocks, in one walk over its tree."""

import json
from collections.abc import Callable
from typing import Any

from winnow.pipelines.sources.wikipedia.html.furniture import is_furniture, says_disambiguation
from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading, Item, Lines, Paragraph, Table
from winnow.pipelines.sources.wikipedia.prose.grid import NESTED_TABLES, Cell, grid, is_layout
from winnow.pipelines.sources.wikipedia.prose.kept import Kept
from winnow.pipelines.sources.wikipedia.prose.marks import BREAK, CUT, without_controls
from winnow.pipelines.sources.wikipedia.prose.scripts import lowered, raised

_BLOCKS = frozenset(("p", "div", "section", "blockquote", "center", "article", "main", "details", "hr", "body"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ul": "*", "menu": "*", "ol": "#", "dl": ":"}
_MOST_ROWS = 1000
"""Rows that one cell may span."""


class Walk:
    """Reads one page, or one cell of a table in it."""

    def __init__(self, kept: Kept, depth: int = 0) -> None:
        self.kept, self.depth = kept, depth
        self.found: list[Block] = []
        self.disambiguation = False
        self._text: list[str] = []
        """The pieces of the block that is being read."""
        self._lists: list[str] = []
        """The lists that are open: "*", "#" or ":"."""
        self._numbers: list[int] = []
        self._mark: str | None = None
        """What goes before the next block in a list, if it begins an item."""

    def blocks(self, element: Any) -> list[Block]:
        """The blocks that an element holds."""
        self._inside(element)
        self._end()
        return self.found

    def _inside(self, element: Any) -> None:
        self._add(element.text)
        for child in element:
            if isinstance(child.tag, str):
                if child.get("typeof") == "mw:Extension/math":
                    self._formula(child)
                elif is_furniture(child):
                    self.disambiguation = self.disambiguation or says_disambiguation(child)
                    self._text.append(CUT)
                else:
                    _HANDLERS.get(child.tag, Walk._inside)(self, child)
            self._add(child.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(without_controls(text).replace("\n", " "))

    def _end(self) -> None:
        """The block that is being read is finished."""
        text = "".join(self._text)
        self._text.clear()
        if not text or text.isspace():
            return
        text = self.kept.finished(text, " " if self._lists else "\n")
        if not text:
            return
        if not self._lists:
            self.found.append(Paragraph(text))
            return
        depth = sum(mark in "*#" for mark in self._lists)
        mark, self._mark = self._mark or "", None
        self.found.append(Item(depth + 1 if not mark and depth else max(1, depth), mark, text))

    def _block(self, element: Any) -> None:
        self._end()
        classes = (element.get("class") or "").split()
        if "poem" in classes or element.get("typeof") == "mw:Extension/poem":
            self._verse(element)
            return
        before = len(self.found)
        self._inside(element)
        self._end()
        if "templatequotecite" in classes and before and len(self.found) == before + 1:
            self._join_cite()

    def _join_cite(self) -> None:
        """Who said it stands on the line after what was said."""
        said, by = self.found[-2:]
        if isinstance(said, Paragraph) and isinstance(by, Paragraph):
            self.found[-2:] = [Paragraph(f"{said.text}\n{by.text}")]

    def _heading(self, element: Any) -> None:
        self._end()
        if text := self._apart(element).strip():
            self.found.append(Heading(_HEADINGS[element.tag], text))

    def _apart(self, element: Any) -> str:
        """The text of an element on one line, read apart from the block around it."""
        around, self._text = self._text, []
        self._inside(element)
        text, self._text = self.kept.finished("".join(self._text), " "), around
        return text

    def _list(self, element: Any) -> None:
        self._end()
        self._lists.append(_LISTS[element.tag])
        self._numbers.append(_number(element.get("start")) - 1)
        self._inside(element)
        self._end()
        self._lists.pop()
        self._numbers.pop()

    def _item(self, element: Any) -> None:
        self._end()
        if not self._lists:
            self._lists, self._numbers = ["*"], [0]
            self._item(element)
            self._lists, self._numbers = [], []
            return
        self._numbers[-1] += 1
        self._mark = {"*": "- ", "#": f"{self._numbers[-1]}. "}.get(self._lists[-1], "")
        before = len(self.found)
        self._inside(element)
        self._end()
        self._mark = None
        if len(self.found) == before:  # it held nothing
            self._numbers[-1] -= 1

    def _break(self, element: Any) -> None:
        self._text.append(BREAK)

    def _link(self, element: Any) -> None:
        if "mw:ExtLink" in (element.get("rel") or "") and not (element.text or len(element)):
            self._text.append(CUT)
        self._inside(element)

    def _script(self, element: Any) -> None:
        before = next((piece[-1] for piece in reversed(self._text) if piece), "")
        text = self._apart(element)
        self._text.append((raised if element.tag == "sup" else lowered)(text, before))

    def _formula(self, element: Any) -> None:
        self._text.append(self.kept.put(f"${tex}$") if (tex := _tex(element)) else CUT)

    def _lines(self, element: Any) -> None:
        """Preformatted text. One line that no extension made is most often a slip, and a paragraph."""
        self._end()
        text = without_controls("".join(element.itertext())).replace("\u00a0", " ").expandtabs(4)
        text = "\n".join(map(str.rstrip, text.strip("\n").split("\n")))
        if text.strip():
            made = element.get("typeof") or element.get("class") or "\n" in text
            self.found.append(Lines(text) if made else Paragraph(text.strip()))

    def _verse(self, element: Any) -> None:
        inner = Walk(self.kept)
        texts = [block.text for block in inner.blocks(element) if not isinstance(block, Table)]
        if texts:
            self.found.append(Lines("\n\n".join(texts), verse=True))

    def _table(self, element: Any) -> None:
        self._end()
        if self.depth >= NESTED_TABLES:
            return
        attributes = " ".join(f'{name}="{element.get(name)}"' for name in ("role", "border") if element.get(name))
        caption, rows = "", []
        for row in element.iterchildren("caption", "tr", "thead", "tbody", "tfoot"):
            if row.tag == "caption":
                caption = self._apart(row)
            else:
                rows += [self._cells(each) for each in ([row] if row.tag == "tr" else row.iterchildren("tr"))]
        if is_layout(element.get("class") or "", attributes, rows):
            self.found += [block for row in rows for cell in row for block in cell.blocks]
        elif found := grid(rows):
            self.found.append(Table(caption, found))

    def _cells(self, row: Any) -> list[Cell]:
        if is_furniture(row):
            return []
        return [self._cell(cell) for cell in row.iterchildren("td", "th")]

    def _cell(self, cell: Any) -> Cell:
        inner = Walk(self.kept, self.depth + 1)
        blocks = [] if is_furniture(cell) else inner.blocks(cell)
        return Cell.of(blocks, min(_number(cell.get("rowspan")), _MOST_ROWS))


_HANDLERS: dict[str, Callable[[Walk, Any], None]] = {
    "br": Walk._break, "sup": Walk._script, "sub": Walk._script, "table": Walk._table, "pre": Walk._lines,
    "li": Walk._item, "dt": Walk._item, "dd": Walk._item, "math": Walk._formula, "a": Walk._link,
    **dict.fromkeys(_BLOCKS, Walk._block), **dict.fromkeys(_HEADINGS, Walk._heading),
    **dict.fromkeys(_LISTS, Walk._list),
}  # fmt: skip
"""By tag; of any other only what it holds counts."""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1


def _tex(element: Any) -> str:
    """The source of a formula: as Parsoid notes it, else as MathML does."""
    source = _noted(element.get("data-mw"))
    if not source:
        notes = element.iter("annotation", "{http://www.w3.org/1998/Math/MathML}annotation")
        source = next((note.text or "" for note in notes if "tex" in (note.get("encoding") or "")), "")
        source = source or element.get("alttext") or ""
        if source.startswith("{\\displaystyle") and source.endswith("}"):
            source = source.removeprefix("{\\displaystyle")[:-1]
    return " ".join(without_controls(source).split())


def _noted(data: str | None) -> str:
    try:
        found = json.loads(data or "{}").get("body", {}).get("extsrc", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""
