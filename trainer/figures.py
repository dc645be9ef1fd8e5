"""Figures for people: numbers, times and sizes in words, round axis values, lines without more points than show."""

import math
from collections.abc import Sequence

POINTS = 500
"""A line is drawn through at most about so many points: more than there are pixels would only make the file large."""


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


def _plain(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-4 <= abs(value) < 1e6:
        text = f"{float(text):f}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values within [low, high], 1, 2, 2.5 or 5 times a power of ten apart."""
    if not low < high:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((s * power for s in (1, 2, 2.5, 5, 10)), key=lambda s: abs((high - low) / s - about))
    first = math.ceil(low / step - 1e-9)
    return [(first + i) * step for i in range(math.floor(high / step + 1e-9) - first + 1)]


def finite(x: Sequence[float], y: Sequence[float]) -> list[tuple[float, float]]:
    """The points that have both numbers."""
    return [(a, b) for a, b in zip(x, y, strict=True) if math.isfinite(a) and math.isfinite(b)]


def thin(x: Sequence[float], y: Sequence[float], limit: int = POINTS) -> list[tuple[float, float]]:
    """The finite points; of many, the least and the greatest of each stretch, so that no spike is lost."""
    points = finite(x, y)
    if len(points) <= limit:
        return points
    stretch = math.ceil(len(points) / (limit // 2))
    kept: list[tuple[float, float]] = []
    for first in range(0, len(points), stretch):
        part = points[first : first + stretch]
        kept += sorted({min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1])})
    return kept if kept[-1] == points[-1] else [*kept, points[-1]]


def smooth(y: Sequence[float], window: float | None = None) -> list[float]:
    """An exponential mean of about `window` values (None: a fortieth of them, 5 at least), of fewer at the start; what
    is not finite is passed over."""
    window = max(5.0, len(y) / 40) if window is None else window
    total = weight = 0.0
    means = []
    for seen, value in enumerate(y):
        keep = 1 - 1 / max(1.0, min(window, seen / 4))  # short at first, where a loss falls fast
        if math.isfinite(value):
            total, weight = total * keep + value, weight * keep + 1
        means.append(total / weight if weight else math.nan)
    return means


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
