"""What a page is made of: prose, code, tables, lists, headings, sentences. No limits were published.

Rules that read prose (`reads = "prose"`) say nothing of a page that has hardly any; these measures do. Kinds of lines
are those of the extraction (`filters/kinds.py`), of the text as it is when the step is asked.

FineWeb's share of lines that end in a terminal mark counts a heading or an item as much as a paragraph, so that a page
with a long list under good prose has a low one. `sentence_share` counts characters, of the lines that are neither code
nor rows of tables: those of lines in which a sentence ends, at the line's end or before it, and of lines that end in a
colon, which lead to a list. Marks are Unicode's; of quotes and brackets any number may stand behind one. Text that was
wrapped by hand, as in letters and lists of mail, is counted as if it were not: a line of at least WRAPPED characters
without a sentence's end that is followed by one with a small letter first goes on in it.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.kinds import NAMES
from winnow.filters.rules import Rule
from winnow.filters.steps import Lazy
from winnow.filters.text import Text, pieces
from winnow.filters.words.marks import CLOSING, COLONS, TERMINAL

OURS = "none: a choice of ours"
SHARES = {
    "prose_share": frozenset({"prose", "quote"}),
    "code_share": frozenset({"code"}),
    "table_share": frozenset({"table"}),
    "list_share": frozenset({"list", "definition"}),
    "heading_share": frozenset({"heading"}),
}
"""Measure -> the kinds of lines that it counts; captions and buttons are none."""
SENTENCES = "sentence_share"
WRAPPED = 40
"""Characters: mail is wrapped at 60 to 80, and items of a list are shorter."""

_ENDS = TERMINAL | COLONS


@dataclass(frozen=True)
class MakeUp:
    """Shares of a page's characters by the kind of their lines."""

    RULES: ClassVar[tuple[Rule, ...]] = tuple(Rule(name, paper=OURS) for name in (*SHARES, SENTENCES))
    ABOUT: ClassVar[Mapping[str, str]] = {
        "prose_share": "share of characters in lines of prose or quotation",
        "code_share": "share of characters in lines of code",
        "table_share": "share of characters in rows of tables",
        "list_share": "share of characters in items of lists and definitions",
        "heading_share": "share of characters in headings",
        "sentence_share": "share of characters, without code and tables, in lines that hold the end of a sentence",
    }

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """Shares from 0 to 1 of all characters but newlines; None where no character is, and of kinds where none are
        known."""
        return self._kinds(text) | {SENTENCES: _sentences(text.prose.string.split("\n"))}

    def _kinds(self, text: Text) -> dict[str, float | None]:
        whole = len(text.string) - len(text.kinds) + 1 if text.kinds else 0
        if not whole:
            return dict.fromkeys(SHARES)
        characters = dict.fromkeys(NAMES.values(), 0)
        for line, kind in text.kinded:
            characters[kind] += len(line)
        return {name: sum(map(characters.__getitem__, kinds)) / whole for name, kinds in SHARES.items()}

    def spans(self, document: Document, text: Text) -> Mapping[str, list[Span]]:
        """The lines that are counted."""
        shares = {name: partial(_lines_of, text, kinds) for name, kinds in SHARES.items()} if text.kinds else {}
        return Lazy(shares | {SENTENCES: partial(_counted_lines, text)})


def _lines_of(text: Text, kinds: Set[str]) -> list[Span]:
    """The lines of some kinds."""
    found = zip(pieces(text.string), text.kinds or (), strict=False)
    return [(start, end) for (start, end), kind in found if kind in kinds and start < end]


def _counted_lines(text: Text) -> list[Span]:
    """The lines of paragraphs that hold a sentence."""
    prose, places = text.prose.string, list(pieces(text.prose.string))
    lines = [prose[start:end] for start, end in places]
    counted = (run for run in _paragraphs(lines) if any(_holds_a_sentence(lines[at]) for at in run))
    return text.in_whole(places[at] for run in counted for at in run)


def _paragraphs(lines: Sequence[str]) -> Iterator[range]:
    """The lines of each paragraph, by number: one, or several where it was wrapped."""
    start = 0
    for at, line in enumerate(lines, 1):
        wrapped = len(line) >= WRAPPED and at < len(lines) and lines[at][:1].islower()
        if not wrapped or line.rstrip().rstrip(CLOSING)[-1:] in _ENDS:
            yield range(start, at)
            start = at


def _holds_a_sentence(line: str) -> bool:
    """Whether it ends with one, or with a colon, or goes on behind the end of one."""
    if line.rstrip().rstrip(CLOSING)[-1:] in _ENDS:
        return True
    return any(word.rstrip(CLOSING)[-1:] in TERMINAL for word in line.split())


def _sentences(lines: list[str]) -> float | None:
    whole = sum(map(len, lines))
    counted = (run for run in _paragraphs(lines) if any(_holds_a_sentence(lines[at]) for at in run))
    return sum(len(lines[at]) for run in counted for at in run) / whole if whole else None
