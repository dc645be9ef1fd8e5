"""Survivor order: which of two copies comes first, and so may stay. What is not known comes last."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Numbers

NO_DATE = np.iinfo(np.int64).max
"""Comes after every date."""
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d{2})?")


def survivor_order(numbers: Numbers, keys: Sequence[NDArray[Any]]) -> Counts:
    """The places of n documents in survivor order: by the first of `keys` that tells two apart, arrays [n] of which the
    least comes first, then by number."""
    return np.lexsort((numbers, *reversed(keys)))


def ascending(key: str, known: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """One key of the order, so that the least comes first. `known` has for each document of `priority`, of
    `characters`, of `moments` and of each measure by its name an array [n]; NaN is unknown."""
    if key == "priority":
        return -known["priority"]
    if key in ("longest", "shortest"):
        return known["characters"] if key == "shortest" else -known["characters"]
    dates = known["moments"] if key in ("oldest", "newest") else None
    if dates is not None:
        return dates if key == "oldest" else np.where(dates == NO_DATE, NO_DATE, -dates)
    values = known[key.removeprefix("-")]
    return values if key.startswith("-") else -values  # NaN is sorted behind all others


def moments(dates: Sequence[str | None]) -> NDArray[np.int64]:
    """ISO 8601 dates as seconds that compare: a bare year or month is its first instant, no offset means UTC.

    What is missing or cannot be read is NO_DATE, after all others.
    """
    return np.fromiter((_moment(date) for date in dates), np.int64, len(dates))


def _moment(date: str | None) -> int:
    if not date:
        return int(NO_DATE)
    if _YEAR_OR_MONTH.fullmatch(date):
        date += "-01-01"[len(date) - 4 :]
    try:
        read = datetime.fromisoformat(date)
    except ValueError:
        return int(NO_DATE)
    offset = read.utcoffset()
    since = read.replace(tzinfo=UTC) - _EPOCH
    return int((since - offset if offset else since).total_seconds())
