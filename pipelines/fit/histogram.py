"""How a measure is spread over the reference, in bars that show its limits too."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from winnow.pipelines.fit.fitted import Histogram, Side

Floats = npt.NDArray[np.float64]
BARS = 40
_TAIL = 0.002
"""Share of the values on each side that need no bars of their own."""
_NEAR = 1.0
"""A limit that lies no farther from the values than so many times their width is in the picture."""


def histogram(values: Floats, sides: Sequence[Side]) -> Histogram:
    """Bars over sorted, known values, and over the limits that are near them."""
    if not len(values):
        return Histogram((), (), False)
    limits = [each.value for side in sides for each in (side.fitted, side.recipe, side.published) if each]
    low, high = _range(values, limits)
    whole = bool((values == np.round(values)).all()) and high - low < BARS
    if whole:
        edges = np.arange(np.floor(low), np.ceil(high) + 2) - 0.5
    else:
        edges = np.union1d(np.linspace(low, high, BARS + 1), [at for at in _cuts(sides) if low < at < high])
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()), whole)


def _range(values: Floats, limits: Iterable[float]) -> tuple[float, float]:
    last = len(values) - 1
    low, high = float(values[int(_TAIL * last)]), float(values[last - int(_TAIL * last)])
    wide = (high - low) or abs(high) or 1.0
    near = [limit for limit in limits if low - _NEAR * wide <= limit <= high + _NEAR * wide]
    low, high = min([low, *near]), max([high, *near])
    return (low, high) if low < high else (low, low + wide)


def _cuts(sides: Sequence[Side]) -> list[float]:
    """Where a fitted limit parts the bars: a bar begins with its left edge, and the limit itself is kept."""
    return [
        side.fitted.value if side.side == "min" else float(np.nextafter(side.fitted.value, np.inf))
        for side in sides
        if side.fitted
    ]
