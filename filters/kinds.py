"""What each line of a web page's text is, as extraction says it in a document's `meta`: prose, code, a table's row."""

import re
from collections.abc import Mapping, Sequence

from winnow.filters.edits import Change

KINDS = "kinds"
"""The key in `meta`. Its value is of the text as extracted: a step behind an editor finds other lines."""
NAMES = {
    "p": "prose", "h": "heading", "l": "list", "t": "table", "d": "definition", "c": "code", "q": "quote",
    "f": "caption", "b": "button",
}  # fmt: skip
CODE, TABLE = NAMES["c"], NAMES["t"]
NOT_PROSE = frozenset({CODE, TABLE})
"""Kinds of lines that rules of prose do not read."""
_RUN = re.compile(r"([a-z])(\d+)")
_DIGITS = 12
"""Of a number of lines; no text has more."""


def of_lines(meta: Mapping[str, str]) -> list[str] | None:
    """Return the kind of each line, one of the values of `NAMES`; None where extraction does not know them."""
    if KINDS not in meta:
        return None
    return [NAMES[letter] for letter, lines in _RUN.findall(meta[KINDS]) for _ in range(int(lines))]


def of_text(meta: Mapping[str, str], string: str) -> list[str] | None:
    """Return the kind of each line of a text, pieces between newlines; None where `meta` does not say one for each.

    A row of a table may bring a `meta` that somebody else wrote, so nothing in it is believed before it is counted.
    """
    if not (runs := _RUN.findall(meta.get(KINDS, ""))):
        return None
    if any(letter not in NAMES or len(lines) > _DIGITS for letter, lines in runs):
        return None
    if sum(int(lines) for _, lines in runs) != string.count("\n") + 1:
        return None
    return of_lines(meta)


def through(kinds: Sequence[str], string: str, changes: Sequence[Change]) -> list[str]:
    """Return the kinds of the lines of what `changes` make of a text, in linear time.

    A line has the kind of the line from which its first character came: of an empty one, its end; of what an editor
    put there, the line in which the change begins.
    """
    found: list[str] = []
    line, at, begun = 0, 0, False

    def goes_on(breaks: int, ends: bool, of: Sequence[str]) -> bool:
        """A piece of the new text with so many newlines, the last at its end or not; `of`: its lines' kinds."""
        found.extend(of[1 if begun else 0 : breaks + (0 if ends else 1)])
        return not ends

    for change in (*changes, Change(len(string), len(string))):
        if at < change.start:
            breaks = string.count("\n", at, change.start)
            begun = goes_on(breaks, string[change.start - 1] == "\n", kinds[line : line + breaks + 1])
            line += breaks
        if new := change.replacement:
            breaks = new.count("\n")
            begun = goes_on(breaks, new[-1] == "\n", [kinds[line]] * (breaks + 1))
        line += string.count("\n", change.start, change.end)
        at = change.end
    return found if begun else [*found, kinds[line]]
