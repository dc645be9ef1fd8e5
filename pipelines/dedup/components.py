"""From pairs to clusters: connected components, and which document of each survives."""

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


def components(numbers: Numbers, first: Numbers, second: Numbers) -> Numbers:
    """For each of the sorted, distinct `numbers` the smallest that the pairs (first[i], second[i]) connect it to.

    A function of the set of pairs: neither their order nor repeats nor the direction of one count. A pair with a number
    that is not among `numbers` is a ValueError. While it runs about 60 bytes a pair and 40 a number.
    """
    from scipy.sparse import coo_array  # here, since it takes most of a second and a recipe's settings need none of it
    from scipy.sparse.csgraph import connected_components

    a, b = _places(numbers, first), _places(numbers, second)
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(len(numbers), len(numbers)))
    _, labels = connected_components(graph, directed=False)
    _, smallest = np.unique(labels, return_index=True)  # numbers ascend, so the first of a label is its smallest
    roots: Numbers = numbers[smallest[labels]]
    return roots


def survivors(
    numbers: Numbers, roots: Numbers, priorities: NDArray[np.int64], characters: Counts, dates: NDArray[np.int64]
) -> Numbers:
    """For each document the number of its component's survivor: of the source with the highest priority, then longest
    text, then earliest date, then lowest number.

    All arrays have one length. roots: as `components` gives them. characters: the texts' lengths in code points.
    dates: as `moments` gives them.
    """
    order = np.lexsort((numbers, dates, -characters, -priorities, roots))
    best, first = np.unique(roots[order], return_index=True)
    return numbers[order][first][np.searchsorted(best, roots)]


def moments(dates: Sequence[str | None]) -> NDArray[np.int64]:
    """ISO 8601 dates as seconds that compare: a bare year or month is its first instant, no offset means UTC.

    What is missing or cannot be read is NO_DATE, after all others.
    """
    return np.fromiter((_moment(date) for date in dates), np.int64, len(dates))


def _places(numbers: Numbers, wanted: Numbers) -> Counts:
    places = np.searchsorted(numbers, wanted)
    if (places == len(numbers)).any() or (numbers[places] != wanted).any():
        raise ValueError("a pair names a document that is not among the numbers")
    return places.astype(np.int64)


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
