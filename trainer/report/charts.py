"""Line charts and bars as inline SVG and HTML: they need no script, no network and no library where they are read.

Colours are classes (c0 … c8) that the page's style defines for light and dark; c0 is the colour of what is told first.
"""

import html
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from winnow.trainer.figures import count, duration, thin, ticks

WIDTH, HEIGHT = 560, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 14, 12, 40
_BOX = f"{_LEFT} {_TOP} {WIDTH - _LEFT - _RIGHT} {HEIGHT - _TOP - _BOTTOM}"
_PLOT = '<svg x="{}" y="{}" width="{}" height="{}" viewBox="{}">'.format(*_BOX.split(), _BOX)
COLOURS = 8


@dataclass(frozen=True)
class Line:
    """A line through the finite ones of its points, x ascending; `low` and `high` are a band around it."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: int = 0
    faint: bool = False
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Level:
    """A horizontal line with a name, for example a peak."""

    name: str
    y: float


@dataclass(frozen=True)
class _Scale:
    """From values to the chart's pixels."""

    x0: float
    x1: float
    y0: float
    y1: float

    def x(self, value: float) -> float:
        return round(_LEFT + (value - self.x0) / (self.x1 - self.x0) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - _BOTTOM - (value - self.y0) / (self.y1 - self.y0) * (HEIGHT - _TOP - _BOTTOM), 1)


def chart(
    title: str,
    lines: Sequence[Line],
    *,
    x_label: str,
    y_label: str,
    levels: Sequence[Level] = (),
    top: float | None = None,
    from_zero: bool = False,
    note: str = "",
) -> str:
    """A figure: SVG, legend with last values, and the points for the page's script. Nothing drawn: a sentence.

    The first line lies on top. `top` cuts the axis (a loss's first steps would press all that follows into a flat
    line); `from_zero` begins it at 0.
    """
    drawn = [(line, thin(line.x, line.y)) for line in lines]
    drawn = [(line, points) for line, points in drawn if points]
    head = f"<figcaption>{html.escape(title)}</figcaption>"
    if not drawn:
        return f'<figure class="card">{head}<p class="quiet">Nothing recorded yet.</p></figure>'
    scale = _scale(drawn, levels, top, from_zero)
    body = [_grid(scale, x_label, y_label), _PLOT]  # an inner SVG, for it cuts off what lies outside
    body += [_band(line, scale) for line, _ in reversed(drawn) if line.low]
    body += [_path(line, points, scale) for line, points in reversed(drawn)]
    body += ["</svg>", *(_level(level, scale) for level in levels if scale.y0 <= level.y <= scale.y1)]
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(title)}">{"".join(body)}'
        f'<line class="cursor" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}" visibility="hidden"/></svg>'
    )
    small = f'<p class="quiet">{html.escape(note)}</p>' if note else ""
    return f'<figure class="card chart">{head}{svg}{_legend(drawn)}{small}{_data(drawn, scale, x_label)}</figure>'


def _scale(
    drawn: Sequence[tuple[Line, list[tuple[float, float]]]],
    levels: Sequence[Level],
    top: float | None,
    from_zero: bool,
) -> _Scale:
    xs = [x for _, points in drawn for x, _ in points]
    ys = [y for _, points in drawn for _, y in points] + [level.y for level in levels]
    ys += [value for line, _ in drawn for value in (*line.low, *line.high) if math.isfinite(value)]
    low, high = (min(0.0, *ys) if from_zero else min(ys)), max(ys)
    if top is not None and low < top < high:
        high = top
    pad = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    x0, x1 = min(xs), max(xs)
    if len(xs) > 1 and 0 < x0 <= 0.5 * x1:
        x0 = 0.0  # a run begins at nothing
    if x0 == x1:
        x0, x1 = x0 - 0.5, x1 + 0.5
    return _Scale(x0, x1, low if from_zero and low == 0 else low - pad, high + pad)


