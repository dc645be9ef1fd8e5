"""Document numbers: 64 bits whose order is that of row keys inside one build, and of builds among one another.

    8 bits   the build: 0 is this one, others are those that it is held against
    40 bits  the item, counted over all inputs in the order of (source, path): a trillion a build
    16 bits  the part of the item's record

An item's number is that of its unit's first item plus its place in the unit. A unit's is the sum of all items before
it, in its file and in the files before: known once every file is scanned, whatever the files are cut into.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

PART_BITS, ITEM_BITS = 16, 40
MOST_PARTS, MOST_ITEMS = 1 << PART_BITS, 1 << ITEM_BITS


def numbers(items: Iterable[int], parts: Iterable[int]) -> NDArray[np.uint64]:
    """Numbers of documents inside one unit, from their items' places in it."""
    return np.fromiter(items, np.uint64) << np.uint64(PART_BITS) | np.fromiter(parts, np.uint64)


def of_records(documents: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers of these documents' records: those of their parts 0, whether or not a document has that."""
    return documents >> np.uint64(PART_BITS) << np.uint64(PART_BITS)


def base(item: int) -> int:
    """What is added to the numbers inside a unit whose first item has this number."""
    return item << PART_BITS
