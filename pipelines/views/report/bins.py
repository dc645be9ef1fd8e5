"""The bins of a histogram: unions of the cells that documents are sampled by, so that each bar has documents to show.

A cell is a sixteenth of an octave, and zero is a cell of its own. Edges are multiples of a power of two on a linear
scale, and 16, 8, 4, 2, 1 to the octave, or a power of two of octaves, on a logarithmic one.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from winnow.pipelines.corpus.sketch import OCTAVES, Floats, Ints

MOST = 40
FINE = 32
"""Steps from zero to the greatest value on a linear scale: then each edge is one of cells."""
LINEAR, LOG, SYMLOG = "linear", "log", "symlog"
_TAIL = 0.01
"""Of the values, on each side: they stand in the outermost bins."""
_BESIDE = 0.25
"""Of a limit: so much is shown on both sides of it, where there are values."""
_SPREAD = 16
"""Where the greatest value is so many times the median, a linear scale would show next to nothing."""


@dataclass(frozen=True)
class Bins:
    """Intervals that follow one another; the outermost take what lies beyond them too."""

    scale: str
    edges: tuple[tuple[float, float], ...]
    """(low, high), ascending: a positive bin holds its low end, a negative one its high end; (0, 0) is zero alone."""

    def of(self, values: Floats) -> Ints:
        """int64 [values]: the number of each value's bin."""
        bounds = np.array([high for _, high in self.edges[:-1]])
        right = np.searchsorted(bounds, values, "right")  # what lies at an edge belongs above it
        left = np.searchsorted(bounds, values, "left")
        found: Ints = np.where(values < 0, left, right)
        zero = next((at for at, edge in enumerate(self.edges) if edge == (0.0, 0.0)), None)
        return found if zero is None else np.where(values == 0, zero, found)


def bins_for(values: Floats, counts: Ints, limits: Iterable[float] = ()) -> Bins:
    """Bins for so many documents at each of these ascending values, in which the limits can be seen."""
    if not len(values):
        return Bins(LINEAR, ((0.0, 1.0),))
    low, middle, high = _quantiles(values, counts)
    wanted = [limit for limit in limits if limit == 0 or 2.0**-OCTAVES <= abs(limit) <= 2.0**OCTAVES]
    shown = [limit * factor for limit in wanted for factor in (1 - _BESIDE, 1 + _BESIDE)]
    shown = [*wanted, *np.clip(shown, values[0], values[-1]).tolist()]
    low, high = min([low, *shown]), max([high, *shown])
    if _few_whole(values):
        return Bins(LINEAR, tuple(_steps(float(values[0]), float(values[-1]) + 1, 1.0)))
    width = _width(max(abs(low), abs(high)))
    apart = [abs(limit) for limit in wanted if limit]
    shares = bool(values[0] >= 0 and values[-1] <= 1)
    even = shares or values[0] < 0 or (middle >= width and high <= _SPREAD * middle)
    if even and all(limit >= 2 * width for limit in apart):
        return Bins(LINEAR, tuple(_steps(low, high, width)))
    return _logarithmic(values, low, high, apart)


def _quantiles(values: Floats, counts: Ints) -> tuple[float, float, float]:
    ends = np.cumsum(counts)
    at = np.searchsorted(ends, [q * ends[-1] for q in (_TAIL, 0.5, 1 - _TAIL)])
    return tuple(float(values[place]) for place in at)  # type: ignore[return-value]


def _few_whole(values: Floats) -> bool:
    """Counts and flags: a bar for each number."""
    return bool(values[0] >= 0 and values[-1] < FINE and (values == np.floor(values)).all())


def _width(most: float) -> float:
    """The least power of two that takes no more than FINE steps."""
    return 2.0 ** math.ceil(math.log2(most / FINE)) if most > 0 else 1.0


def _steps(low: float, high: float, width: float) -> Iterator[tuple[float, float]]:
    first, last = math.floor(low / width), math.ceil(high / width)
    if last - first > MOST:
        width, first, last = 2 * width, math.floor(first / 2), math.ceil(last / 2)
    for step in range(first, max(last, first + 1)):
        yield step * width, (step + 1) * width


def _logarithmic(values: Floats, low: float, high: float, limits: Sequence[float]) -> Bins:
    """Of values on both sides of zero a scale that is mirrored there."""
    size = np.abs(values[values != 0])
    least = min([float(size.min()), *limits])
    one_sided = low > 0 and float(values[0]) > 0
    least = min([low, *limits]) if one_sided else least
    most = max(abs(low), abs(high), least)
    sides = 2 if values[0] < 0 else 1
    parts = list(_octaves(least, most, (MOST - 2) // sides))
    if one_sided:
        return Bins(LOG, tuple(parts))
    near = [(0.0, parts[0][0]), *parts]
    below = [(-far, -close) for close, far in reversed(near)] if sides == 2 else []
    return Bins(SYMLOG, (*below, (0.0, 0.0), *near))


def _octaves(low: float, high: float, most: int) -> Iterator[tuple[float, float]]:
    """From the edge below low to the one above high, as fine as no more than `most` of them allow."""
    first, last = math.frexp(low)[1] - 1, math.frexp(high)[1] - 1  # high may stand on an edge
    for parts in (16, 8, 4, 2, 1):
        cut = [2.0**octave * (1 + part / parts) for octave in range(first, last + 2) for part in range(parts)]
        edges = [edge for at, edge in enumerate(cut) if cut[min(at + 1, len(cut) - 1)] > low]
        edges = edges[: next((at for at, edge in enumerate(edges) if edge > high), len(edges) - 1) + 1]
        if len(edges) <= most + 1:
            yield from pairwise(edges)
            return
    octaves = 2
    while (last - first) / octaves + 2 > most:
        octaves *= 2
    edges = [2.0**octave for octave in range(first - first % octaves, last + octaves + 1, octaves)]
    yield from pairwise(edges)
