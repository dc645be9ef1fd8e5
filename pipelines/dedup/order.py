"""Survivor order: which of two copies comes first, and so may stay."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Numbers

NO_DATE = np.iinfo(np.int64).max
"""Comes after every date."""
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d{2})?")


def survivor_order(
    numbers: Numbers, priorities: NDArray[np.int64], characters: Counts, dates: NDArray[np.int64]
) -> Counts:
    """Places in survivor order: of the source with the highest priority first, then the longest text, then the earliest
    date, then the lowest number.

    All arrays have one length. characters: the texts' lengths in code points. dates: as `moments` gives them.
    """
    return np.lexsort((numbers, dates, -characters, -priorities))


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
