"""Lines of wikitext to blocks: headings, paragraphs, lists, tables, preformatted lines."""

# ruff: noqa: RUF001  marks that look like others are meant

import html
import re

from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading, Item, Lines, Paragraph
from winnow.pipelines.sources.wikipedia.prose.grid import NESTED_TABLES
from winnow.pipelines.sources.wikipedia.prose.kept import Kept
from winnow.pipelines.sources.wikipedia.prose.marks import BLOCK, BREAK, CUT, VERSE, VERSE_END
from winnow.pipelines.sources.wikipedia.wikitext import tables

_HATNOTE = re.compile(r":+\s*(?:For |See also|See |Main article|This article |Not to be confused )", re.IGNORECASE)
_ONLY_COORDINATES = re.compile(r"\d[\d.°′″NSEWO ]+[NSEWO]")
_LIST = "*#:;"
_BULLETS_ONLY = re.compile(r"[\s*#:;|!,.\-–—]*")


class Reader:
    """Reads the lines of one page."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    def blocks(self, text: str, cell: bool = False, depth: int = 0) -> list[Block]:
        """The blocks of lines; in a cell of a table a line that begins with a space is nothing special."""
        return _Lines(self, text.split("\n"), cell, depth).blocks()

    def finished(self, text: str, line_break: str = "\n") -> str:
        """The text of a block, its entities decoded."""
        return self.kept.finished(html.unescape(text) if "&" in text else text, line_break)


class _Lines:
    def __init__(self, reader: Reader, lines: list[str], cell: bool, depth: int) -> None:
        self.reader, self.lines, self.cell, self.depth = reader, lines, cell, depth
        self.found: list[Block] = []
        self.paragraph: list[str] = []
        self.preformatted: list[str] = []
        self.numbers: list[int] = []
        """By depth of the list, the number of its last item."""
        self.at = 0

    def blocks(self) -> list[Block]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            self._line(line, line[:1])
        self._end()
        return self.found

    def _line(self, line: str, first: str) -> None:
        if first.isalnum() or not line:  # the most frequent ones first
            self._running(line)
        elif first == "=" and self._heading(line):
            return
        elif first in _LIST:
            self._item(line)
        elif first == BLOCK:
            self._end()
            self.found.append(Lines(self.reader.finished(line[1:])))
        elif first == VERSE:
            self._verse()
        elif line.lstrip(" \t:").startswith("{|"):
            self._table(line.lstrip(" \t:"))
        elif first in " \t" and not self.cell and line.strip(f" \t{CUT}"):
            self._flush_paragraph()
            self.preformatted.append(line[1:])
        elif line.startswith("----"):
            self._end()
        else:
            self._running(line)

    def _running(self, line: str) -> None:
        if self.preformatted:
            self._flush_preformatted()
        if not line.strip(f" \t{BREAK}"):
            self._end()
        elif line.strip(f" \t{CUT}{BREAK}"):
            self.numbers.clear()
            self.paragraph.append(line)

    def _heading(self, line: str) -> bool:
        stripped = line.rstrip(f" \t{CUT}")
        level = min(len(stripped) - len(stripped.lstrip("=")), len(stripped) - len(stripped.rstrip("=")), 6)
        text = self.reader.finished(stripped[level:-level], " ") if 0 < 2 * level < len(stripped) else ""
        if not text:
            return False
        self._end()
        self.found.append(Heading(level, text))
        return True

    def _item(self, line: str) -> None:
        self._flush()
        text = line.lstrip(_LIST)
        prefix = line[: len(line) - len(text)]
        if text.lstrip().startswith("{|"):
            self._table(text.lstrip())
            return
        number = self._number(prefix)
        text = self.reader.finished(text, " ")
        if text and _BULLETS_ONLY.fullmatch(text) is None and not _HATNOTE.match(line):
            depth = sum(mark in "*#" for mark in prefix)
            mark = {"*": "- ", "#": f"{number}. "}.get(prefix[-1], "")
            inside = depth + 1 if not mark and depth else max(1, depth)
            self.found.append(Item(inside, mark, text))
        else:
            self.numbers[-1] -= prefix[-1] == "#"

    def _number(self, prefix: str) -> int:
        del self.numbers[len(prefix) :]
        self.numbers += [0] * (len(prefix) - len(self.numbers))
        self.numbers[-1] += prefix[-1] == "#"
        return self.numbers[-1]

    def _verse(self) -> None:
        self._end()
        lines = []
        while self.at < len(self.lines) and self.lines[self.at][:1] != VERSE_END:
            line = self.lines[self.at]
            lines.append(self.reader.finished(line.lstrip(":"), " ") if line.strip(f" \t{CUT}") else "")
            self.at += 1
        self.at += 1
        if text := "\n".join(lines).strip("\n"):
            self.found.append(Lines(text, verse=True))

    def _table(self, first: str) -> None:
        self._end()
        table = tables.read(self.lines, self.at, first)
        self.at = table.end
        if self.depth < NESTED_TABLES and not table.is_furniture:
            self.found += tables.blocks(table, self.reader, self.depth)
        if table.rest.strip():
            self._running(table.rest)

    def _end(self) -> None:
        """What stands before is finished."""
        self._flush()
        self.numbers.clear()

    def _flush(self) -> None:
        if self.preformatted:
            self._flush_preformatted()
        self._flush_paragraph()

    def _flush_paragraph(self) -> None:
        if self.paragraph:
            lines, self.paragraph = self.paragraph, []
            text = self.reader.finished(" ".join(lines))
            if text and not _ONLY_COORDINATES.fullmatch(text):
                self.found.append(Paragraph(text))

    def _flush_preformatted(self) -> None:
        """Lines that begin with a space: one alone is most often a slip, and a paragraph."""
        lines, self.preformatted = self.preformatted, []
        if len(lines) == 1:
            self.paragraph += lines
            self._flush_paragraph()
            return
        shown = [_spaced(self.reader, line) for line in lines]
        if text := "\n".join(shown).strip("\n"):
            self.found.append(Lines(text))


def _spaced(reader: Reader, line: str) -> str:
    """A preformatted line: its spaces stay, where nothing was cut out of it."""
    if CUT in line or BREAK in line:
        return reader.finished(line, " ")
    line = html.unescape(line).replace("\u00a0", " ").rstrip()
    return reader.kept.back(line)
