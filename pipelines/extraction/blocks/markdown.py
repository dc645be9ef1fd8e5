"""The kept blocks as Markdown, as CommonMark and GitHub read it.

Prose is not escaped, but for what would make another kind of block of a line: `# 1`, `- a`, `1. a`, `> a`, `---`, a
fence, a table's rule, a tag, a link's definition. Stars and underscores within a line stay as they are.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from winnow.pipelines.extraction.blocks.compose import Line, shown
from winnow.pipelines.extraction.blocks.markdown_lists import Lists
from winnow.pipelines.extraction.blocks.markdown_tables import Tables
from winnow.pipelines.extraction.blocks.page import CELL, CODE, HEADING, LIST, PROSE, QUOTE, Block, Page

_OPENS = re.compile(
    r"#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|`{3}|~{3}|=+\s*$|([-*_])[ \t]*(?:\1[ \t]*){2,}$|[-|:][-|: \t]*$"
    r"|<[A-Za-z/!?]|\[[^\]]+\]:"
)
"""What makes a block of another kind at a line's start, or adds to the one before."""
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")
_CLOSING, _ESCAPED = re.compile(r"(?<!\S)(#+)$"), r"\\\1"
"""Signs that would only close a heading."""
_FENCE = re.compile("`{3,}")


def markdown(page: Page, kept: Sequence[bool]) -> list[Line]:
    """Return the lines of the blocks that are kept; an empty line is of the kind of the block before it."""
    writer, tables = _Writer(page), Tables(page)
    for table, run in groupby(shown(page, kept), lambda each: tables.around(each[0])):
        blocks = list(run)
        if table and (rows := tables.rows(blocks)):
            writer.add(blocks[-1][0], CELL, rows)
        else:
            for block, text in blocks:
                writer.write(block, text)
    return writer.lines


class _Writer:
    """The lines so far."""

    def __init__(self, page: Page) -> None:
        self.lines: list[Line] = []
        self._page = page
        self._lists = Lists(page)

    def write(self, block: Block, text: str) -> None:
        """Add a block that is no table's."""
        before = self.lines[-1][0] if self.lines else PROSE
        if block.kind == HEADING:
            self.add(block, HEADING, [f"{'#' * max(block.level, 1)} {_CLOSING.sub(_ESCAPED, ' '.join(text.split()))}"])
        elif block.kind == CODE:
            self.add(block, CODE, _fenced(text, self._page.languages.get(block.element, "")))
        elif block.kind == QUOTE:
            lines = [f"> {line}" for line in _safe(text)]
            self.add(block, QUOTE, [">", *lines] if before == QUOTE else lines, tight=before == QUOTE)
        elif block.kind == LIST:
            tight = before == LIST and self._lists.goes_on(block)
            mark = self._lists.begins(block)
            self.add(block, LIST, _safe(text), mark, tight=tight and bool(mark))
        else:
            self.add(block, PROSE if block.kind == CELL else block.kind, _safe(text))

    def add(self, block: Block, kind: int, lines: Sequence[str], mark: str = "", tight: bool = False) -> None:
        """Add the lines of a block under its list item's mark, behind an empty line unless they go on with the last."""
        if self.lines and not tight:
            self.lines.append((self.lines[-1][0], ""))
        before = " " * self._lists.indent(block)
        written = [before + line if line else line for line in lines]
        if mark:
            written[0] = before[len(mark) :] + mark + lines[0]
        self.lines += [(kind, line) for line in written]


def _safe(text: str) -> list[str]:
    """The lines of a text, each read as nothing but text."""
    return [_escaped(line) for line in text.split("\n")]


def _escaped(line: str) -> str:
    if _OPENS.match(line):
        return "\\" + line
    number = _NUMBER.match(line)
    return f"{number[0]}\\{line[number.end() :]}" if number else line


def _fenced(code: str, language: str) -> list[str]:
    fence = "`" * (max((len(run) for run in _FENCE.findall(code)), default=2) + 1)
    return [fence + language, *code.split("\n"), fence]
