"""How much of a page of a wiki is prose, for a recipe to judge.

No limits were published. By these only pages that lead to others go, and those without a word.

The conversion of a page (`pipelines/sources/wikipedia/`) says what kind it is, and writes an item of a list as a line
that begins with "- " or "3. ", a row of a table as a line with " | " between its cells, verse as short lines that
follow one another without an empty line between them. A paragraph is one line, so that nothing else looks like these.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import within
from winnow.filters.text import Text, places

OURS = "none: a choice of ours"
KIND = "wikipedia_kind"
"""In a document's meta: "article", "disambiguation", "list", "poem"."""

_ITEM = re.compile(r"- |\d+\. ")
_ROW = " | "


@dataclass(frozen=True)
class WikipediaPage:
    """Disambiguation pages, and the shares of lines that are lists, tables and verse."""

    longest_verse: int = 80
    """Characters of a line that may be verse."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("disambiguation", max=0, paper=OURS),
        Rule("list", max=1, paper=OURS),
        Rule("poem", max=1, paper=OURS),
        Rule("list_line_share", max=1, paper=OURS),
        Rule("table_line_share", max=1, paper=OURS),
        Rule("poem_line_share", max=1, paper=OURS),
        Rule("words", min=1, paper=OURS),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "disambiguation": "1 for a page that only leads to others, else 0",
        "list": "1 for a page that is a list, else 0",
        "poem": "1 for a page that is a poem, else 0",
        "list_line_share": "share of lines that are items of lists",
        "table_line_share": "share of lines that are rows of tables",
        "poem_line_share": "share of lines that are verse",
        "words": "words on the page",
    }

    def __post_init__(self) -> None:
        within(self, "longest_verse", 1, 1_000_000)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """1 for a page of that kind and 0 for another; None where no kind is known, and for shares of no lines."""
        kind = document.meta.get(KIND)
        kinds = [line_kind for line_kind, _ in self._lines(text)]
        measures: dict[str, float | None] = {
            name: None if kind is None else float(kind == name) for name in ("disambiguation", "list", "poem")
        }
        for name in ("list", "table", "poem"):
            measures[f"{name}_line_share"] = kinds.count(name) / len(kinds) if kinds else None
        measures["words"] = float(len(text.words))
        return measures

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The lines of lists, tables and verse."""
        lines = list(self._lines(text))
        where = places([line for _, line in lines], text.string)
        return {
            f"{name}_line_share": [place for (kind, _), place in zip(lines, where, strict=True) if kind == name]
            for name in ("list", "table", "poem")
        }

    def _lines(self, text: Text) -> Iterator[tuple[str, str]]:
        """(kind, line) of every line: "list", "table", "poem" or "prose"."""
        for paragraph in text.paragraphs:
            lines = [line for piece in paragraph.split("\n") if (line := piece.strip())]
            verse = len(lines) > 1 and all(len(line) <= self.longest_verse for line in lines)
            for line in lines:
                if _ITEM.match(line):
                    yield "list", line
                elif _ROW in line:
                    yield "table", line
                else:
                    yield "poem" if verse else "prose", line
