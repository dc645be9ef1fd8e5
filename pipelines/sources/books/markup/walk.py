"""From the tree of a page to blocks: a walk that keeps its own stack, so that no depth is too deep for Python."""

import html.entities
import re
from collections.abc import Iterator
from typing import Any

from winnow.pipelines.sources.books import characters
from winnow.pipelines.sources.books.book import Block, Kind, Unreadable
from winnow.pipelines.sources.books.headings import is_chapter
from winnow.pipelines.sources.books.markup import roles
from winnow.pipelines.sources.books.markup.tree import DEEPEST
from winnow.pipelines.sources.books.plain import layout
from winnow.pipelines.sources.books.plain.hyphens import Hyphens

_LINE, _INDENT, _CELL, _EDGE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""Marks in the text that is gathered: a line's end, a step of indentation, the border of two cells, of a line."""
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_BLANK_LINES = re.compile(rf"(?: *{_LINE}){{2,}}")
_LINES = re.compile(f"[{_LINE}{_EDGE}]")
_CELLS = re.compile(rf" *{_CELL}[ {_CELL}]*")
_LONG_LINE = 200
"""Lines that are longer on average are paragraphs."""
_JUDGED = frozenset({"p", "ul", "ol", "dl", "table"})
_MOST_NESTED = 10
"""Elements inside one another whose whole content is looked at: else the work would be the depth times the size."""
_LONG_CELL = 400
"""A table whose cells are longer on average only arranges text."""
_MANY_LINES = 100
"""Preformatted text of more lines is laid out as plain text is."""
_MARKS = re.compile(f"[{_LINE}{_INDENT}{_CELL}{_EDGE}]")
_LETTER = re.compile(r"[\"“\u2018'«]?\w[\"”\u2019]?")
_CONTENTS = re.compile(
    r"\W*(?:(?:table of )?contents|contenus?|table des matières|inhalt(?:sverzeichnis)?|índice|indice|sommaire"
    r"|inhoud)\W*",
    re.IGNORECASE,
)


def blocks(root: Any) -> list[Block]:
    """The blocks of a page, what is no text of the book left out; raise Unreadable where it nests too deep."""
    walker = _Walker()
    walker.walk(root)
    return walker.blocks


class _Walker:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._rows: list[str] = []
        """The elements that the walk is inside of, from a table, a list or a stanza on."""
        self._pre = 0
        """How many elements of preformatted text it is inside of."""

        self._nested = 0
        """How many elements it is inside of of whose whole content something was asked."""

    @property
    def _in_rows(self) -> bool:
        return bool(self._rows)

    @property
    def _judges(self) -> bool:
        return not self._rows and self._nested < _MOST_NESTED

    def walk(self, root: Any) -> None:
        stack: list[tuple[Any, Iterator[Any]]] = [(root, iter(root))]
        self._enter(root)
        while stack:
            element, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(element)
                if stack:
                    self._add(element.tail)
            elif self._is_left_out(child):
                self._add(child.tail)
            else:
                stack.append((child, iter(child)))
                if len(stack) > DEEPEST:
                    raise Unreadable("too_deep", len(stack), DEEPEST)
                self._enter(child)
        self._flush()

    def _is_left_out(self, element: Any) -> bool:
        name = roles.name_of(element)
        if not name:
            self._add(_entity(element))
            return True
        if name == "img":
            self._add(_drop_cap(element))
            return True
        words = roles.roles(element)
        if roles.is_furniture(name, element, words):
            return True
        if name in ("p", "ul", "ol", "table") and self._judges and roles.is_contents(name, element):
            self._flush()
            if self.blocks and _CONTENTS.fullmatch(self.blocks[-1].text):
                self.blocks.pop()
            return True
        return False

    def _enter(self, element: Any) -> None:
        name, words = roles.name_of(element), roles.roles(element)
        if name == "br":
            self._text.append("\n" if self._pre else _LINE)
        elif roles.is_line(words):
            self._text.append(_EDGE)
        elif name in roles.BLOCKS and not self._in_rows:
            self._flush()
        if self._in_rows or (self._judges and _is_of_rows(name, element, words)):
            self._rows.append(name)
        else:
            self._nested += name in _JUDGED
        if name == "hr" and not self._in_rows:
            self.blocks.append(Block(Kind.BREAK, "* * *"))
        if name == "pre":
            self._pre += 1
        if indent := roles.indentation(words):
            self._text.append(_INDENT * indent)
        self._add(element.text)

    def _leave(self, element: Any) -> None:
        name = roles.name_of(element)
        if self._in_rows:
            self._rows.pop()
            if not self._in_rows:
                self._flush()
            elif name in ("td", "th"):
                self._text.append(_CELL)
            elif name == "tr" or (name in roles.BLOCKS and "tr" not in self._rows):
                self._text.append(_LINE)
            if name == "pre":
                self._pre -= 1
            return
        self._nested -= name in _JUDGED
        if roles.is_line(roles.roles(element)):
            self._text.append(_EDGE)
        elif name in roles.BLOCKS:
            self._flush(heading=name in roles.HEADINGS)
        if name == "pre":
            self._pre -= 1

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text if not _MARKS.search(text) else _MARKS.sub("", text))

    def _flush(self, heading: bool = False) -> None:
        """End a block: what was gathered is its text."""
        gathered = characters.clean("".join(self._text))
        self._text.clear()
        if self._pre:
            self.blocks += _preformatted(gathered)
            return
        for piece in _BLANK_LINES.split(_SPACE.sub(" ", gathered)):
            lines = [line for each in _LINES.split(piece) if (line := _CELLS.sub("  ", each).strip())]
            lines = [line.replace(_INDENT, " ") for line in lines]
            if lines:
                self.blocks += _of_lines(lines, heading)


def _of_lines(lines: list[str], heading: bool) -> Iterator[Block]:
    if heading:
        text = " ".join(line.strip() for line in lines)
        yield Block(Kind.CHAPTER if is_chapter(text) else Kind.HEADING, text)
    elif len(lines) == 1:
        yield Block(Kind.PROSE, lines[0].strip())
    elif sum(map(len, lines)) > _LONG_LINE * len(lines):
        yield from (Block(Kind.PROSE, line.strip()) for line in lines)
    else:
        yield Block(Kind.LINES, "\n".join(lines))


def _preformatted(text: str) -> list[Block]:
    lines = [_MARKS.sub("", line).rstrip() for line in text.split("\n")]
    found = layout.blocks(lines, Hyphens(lines)) if len(lines) > _MANY_LINES else layout.stanzas(lines)
    return [block for block in found if block.text]


def _is_of_rows(name: str, element: Any, words: frozenset[str]) -> bool:
    """Whether what is in an element are rows: of a table, a list, a stanza. Some tables only arrange text."""
    if name != "table":
        return roles.holds_lines(name, element, words)
    cells = sum(1 for _ in element.iter("{*}td", "{*}th"))
    return sum(len(text) for text in element.itertext() if text) <= _LONG_CELL * max(1, cells)


def _entity(node: Any) -> str | None:
    """What an entity stands for, if it is one of HTML's."""
    return html.entities.html5.get(str(node.text or "").lstrip("&"))


def _drop_cap(image: Any) -> str | None:
    """The letter that a picture at a chapter's beginning stands for."""
    alt = (image.attrib.get("alt") or "").strip()
    return alt if _LETTER.fullmatch(alt) and not alt.isdigit() and (image.tail or "")[:1].isalpha() else None
