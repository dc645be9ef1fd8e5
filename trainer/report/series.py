"""Curves of many points, made fit to be drawn: smoothed without lag, and thinned without losing a spike."""

import itertools

import numpy as np
import numpy.typing as npt

from winnow.trainer.report.history import Numbers

POINTS = 600
"""A curve is drawn through at most about so many points: more than there are pixels would only make the page large."""
PART, LEAST = 40, 6
"""Smoothing looks a fortieth of a curve to either side, so many values at least."""
ABSURD = 1e6
"""So many times a curve's median is left out of smoothing."""


def smooth(y: Numbers) -> Numbers:
    """At each value that of a straight line fitted to the values around it (a local linear regression, Cleveland 1979):
    unlike a running mean it does not lag behind a curve that falls, at the end of it neither.

    The first values, where a loss falls fast, have shorter windows. What is not finite is passed over; a place without
    a value has none.
    """
    many = len(y)
    place = np.arange(many, dtype=np.float64)
    here = np.arange(many)
    half = np.minimum(max(LEAST, many // PART), here // 4)
    first, end = np.maximum(0, here - half), np.minimum(many, here + half + 1)
    known = np.isfinite(y)
    if known.any():  # one value of 10^20 would take the digits of all that are summed with it
        known &= np.abs(np.where(known, y, 0.0)) <= ABSURD * max(1.0, float(np.median(np.abs(y[known]))))
    filled = np.where(known, y, 0.0)

    def over(part: Numbers) -> Numbers:
        sums = np.concatenate([[0.0], np.cumsum(part)])
        found: Numbers = sums[end] - sums[first]
        return found

    weight = over(known.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = over(np.where(known, place, 0.0)) / weight, over(filled) / weight
        spread = over(np.where(known, place**2, 0.0)) / weight - mean_x**2
        both = over(place * filled) / weight - mean_x * mean_y
        slope = np.where(spread > 1e-6, both / spread, 0.0)
    return np.where(known, mean_y + slope * (place - mean_x), np.nan)


def kept(columns: list[Numbers], limit: int = POINTS) -> npt.NDArray[np.int64]:
    """Of many places those to draw: first, last, and of each stretch the least and the greatest of each column."""
    many = len(columns[0]) if columns else 0
    if many <= limit:
        return np.arange(many)
    stretches = limit // 2
    edges = np.linspace(0, many, stretches + 1).astype(np.int64)
    chosen = {0, many - 1}
    for column in columns:
        for beginning, end in itertools.pairwise(edges):
            part = column[beginning:end]
            if np.isfinite(part).any():
                chosen |= {int(beginning + np.nanargmin(part)), int(beginning + np.nanargmax(part))}
    return np.array(sorted(chosen))


def at(x: Numbers, y: Numbers, place: float) -> float:
    """The curve's value at a place, between its finite points; NaN beyond them."""
    known = np.isfinite(x) & np.isfinite(y)
    return float(np.interp(place, x[known], y[known], np.nan, np.nan)) if known.any() else float("nan")
