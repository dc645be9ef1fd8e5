"""Figures for people: numbers, times and sizes in words."""

import math
from collections.abc import Sequence


def number(value: float, digits: int = 3) -> str:
    """A figure as people say it: 0.00123, 1.38 M, 12.4 k, 3.02 G; no zeros that say nothing."""
    if not math.isfinite(value):
        return "-"
    for size, unit in ((1e15, " P"), (1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size * (1 - 0.5 * 10.0**-digits):
            return _plain(value / size, digits) + unit
    return _plain(value, digits)


def count(value: float, digits: int = 3) -> str:
    """As `number`, of what is counted: 1.7 B tokens, where operations and bytes are 1.7 G."""
    return number(value, digits).replace(" G", " B")


def many(found: float, one: str, more: str = "") -> str:
    """1 window, 2 windows; "" where there is no number. more: of several, where it is not `one` with an s."""
    return f"{found:,.0f} {one if found == 1 else more or f'{one}s'}" if math.isfinite(found) else ""


def listed(names: Sequence[str], most: int = 5) -> str:
    """The first names of a list, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def _plain(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-4 <= abs(value) < 1e6:
        text = f"{float(text):f}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def size(bytes_: float) -> str:
    """1.2 GB, in powers of ten, as memory is sold."""
    return f"{number(bytes_, 3)}B" if abs(bytes_) >= 999.5 else f"{number(bytes_)} bytes"


def duration(seconds: float) -> str:
    """12 s, 3 min 20 s, 5 h 10 min, 4.2 days."""
    if not math.isfinite(seconds):
        return "-"
    if seconds < 59.5:
        return f"{number(seconds, 2)} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60} min" if whole % 3600 // 60 else f"{whole // 3600} h"
    days = seconds / 86400
    return f"{number(days, 2)} days" if days < 730 else f"{number(days / 365.25, 2)} years"


def share(part: float, digits: int = 1) -> str:
    """0.123 as 12.3 %."""
    return f"{100 * part:.{digits}f} %" if math.isfinite(part) else "-"
