"""What a filter reads of a document: its whole text, as rules were published, or its prose.

Published limits were chosen on texts of articles, where every line is a sentence. A listing of code repeats its lines
and ends none of them in a full stop; a row of a table is short and has few letters. `reads = "prose"` measures a page
without the lines that its extraction calls code or rows of tables; how much of it these are is what `make_up` measures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import one_of
from winnow.filters.steps import Lazy
from winnow.filters.text import Text

TEXT, PROSE = "text", "prose"


@dataclass(frozen=True)
class Reads:
    """A filter of one text, whichever it is: families have `_measure` and `_spans` of what is read."""

    reads: str = field(default=TEXT, kw_only=True)
    """Of the document: "text", all of it, or "prose", the lines that are neither code nor rows of tables."""

    RULES: ClassVar[tuple[Rule, ...]] = ()

    def __post_init__(self) -> None:
        one_of(self, "reads", (TEXT, PROSE))

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """What `RULES` name, of what is read."""
        return self._measure(self._view(text))

    def spans(self, document: Document, text: Text) -> Mapping[str, list[Span]]:
        """By rule, the places of the whole text that its measure is made of."""
        found = self._spans(self._view(text))
        if self.reads == TEXT:
            return found
        return Lazy({rule: partial(_in_whole, text, found, rule) for rule in found})

    def _view(self, text: Text) -> Text:
        return text.prose if self.reads == PROSE else text

    def _measure(self, text: Text) -> dict[str, float | None]:
        raise NotImplementedError

    def _spans(self, text: Text) -> Mapping[str, list[Span]]:
        raise NotImplementedError


def _in_whole(text: Text, found: Mapping[str, list[Span]], rule: str) -> list[Span]:
    return text.in_whole(found[rule])
