"""Cuts what a document has in other languages: whole lines, and only those of a sure language.

A line goes if all that is in it and around it, as far as it takes to tell a language, is in another one than wanted:
a paragraph or several short lines. A sentence inside a paragraph stays, and so do headings, quotations, code and rows
of tables, where the extraction says what is what.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winnow.filters import segments
from winnow.filters.document import Document
from winnow.filters.edits import Change, Span
from winnow.filters.kinds import NAMES, NOT_PROSE
from winnow.filters.setting_checks import within
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.annotators.language import codes
from winnow.pipelines.annotators.language_segments import OfSegments

STAYS = NOT_PROSE | {NAMES["h"], NAMES["q"]}
"""Kinds of lines that are in another language on purpose."""


@dataclass(frozen=True)
class LanguageLines(OfSegments):
    """Leaves the lines that are in a wanted language, and those of which it is not sure."""

    keep: tuple[str, ...] = ()
    """Codes of the languages that stay; none named means each document's own."""
    min_score: float = 0.9
    """Probability of another language from which on a segment is in it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        codes(self, "keep")
        within(self, "min_score", 0.0, 1.0)

    def edit(self, document: Document, text: Text) -> Edit:
        """Count the lines that are cut, and their characters."""
        string, wanted = text.string, self.keep or tuple(filter(None, [document.language]))
        counts = {"lines": 0, "characters": 0}
        if not wanted or not self.mixed(string, text.kinds, wanted):
            return Edit(counts=counts)
        judged = [
            (place, language not in wanted and chance >= self.min_score)
            for place, language, chance in self.segments(string, text.kinds)
        ]
        lines = list(_lines(text, judged))
        gone = [place for place, goes in lines if goes]
        counts = {"lines": len(gone), "characters": sum(end - start for start, end in gone)}
        return Edit(_cuts(string, lines), counts)


def _lines(text: Text, judged: Sequence[tuple[Span, bool]]) -> Iterator[tuple[Span, bool]]:
    """Each line, and whether it goes: segments cover it, and each that reaches into it is in another language."""
    at = 0
    for (start, end), kind in segments.lines(text.string, text.kinds):
        while at < len(judged) and judged[at][0][1] <= start:
            at += 1
        last = at
        while last < len(judged) and judged[last][0][0] < end:
            last += 1
        inside = judged[at:last]
        covered = bool(inside) and inside[0][0][0] <= start and end <= inside[-1][0][1]
        yield (start, end), kind not in STAYS and covered and all(other for _, other in inside)


def _cuts(string: str, lines: Sequence[tuple[Span, bool]]) -> list[Change]:
    """A cut for each run of lines that go, up to the next line; of the last ones from the end of the line before."""
    ends = [0, *(end for (_, end), _ in lines)]
    begins = [string.rfind("\n", ends[n], start) + 1 or ends[n] for n, ((start, _), _) in enumerate(lines)]
    found = list[Change]()
    for (_, goes), start, end in zip(lines, begins, [*begins[1:], len(string)], strict=True):
        if goes and found and found[-1].end == start:
            found[-1] = Change(found[-1].start, end)
        elif goes:
            found.append(Change(start, end))
    if lines and lines[-1][1]:
        stay = [end for (_, end), goes in lines if not goes]
        found[-1] = Change(stay[-1] if stay else 0, len(string))
    return found
