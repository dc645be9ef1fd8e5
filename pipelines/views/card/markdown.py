"""Markdown in which text from pages stays text: it cannot leave its table, its line or its block.

Whatever was not written by us stands in a code span or a code block. Nothing is interpreted there: no HTML, no link,
no address or @name that a site would turn into one.
"""

import re
import textwrap
from collections.abc import Sequence

from winnow.pipelines.text import clean
from winnow.pipelines.views.tabular import NOTHING, pad, shorten, width

_TICKS = re.compile(r"`+")
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_BEGINS = re.compile(r"^([-+=]|\d+(?=[.)]))")
"""What begins a list or a rule; of a number the mark after it is escaped."""
_WRAP = 100


def code(text: str, most: int = 80, cell: bool = False) -> str:
    """A code span; `cell` for one that stands in a table, where a bar would end the cell even there."""
    inner = shorten(clean(text), most)
    if cell and "|" in inner:
        inner = inner.replace("\\", "/").replace("|", "\\|")  # a backslash before the bar would undo its escape
    if not inner:
        return NOTHING
    fence = "`" * _fence(inner, 1)
    space = " " if inner[0] in "` " or inner[-1] in "` " else ""
    return f"{fence}{space}{inner}{space}{fence}"


def block(text: str) -> str:
    """A code block of wrapped lines."""
    inner = clean(text)
    fence = "`" * _fence(inner, 3)
    lines = textwrap.wrap(inner, _WRAP, break_on_hyphens=False) or ["(no text)"]
    return "\n".join([f"{fence}text", *lines, fence])


def prose(text: str) -> str:
    """A sentence of the recipe's author: every mark that Markdown knows is escaped."""
    return _MARKS.sub(r"\\\1", clean(text))


def paragraph(text: str) -> str:
    """`prose` that begins a line, where it cannot begin a list or a rule either."""
    return _BEGINS.sub(lambda begin: f"{begin[0]}\\" if begin[0].isdigit() else f"\\{begin[0]}", prose(text))


def image(about: str, path: str) -> str:
    """A picture that lies beside the card; `about` is for those who do not see it."""
    return f"![{prose(about)}]({path})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    """An aligned table; `sides` has an `l` or `r` a column. Cells are Markdown already."""
    widths = [max(3, *(width(row[i]) for row in [head, *rows])) for i in range(len(sides))]
    rule = ["-" * (w - 1) + ":" if side == "r" else "-" * w for w, side in zip(widths, sides, strict=True)]
    return "\n".join(
        "| " + " | ".join(pad(c, w, s == "r") for c, w, s in zip(row, widths, sides, strict=True)) + " |"
        for row in [head, rule, *rows]
    )


def bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _fence(text: str, least: int) -> int:
    """One tick more than the longest run in `text`."""
    return max([least, *(len(run) + 1 for run in _TICKS.findall(text))])
