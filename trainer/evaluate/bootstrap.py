"""Intervals by the bootstrap over documents: how far a figure moves when other documents of the kind are scored.

A figure is a ratio of sums (bits over bytes, right answers over questions). Documents are drawn again with replacement
and the ratio taken anew, a thousand times; the middle 95 % of those ratios are the interval (Efron and Tibshirani 1993,
chapter 13). Documents are what is drawn, not tokens: those of one document hang together.

Where documents come in strata (sources), each stratum is drawn from itself and keeps its share of the total, so that
a sample that took equally of every source still stands for the whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow.trainer.hashes import hash_text

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
LEVEL = 0.95
GROUPS = 16_384
"""More documents than these are dealt round to as many groups, and groups are drawn: the cost stays bounded, and the
interval of a mean of independent documents stays as it is."""
_DRAWS = 1 << 22
"""Indices that are held at once: 32 MiB."""


@dataclass(frozen=True)
class Interval:
    """A figure with the ends of its interval; NaN where it comes from one document, or from one of each stratum."""

    value: float
    low: float
    high: float

    def ends(self, figure: Callable[[float], str] = "{:.4f}".format) -> str:
        """For people: 1.2000 to 1.2700, or - where it has none."""
        return f"{figure(self.low)} to {figure(self.high)}" if np.isfinite((self.low, self.high)).all() else "-"


@dataclass(frozen=True)
class Stratum:
    """What was scored of one source, a row a document."""

    amounts: Floats
    """What is summed, such as bits."""
    units: Floats
    """What is divided by, such as bytes; documents without any are left out."""
    weight: float
    """The stratum's share of the total's units, in any scale."""


def ratio(amounts: Floats, units: Floats, *, key: str) -> Interval:
    """Sum of amounts over sum of units, with its interval; `key` seeds the draws. Of the difference of two models'
    amounts it is their difference over the same documents: what both find hard cancels out."""
    return total({"": Stratum(amounts, units, 1.0)}, key=key)


def total(strata: Mapping[str, Stratum], *, key: str) -> Interval:
    """The strata's ratios, averaged by weight, with the interval. ValueError where nothing was scored."""
    filled = {name: stratum for name, stratum in strata.items() if stratum.weight and np.any(stratum.units > 0)}
    if not filled:
        raise ValueError("no interval: nothing was scored")
    shares = sum(stratum.weight for stratum in filled.values())
    value, drawn, most = 0.0, np.zeros(RESAMPLES), 0
    for name in sorted(filled):
        scored = filled[name].units > 0
        amounts, units = filled[name].amounts[scored], filled[name].units[scored]
        share = filled[name].weight / shares
        value += share * float(amounts.sum() / units.sum())
        drawn += share * _resampled(amounts, units, f"{key}\n{name}")
        most = max(most, len(units))
    if most == 1:
        return Interval(value, np.nan, np.nan)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return Interval(value, float(low), float(high))


def _resampled(amounts: Floats, units: Floats, key: str) -> Floats:
    """The ratio of each resample: [RESAMPLES]."""
    amounts, units = _grouped(amounts), _grouped(units)
    found = [amounts[drawn].sum(axis=1) / units[drawn].sum(axis=1) for drawn in _draws(len(units), key)]
    return np.concatenate(found)


def _grouped(values: Floats) -> Floats:
    if len(values) <= GROUPS:
        return values
    sums: Floats = np.bincount(np.arange(len(values)) % GROUPS, values, GROUPS).astype(np.float64)
    return sums


def _draws(documents: int, key: str) -> Iterator[npt.NDArray[np.int64]]:
    """RESAMPLES rows of `documents` indices each, in blocks. From raw words, whose stream NumPy keeps as it is."""
    words = np.random.Philox(key=hash_text(key, 16))
    block = max(1, min(RESAMPLES, _DRAWS // documents))
    for first in range(0, RESAMPLES, block):
        rows = min(block, RESAMPLES - first)
        raw = np.asarray(words.random_raw(rows * documents), dtype=np.uint64).reshape(rows, documents)
        # the upper half of a word, scaled to range(documents): a bias below documents / 2**32
        yield ((raw >> np.uint64(32)) * np.uint64(documents) >> np.uint64(32)).astype(np.int64)
