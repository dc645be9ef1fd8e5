"""mC4's page rule (Xue et al. 2021, https://arxiv.org/abs/2010.11934, section 3.1): three lines of 200 characters.

It stands for C4's rule on terminal marks, which few scripts share. Lines are stripped (`Text.lines`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import within
from winnow.filters.text import Text


@dataclass(frozen=True)
class MC4Page:
    """Long lines, as a sign of running text."""

    min_characters: int = 200
    """A line this long is long."""

    RULES: ClassVar[tuple[Rule, ...]] = (Rule("long_lines", min=3, paper="Xue et al. 2021, 3.1"),)
    ABOUT: ClassVar[Mapping[str, str]] = {
        "long_lines": "lines of at least 200 characters, or as many as the recipe says",
    }

    def __post_init__(self) -> None:
        within(self, "min_characters", 1, 1_000_000_000)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """Lines of at least `min_characters`."""
        return {"long_lines": float(sum(len(line) >= self.min_characters for line in text.lines))}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The long lines."""
        return {"long_lines": [(start, end) for start, end in text.line_places if end - start >= self.min_characters]}
