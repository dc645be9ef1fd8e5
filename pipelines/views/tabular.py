"""Numbers as people write them, and aligned columns."""

import math
import unicodedata
from collections.abc import Iterable, Sequence

NOTHING = "\N{EN DASH}"
"""Stands where there is no number to show."""
_DIGITS = 4
_UNITS = ("KiB", "MiB", "GiB", "TiB")


def shorten(text: str, most: int) -> str:
    """`text` cut to `most` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def width(text: str) -> int:
    """Columns on a terminal: two for wide characters of East Asia, none for marks that sit on another."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def pad(text: str, columns: int, right: bool = False) -> str:
    """`text` filled up to `columns`; `right` puts it at the end."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """`text` as lines of at most so many columns, indent and all; a word is broken only where it is longer than one."""
    room, lines, line = columns - width(indent), list[str](), ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) <= room:
            line += f" {word}"
            continue
        lines.append(line.rstrip())
        *pieces, line = _pieces(word, room)
        lines += pieces
    return [f"{indent}{line}" for line in [*lines, line] if line]


def _pieces(word: str, columns: int) -> list[str]:
    """A word cut into pieces of at most so many columns."""
    pieces, taken = [""], 0
    for character in word:
        taken += _columns(character)
        if taken > columns and pieces[-1]:
            pieces.append("")
            taken = _columns(character)
        pieces[-1] += character
    return pieces


def align(rows: Sequence[Sequence[str]], sides: str, indent: str = "") -> list[str]:
    """Rows as lines of aligned columns, two spaces between. `sides` has an `l` or `r` a column."""
    widths = [max((width(row[i]) for row in rows), default=0) for i in range(len(sides))]
    return [
        (indent + "  ".join(pad(c, w, s == "r") for c, w, s in zip(row, widths, sides, strict=True))).rstrip()
        for row in rows
    ]


def count(number: int) -> str:
    """1,234,567"""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`; `many` where an s does not do."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """`12.3 %`. More than nothing is never 0.0 %, less than all never 100.0 %, and of nothing it is a dash."""
    if not whole:
        return NOTHING
    return percent(part / whole)


def percent(value: float) -> str:
    """`12.3 %` of 0.123, as `share` writes it."""
    text = f"{100 * value:.1f}"
    if value > 0 and text == "0.0":
        return "< 0.1 %"
    return "> 99.9 %" if value < 1 and text == "100.0" else f"{text} %"


def size(number: int) -> str:
    """`12.3 MiB`"""
    if number < 1024:
        return f"{number:,} B"
    power = min((number.bit_length() - 1) // 10, len(_UNITS))
    return f"{number / 1024**power:,.1f} {_UNITS[power - 1]}"


def measure(value: float | None, digits: int = _DIGITS) -> str:
    """A measured number to `digits` significant digits, a whole one to all; unknown is a dash."""
    if value is None or not math.isfinite(value) or value == int(value):
        return exact(value)
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(value: float | None) -> str:
    """A number with all its digits, as limits are shown."""
    if value is None:
        return NOTHING
    return f"{int(value):,}" if math.isfinite(value) and value == int(value) else f"{value:,}"


def measure_beside(value: float | None, limits: Iterable[float | None]) -> str:
    """`measure`, with as many digits as it takes to stand on the side of each limit on which the value does."""
    if value is None:
        return NOTHING
    known = [limit for limit in limits if limit is not None]
    for digits in range(_DIGITS, 17):
        text = measure(value, digits)
        shown = float(text.replace(",", ""))
        if all((shown < limit, shown > limit) == (value < limit, value > limit) for limit in known):
            return text
    return exact(value)


def limit(least: float | None, most: float | None) -> str:
    """`at least 50`, `at most 0.9`, `50 to 100,000`; no limit is a dash."""
    if least is not None and most is not None:
        return f"{exact(least)} to {exact(most)}"
    if least is not None:
        return f"at least {exact(least)}"
    return f"at most {exact(most)}" if most is not None else NOTHING


def verdict(value: float | None, broken: float | None) -> str:
    """What was measured and which limit it broke: `12, at least 50`; empty where nothing was measured."""
    if value is None:
        return ""
    if broken is None or value == broken:
        return measure(value)
    return f"{measure_beside(value, (broken,))}, {'at least' if value < broken else 'at most'} {exact(broken)}"
