"""Characters that no page holds (controls, cut out of it first) and that stand for something on the way to text."""

import re

CUT = "\x01"
"""Here something was cut out: what it leaves around it is repaired, and nothing else is."""
BREAK = "\x02"
"""A line break inside a block."""
OPEN, CLOSE = "\x03", "\x04"
"""Around the number of a piece that is kept as it is: code, formulas, `<nowiki>`."""
BLOCK = "\x05"
"""Before OPEN where the piece is a block of its own."""
VERSE, VERSE_END = "\x06", "\x07"
"""Around verse, each on a line of its own: the lines between them stay lines."""

_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
_LINE_END = re.compile(r"\r\n?|\u2028|\u2029|\x85")


def without_controls(text: str) -> str:
    """`text` with "\\n" line ends and no other control character but tabs."""
    return _LINE_END.sub("\n", text).translate(_CONTROLS) if _has_control(text) else text


_has_control = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]").search


def verse(text: str) -> str:
    """`text` as a block that keeps its lines."""
    return f"\n{VERSE}\n{text}\n{VERSE_END}\n"
