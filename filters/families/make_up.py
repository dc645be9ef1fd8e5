"""What a page is made of: prose, code, tables, lists, headings. No limits were published; a recipe may set some.

Rules that read prose (`reads = "prose"`) say nothing of a page that has hardly any; these measures do. Kinds of lines
are those of the extraction (`filters/kinds.py`), of the text as it is when the step is asked.
"""

from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.kinds import NAMES
from winnow.filters.rules import Rule
from winnow.filters.text import Text

OURS = "none: a choice of ours"
SHARES = {
    "prose_share": frozenset({"prose", "quote"}),
    "code_share": frozenset({"code"}),
    "table_share": frozenset({"table"}),
    "list_share": frozenset({"list", "definition"}),
    "heading_share": frozenset({"heading"}),
}
"""Measure -> the kinds of lines that it counts; captions and buttons are none."""


@dataclass(frozen=True)
class MakeUp:
    """Shares of a page's characters by the kind of their lines."""

    RULES: ClassVar[tuple[Rule, ...]] = tuple(Rule(name, paper=OURS) for name in SHARES)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """Shares from 0 to 1 of all characters but newlines; None where no kinds are known, or no character is."""
        whole = len(text.string) - len(text.kinds) + 1 if text.kinds else 0
        if not whole:
            return dict.fromkeys(SHARES)
        characters = dict.fromkeys(NAMES.values(), 0)
        for line, kind in text.kinded:
            characters[kind] += len(line)
        return {name: sum(map(characters.__getitem__, kinds)) / whole for name, kinds in SHARES.items()}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The lines that are counted."""
        found: dict[str, list[Span]] = {name: [] for name in SHARES} if text.kinds else {}
        at = 0
        for line, kind in text.kinded:
            for name, kinds in SHARES.items():
                if kind in kinds and line:
                    found[name].append((at, at + len(line)))
            at += len(line) + 1
        return found
