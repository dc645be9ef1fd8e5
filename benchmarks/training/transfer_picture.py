"""The picture of transfer.py: loss over the rate itself, and over the dial, where the curves' ends should meet."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from winnow.pipelines.views.pictures import svg

TOP, BOTTOM, WIDE = 74.0, 330.0, 310.0
LEFT = (70.0, 430.0)
"""Of the two panels."""
COLOURS = ("#5b7fd6", "#3f9d6b", "#d2502f", "#9a6fc0")
DASHES = ("", "6 4", "2 3", "9 3 2 3")


@dataclass(frozen=True)
class Line:
    """A sweep. Rates and dials are of the same runs."""

    points: Mapping[float, float]
    """Rate to bits a byte."""
    rule: float
    """The rate at which the dial is 1."""
    best: tuple[float, float]
    """Rate and bits of the optimum."""


def picture(lines: Mapping[str, Line]) -> str:
    """The file."""
    bits = [value for line in lines.values() for value in (*line.points.values(), line.best[1])]
    low, high = math.floor(20 * min(bits)) / 20, math.ceil(20 * max(bits)) / 20
    scale = (BOTTOM - TOP) / (high - low)
    parts = [part for panel in (False, True) for part in _panel(lines, panel, low, high, scale)]
    for number, name in enumerate(lines):
        x = svg.MARGIN + 50 + 120 * number
        parts += [_path([(x, 391), (x + 32, 391)], number), svg.text(x + 40, 395, name, "soft")]
    parts.append(svg.text(svg.MARGIN + 50 + 120 * len(lines), 395, "ring: the sweep's best", "soft"))
    about = "Held-out bits a byte over the learning rate and over the dial, for models of several sizes: " + "; ".join(
        f"{name} is best at a rate of {line.best[0]:.4f}, a dial of {line.best[0] / line.rule:.2f}"
        for name, line in lines.items()
    )
    return svg.picture("Held-out bits a byte after the same tokens", about, 412, parts)


def _panel(lines: Mapping[str, Line], dial: bool, low: float, high: float, scale: float) -> Iterator[str]:
    """One of the two."""
    left = LEFT[dial]
    units = {name: line.rule if dial else 1.0 for name, line in lines.items()}
    values = [rate / units[name] for name, line in lines.items() for rate in line.points]
    first, last = math.log2(min(values)) - 0.2, math.log2(max(values)) + 0.2

    def at(value: float, bits: float) -> tuple[float, float]:
        return left + WIDE * (math.log2(value) - first) / (last - first), BOTTOM - (bits - low) * scale

    yield svg.text(left, 60, "by the dial: rate / the rule's rate" if dial else "by the learning rate", "soft")
    for step in range(round((high - low) / 0.05) + 1):
        bits = low + 0.05 * step
        y = at(2.0**first, bits)[1]
        yield svg.line(left, y, left + WIDE, y)
        if not dial and (step % 2 == 0 or high - low < 0.4):
            yield svg.text(left - 8, y + 4, f"{bits:.2f}", "soft", "end")
    for tick in _ticks(2.0**first, 2.0**last, 1.0 if dial else 0.003):
        x = at(tick, low)[0]
        yield svg.line(x, BOTTOM, x, BOTTOM + 5)
        yield svg.text(x, BOTTOM + 20, f"{tick:g}", "soft", "middle")
    for number, (name, line) in enumerate(lines.items()):
        yield _path([at(rate / units[name], bits) for rate, bits in sorted(line.points.items())], number)
        x, y = at(line.best[0] / units[name], line.best[1])
        ring = f'cx="{svg.px(x)}" cy="{svg.px(y)}" r="6" fill="none" stroke-width="2"'
        yield f'<circle {ring} stroke="{COLOURS[number]}"/>'


def _ticks(first: float, last: float, of: float) -> Iterator[float]:
    """Those of `of` times powers of two that lie between."""
    for power in range(math.ceil(math.log2(first / of)), math.floor(math.log2(last / of)) + 1):
        yield of * 2.0**power


def _path(points: list[tuple[float, float]], number: int) -> str:
    through = " ".join(f"{svg.px(x)},{svg.px(y)}" for x, y in points)
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    return f'<polyline points="{through}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"{dash}/>'
