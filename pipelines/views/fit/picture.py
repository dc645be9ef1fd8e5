"""A measure as bars over the reference, with the lines of its limits: SVG that needs no script and no network.

Bars are as high as the logarithm of their documents, so that the tail, where the cut is made, can be seen beside the
bulk. What the fitted limit drops is drawn in another colour.
"""

import html
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from winnow.pipelines.fit.fitted import FittedRule, Histogram, Side

WIDTH, HEIGHT = 560, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 24, 30
_TICKS = 5
_SLIP = 1e-9
"""By so much of a step a division can miss a whole number."""


@dataclass(frozen=True)
class Line:
    """A limit: its kind, which is its class in the style, and where it parts the bars."""

    kind: str
    at: float


def lines_of(sides: Sequence[Side], whole: bool) -> list[Line]:
    """The limits of a rule: the published ones where the recipe has others, the recipe's, and those fitted."""
    found = []
    for side in sides:
        published = side.published if side.published and side.published != side.recipe else None
        for kind, limit in (("published", published), ("recipe", side.recipe), ("fitted", side.fitted)):
            if limit:
                found.append(Line(kind, _parts(limit.value, side.side, whole)))
    return found


def _parts(limit: float, side: str, whole: bool) -> float:
    """Where a limit lies between bars: of whole numbers beside the bar of the last that is kept."""
    if not whole:
        return limit
    return math.ceil(limit) - 0.5 if side == "min" else math.floor(limit) + 0.5


def picture(rule: FittedRule) -> str:
    """The SVG of a rule; nothing where no document has a value."""
    bars = rule.histogram
    if not bars.counts:
        return ""
    scale = _Scale(bars)
    low, high = (_of(rule.sides, side) for side in ("min", "max"))
    parts = [_grid(scale, bars)]
    for (left, right), count in zip(itertools.pairwise(bars.edges), bars.counts, strict=True):
        if count:
            middle = (left + right) / 2
            parts.append(scale.bar(left, right, count, "kept" if low <= middle <= high else "dropped"))
    parts += [_line(scale, line) for line in lines_of(rule.sides, bars.whole)]
    label = html.escape(f"{rule.step}.{rule.measure}: documents by value")
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


class _Scale:
    """From values and counts to pixels."""

    def __init__(self, bars: Histogram) -> None:
        self.first, self.last = bars.edges[0], bars.edges[-1]
        self._top = math.log1p(max(bars.counts)) or 1.0

    def x(self, value: float) -> float:
        share = (value - self.first) / (self.last - self.first)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, count: float) -> float:
        return round(HEIGHT - _BOTTOM - math.log1p(count) / self._top * (HEIGHT - _TOP - _BOTTOM), 1)

    def bar(self, left: float, right: float, count: int, kind: str) -> str:
        x, y = self.x(left), self.y(count)
        width, height = round(max(self.x(right) - x - 1, 0.5), 1), round(HEIGHT - _BOTTOM - y, 1)
        title = f"<title>{count:,} from {_text(left)} to {_text(right)}</title>"
        return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}">{title}</rect>'


def _of(sides: Sequence[Side], which: str) -> float:
    """The fitted limit of a side; infinity where there is none."""
    found = next((side.fitted.value for side in sides if side.side == which and side.fitted), math.inf)
    return -found if which == "min" and found == math.inf else found


def _grid(scale: _Scale, bars: Histogram) -> str:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    counts = [10**power for power in range(len(str(max(bars.counts))))]
    parts = [
        f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{scale.y(count)}" y2="{scale.y(count)}"/>'
        f'<text x="{_LEFT - 6}" y="{scale.y(count) + 4}" text-anchor="end">{count:,}</text>'
        for count in counts
    ]
    parts += [
        f'<text x="{scale.x(value)}" y="{bottom + 18}" text-anchor="middle">{_text(value)}</text>'
        for value in ticks(scale.first, scale.last)
    ]
    return "".join([*parts, f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>'])


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between two, at least two and about _TICKS."""
    raw = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * many for many in (1, 2, 5, 10) if power * many >= raw)
    first, last = math.ceil(low / step - _SLIP), math.floor(high / step + _SLIP)
    return [float(f"{at * step:.10g}") for at in range(first, last + 1)]


def _line(scale: _Scale, line: Line) -> str:
    """A limit; one that lies outside of the picture is in the table below it."""
    if not scale.first <= line.at <= scale.last:
        return ""
    x = scale.x(line.at)
    return f'<line class="{line.kind}" x1="{x}" x2="{x}" y1="{_TOP - 10}" y2="{HEIGHT - _BOTTOM}"/>'


def _text(value: float) -> str:
    return f"{value:,.6g}"
