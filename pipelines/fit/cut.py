"""Where a limit is set: at the value that at most a set share of the documents lies beyond, rounded outward.

FineWeb-2 (Penedo et al. 2025, https://arxiv.org/abs/2506.20920) compares several ways to carry English limits over to a
language: by mean and deviation, by the quantile that the English limit is in English, by its ratio to the median, and
by the tail, which cuts a set share of the reference. Ours is the tail: it needs no English text beside the reference,
assumes no form of the distribution, and says in one number what it costs.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DIGITS = 3
"""Significant ones of a limit."""


def tail(values: Floats, side: Literal["min", "max"], share: float) -> float:
    """The limit beyond which at most `share` of the sorted, known values lie. There must be one."""
    beyond = int(Decimal(str(share)) * len(values))
    return float(values[beyond] if side == "min" else values[len(values) - 1 - beyond])


def outward(value: float, side: Literal["min", "max"]) -> float:
    """`value` with DIGITS significant digits; what passed it passes the rounded one."""
    number = Decimal(repr(value))
    if not number:
        return 0.0
    step = Decimal(1).scaleb(number.adjusted() - DIGITS + 1)
    return float(number.quantize(step, ROUND_FLOOR if side == "min" else ROUND_CEILING))


def dropped(values: Floats, side: Literal["min", "max"], limit: float) -> int:
    """How many of the sorted, known values lie beyond a limit; the limit itself is kept."""
    if side == "min":
        return int(np.searchsorted(values, limit, "left"))
    return len(values) - int(np.searchsorted(values, limit, "right"))