def _grid(scale: _Scale, x_label: str, y_label: str) -> str:
    left, right, bottom = _LEFT, WIDTH - _RIGHT, HEIGHT - _BOTTOM
    parts = []
    for value in ticks(scale.y0, scale.y1):
        y = scale.y(value)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{count(value)}</text>')
    for value in ticks(scale.x0, scale.x1, 6):
        parts.append(f'<text x="{scale.x(value)}" y="{bottom + 17}" text-anchor="middle">{count(value)}</text>')
    parts.append(f'<line class="axis" x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
    parts.append(f'<text class="label" x="{right}" y="{HEIGHT - 6}" text-anchor="end">{html.escape(x_label)}</text>')
    parts.append(f'<text class="label" x="{left}" y="{HEIGHT - 6}">{html.escape(y_label)}</text>')
    return "".join(parts)


def _class(line: Line) -> str:
    return f"c{line.colour if line.colour <= COLOURS else COLOURS}{' faint' if line.faint else ''}"


def _path(line: Line, points: Sequence[tuple[float, float]], scale: _Scale) -> str:
    way = "L".join(f"{scale.x(x)} {scale.y(y)}" for x, y in points)
    if len(points) > 40:
        return f'<path class="line {_class(line)}" d="M{way}"/>'
    dots = "".join(
        f'<circle class="dot {_class(line)}" cx="{scale.x(x)}" cy="{scale.y(y)}" r="2.4"/>' for x, y in points
    )
    return f'<path class="line {_class(line)}" d="M{way}"/>{dots}'


def _band(line: Line, scale: _Scale) -> str:
    points = [p for p in zip(line.x, line.low, line.high, strict=True) if all(map(math.isfinite, p))]
    if not points:
        return ""
    there = [f"{scale.x(x)} {scale.y(high)}" for x, _, high in points]
    back = [f"{scale.x(x)} {scale.y(low)}" for x, low, _ in reversed(points)]
    return f'<path class="band c{line.colour}" d="M{"L".join(there + back)}Z"/>'


def _level(level: Level, scale: _Scale) -> str:
    y = scale.y(level.y)
    return (
        f'<line class="level" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text x="{WIDTH - _RIGHT - 4}" y="{y - 5}" text-anchor="end">{html.escape(level.name)}</text>'
    )


def _legend(drawn: Sequence[tuple[Line, list[tuple[float, float]]]]) -> str:
    chips = "".join(
        f'<span class="chip {_class(line)}"><i></i>{html.escape(line.name)} <b>{count(points[-1][1], 4)}</b></span>'
        for line, points in drawn
    )
    return f'<div class="legend">{chips}</div>'


def _data(drawn: Sequence[tuple[Line, list[tuple[float, float]]]], scale: _Scale, x_label: str) -> str:
    """What the pointer shows: of each line its points, with the pixels to find them by."""
    lines = [
        {
            "name": line.name,
            "colour": _class(line),
            "points": [[scale.x(x), count(x, 4), count(y, 4)] for x, y in points],
        }
        for line, points in drawn
    ]
    text = json.dumps({"x": x_label, "lines": lines}, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c")  # so that no name can end the script
    return f'<script type="application/json">{text}</script>'


def bar(title: str, parts: Iterable[tuple[str, float]]) -> str:
    """One bar of seconds in proportion, with a legend; parts that are nothing are left out."""
    shown = [(name, amount) for name, amount in parts if math.isfinite(amount) and amount > 0]
    whole = math.fsum(amount for _, amount in shown)
    head = f"<figcaption>{html.escape(title)}</figcaption>"
    if not whole:
        return f'<figure class="card">{head}<p class="quiet">Nothing recorded yet.</p></figure>'
    pieces, chips = [], []
    for colour, (name, amount) in enumerate(shown, 1):
        share = 100 * amount / whole
        pieces.append(f'<i class="c{colour}" style="width:{share:.3f}%" title="{html.escape(name)}"></i>')
        chips.append(
            f'<span class="chip c{colour}"><i></i>{html.escape(name)} <b>{share:.1f} %</b>'
            f" <em>{duration(amount)}</em></span>"
        )
    return (
        f'<figure class="card">{head}<div class="bar">{"".join(pieces)}</div>'
        f'<div class="legend">{"".join(chips)}</div></figure>'
    )
