"""How many pairs bands miss: estimated from the pairs that they found, and measured on pairs that the probe found."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.dedup.settings import PROBE_ROWS
from winnow.pipelines.dedup.stars import BINS

STEP = 1 / BINS
_Z = 1.96
"""Of a normal distribution 95 % lie within so many standard deviations."""


def met(similarity: float, bands: int, rows: int) -> float:
    """The probability that two documents of this similarity share a band (Leskovec et al. 2020, Mining of Massive
    Datasets, 3.4.2)."""
    return 1.0 - float((1 - similarity**rows) ** bands)


def verified(found: Duplicates) -> tuple[int, ...]:
    """Of the pairs compared, by similarity, those at or above the limit: of the step in which it lies only some."""
    return tuple(_from_above(found.compared, found.alike_pairs))


def pairs_there(found: Duplicates) -> float:
    """About how many pairs of different texts are at or above the limit; 0 where none was found.

    Each pair that was found stands for as many as there are, on average, for one that meets in a band (Horvitz and
    Thompson 1952)."""
    if found.limit is None:
        return 0.0
    return sum(
        alike / met(_middle(step, found.limit), found.bands, found.rows)
        for step, alike in enumerate(verified(found)) if alike
    )  # fmt: skip


@dataclass(frozen=True)
class Recall:
    """The share of the pairs at or above the limit that share a band, as the probe measured it."""

    share: float
    low: float
    high: float
    """Between these two it lies with a confidence of 95 %."""


def recall(probed: Probed, limit: float) -> Recall | None:
    """None where the probe met no pair at or above the limit.

    A pair meets in the probe with probability s^PROBE_ROWS, and stands for as many as there are, on average, for one
    that does. The interval is Wilson's of 1927, for as many pairs as would tell as much if all weighed the same (Kish
    1965).
    """
    alike, found = _from_above(probed.pairs, probed.alike), _from_above(probed.met, probed.alike_met)
    weights = [_middle(step, limit) ** -PROBE_ROWS for step in range(BINS)]
    whole = sum(weight * n for weight, n in zip(weights, alike, strict=True))
    if not whole:
        return None
    share = min(1.0, sum(weight * n for weight, n in zip(weights, found, strict=True)) / whole)
    pairs = whole**2 / sum(weight**2 * n for weight, n in zip(weights, alike, strict=True))
    return Recall(share, *_wilson(share, pairs))


def _wilson(share: float, number: float) -> tuple[float, float]:
    """The least and the greatest probability with which such a share of so many is no surprise."""
    middle = share + _Z**2 / (2 * number)
    half = _Z * math.sqrt(share * (1 - share) / number + (_Z / (2 * number)) ** 2)
    whole = 1 + _Z**2 / number
    least, most = (middle - half) / whole, (middle + half) / whole
    return least if share > 0 else 0.0, most if share < 1 else 1.0  # which they are but for rounding


def _from_above(counts: tuple[int, ...], left: int) -> list[int]:
    """The last `left` of what is counted by similarity."""

    def taken(left: int) -> Iterator[int]:
        for count in reversed(counts):
            yield min(count, left)
            left -= min(count, left)

    return [*taken(left)][::-1]


def _middle(step: int, limit: float) -> float:
    """Of the similarities of a step that are at or above the limit."""
    return (max(step * STEP, limit) + (step + 1) * STEP) / 2
