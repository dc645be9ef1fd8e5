"""White space of a block: as a browser shows it, or, in code, as it stands."""

import re

BREAK = "\v"
"""Stands for a `br` until its block ends; extraction has taken control characters out of the source."""


_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Soft hyphens, marks of direction and the like. The joiners stay: they part words in Persian and join emoji."""


def visible(text: str) -> str:
    """A text without characters that only steer how it is shown."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def plain(text: str) -> str:
    """Runs of white space as one space, breaks as line ends, nothing around a line, no empty line."""
    if BREAK in text:
        return "\n".join(filter(None, [" ".join(line.split()) for line in text.split(BREAK)]))
    return " ".join(text.split())


def lines_of_code(text: str) -> str:
    """Lines with their indentation, without empty ones around them and white space at their ends."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    filled = [number for number, line in enumerate(lines) if line]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""
