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


@dataclass(frozen=True)
class Line:
    """A limit: its kind, which is its class in the style, and where it is."""

    kind: str
    value: float


def lines_of(sides: Sequence[Side]) -> list[Line]:
    """The limits of a rule: those fitted, the recipe's, and the published ones where they are others."""
    found = []
    for side in sides:
        if side.published and (not side.recipe or side.published.value != side.recipe.value):
            found.append(Line("published", side.published.value))
        if side.recipe:
            found.append(Line("recipe", side.recipe.value))
        if side.fitted:
            found.append(Line("fitted", side.fitted.value))
    return found


def picture(rule: FittedRule) -> str:
    """The SVG of a rule; nothing where no document has a value."""
    bars = rule.histogram
    if not bars.counts:
        return ""
    scale = _Scale(bars)
    low, high = (_of(rule.sides, side) for side in ("min", "max"))
    parts = [_grid(scale, bars)]
    for (left, right), count in zip(itertools.pairwise(bars.edges), bars.counts, strict=True):
        parts.append(scale.bar(left, right, count, low, high))
    parts += [_line(scale, line) for line in lines_of(rule.sides)]
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

    def bar(self, left: float, right: float, count: int, low: float | None, high: float | None) -> str:
        """A bar, cut in two where a fitted limit lies in it."""
        if not count:
            return ""
        cuts = sorted({left, right, *(limit for limit in (low, high) if limit is not None and left < limit < right)})
        return "".join(self._piece(a, b, count, low, high) for a, b in itertools.pairwise(cuts))

    def _piece(self, left: float, right: float, count: int, low: float | None, high: float | None) -> str:
        middle, y = (left + right) / 2, self.y(count)
        beyond = (low is not None and middle < low) or (high is not None and middle > high)
        x, width = self.x(left), round(self.x(right) - self.x(left), 1)
        title = f"<title>{count:,} from {_text(left)} to {_text(right)}</title>"
        kind = "dropped" if beyond else "kept"
        height = round(HEIGHT - _BOTTOM - y, 1)
        return f'<rect class="{kind}" x="{x}" y="{y}" width="{max(width - 1, 0.5)}" height="{height}">{title}</rect>'


def _of(sides: Sequence[Side], which: str) -> float | None:
    return next((side.fitted.value for side in sides if side.side == which and side.fitted), None)


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
    first = math.ceil(low / step)
    return [round(at * step, 12) for at in range(first, math.floor(high / step) + 1)]


def _line(scale: _Scale, line: Line) -> str:
    """A limit; one that lies outside of the picture is told below it."""
    if not scale.first <= line.value <= scale.last:
        return ""
    x = scale.x(line.value)
    return f'<line class="{line.kind}" x1="{x}" x2="{x}" y1="{_TOP - 10}" y2="{HEIGHT - _BOTTOM}"/>'


def _text(value: float) -> str:
    return f"{value:,.6g}"
