"""FineWeb's own rules (Penedo et al. 2024, https://arxiv.org/abs/2406.17557, section 3.6), to follow Gopher's and C4's.

Lines here are pieces between newlines that are not blank and that are **not** stripped: a line that ends in a space or
a carriage return ends in no terminal mark, and its spaces count. Duplicate characters are those of a line's copies
after the first, as a share of the text without newlines. A document without lines measures None throughout.

FineWeb counts words with a language's tokenizer, in which punctuation marks are words. The variant "winnow" takes our
words, so that its ratio of newlines to words is a little higher, and lets a line end in an ellipsis; "datatrove" takes
`tokens.words_and_marks` and the terminal marks of its own list, in which "…" is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.edits import Span
from winnow.filters.reads import Reads
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import each, one_of
from winnow.filters.text import Text, places
from winnow.filters.words.marks import DATATROVE_TERMINAL, TERMINAL
from winnow.filters.words.tokens import count_words_and_marks

VARIANTS = ("winnow", "datatrove")
SHORT_LINE = 30
"""Characters; a line this long is still short."""
PAPER = "Penedo et al. 2024, 3.6"


@dataclass(frozen=True)
class FineWebQuality(Reads):
    """Lines without an end, short lines, repeated lines and lists."""

    variant: str = "winnow"
    """Whose words and terminal marks: "winnow" or "datatrove"."""
    terminal_marks: tuple[str, ...] = ()
    """More marks that end a line in one language: Greek's question mark is a semicolon."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("line_punctuation_share", min=0.12, paper=PAPER),
        Rule("short_line_share", max=0.67, paper=PAPER),
        Rule("duplicate_line_character_share", max=0.01, paper=PAPER),
        Rule("newline_to_word_ratio", max=0.3, paper=PAPER),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "line_punctuation_share": "share of lines that end in a terminal mark",
        "short_line_share": "share of lines of at most 30 characters",
        "duplicate_line_character_share": "share of characters in copies of lines after the first",
        "newline_to_word_ratio": "newlines to words",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of(self, "variant", VARIANTS)
        each(self, "terminal_marks", lambda mark: len(mark) == 1 and not mark.isspace(), "single characters")

    def _measure(self, text: Text) -> dict[str, float | None]:
        """Shares of lines, of characters, and newlines to words."""
        string, lines = text.string, _lines(text.string)
        if not lines:
            return dict.fromkeys(rule.name for rule in self.RULES)
        words = count_words_and_marks(string) if self.variant == "datatrove" else len(text.words)
        marks, newlines = self._marks, string.count("\n")
        repeated = sum(map(len, lines)) - sum(map(len, set(lines)))
        return {
            "line_punctuation_share": sum(line[-1] in marks for line in lines) / len(lines),
            "short_line_share": sum(len(line) <= SHORT_LINE for line in lines) / len(lines),
            "duplicate_line_character_share": repeated / (len(string) - newlines),
            "newline_to_word_ratio": newlines / words if words else None,
        }

    def _spans(self, text: Text) -> dict[str, list[Span]]:
        """The lines that end in no terminal mark, the short ones, and the copies of lines after the first."""
        lines, seen, marks = _lines(text.string), set[str](), self._marks
        found: dict[str, list[Span]] = {
            "line_punctuation_share": [], "short_line_share": [], "duplicate_line_character_share": []
        }  # fmt: skip
        for line, place in zip(lines, places(lines, text.string), strict=True):
            if line[-1] not in marks:
                found["line_punctuation_share"].append(place)
            if len(line) <= SHORT_LINE:
                found["short_line_share"].append(place)
            if line in seen:
                found["duplicate_line_character_share"].append(place)
            seen.add(line)
        return found

    @property
    def _marks(self) -> frozenset[str]:
        marks = DATATROVE_TERMINAL if self.variant == "datatrove" else TERMINAL
        return marks.union(self.terminal_marks) if self.terminal_marks else marks


def _lines(string: str) -> list[str]:
    return [line for line in string.split("\n") if line and not line.isspace()]
