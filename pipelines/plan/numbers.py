"""Document numbers: 64 bits whose order is that of row keys inside one build, and of builds among one another.

    8 bits   the build: 0 is this one, 1 to 255 are the earlier ones that it is set against
    40 bits  the item, counted over all inputs in the order of (source, path): a trillion a build
    16 bits  the part of the item's record

Of an earlier build a row of its keys/ is an item, counted in their order, and its only part is 0.
An item's number is that of its unit's first item plus its place in the unit. A unit's is the sum of all items before
it, in its file and in the files before: known once every file is scanned, whatever the files are cut into.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

PART_BITS, ITEM_BITS = 16, 40
MOST_PARTS, MOST_ITEMS, MOST_EARLIER = 1 << PART_BITS, 1 << ITEM_BITS, 255
_BUILD = PART_BITS + ITEM_BITS


def numbers(items: Iterable[int], parts: Iterable[int]) -> NDArray[np.uint64]:
    """Numbers of documents inside one unit, from their items' places in it."""
    return np.fromiter(items, np.uint64) << np.uint64(PART_BITS) | np.fromiter(parts, np.uint64)


def of_records(documents: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers of these documents' records: those of their parts 0, whether or not a document has that."""
    return documents >> np.uint64(PART_BITS) << np.uint64(PART_BITS)


def base(item: int) -> int:
    """What is added to the numbers inside a unit whose first item has this number."""
    return item << PART_BITS


def of_build(build: int, item: int) -> int:
    """The number of an item's part 0 in the build of this number."""
    return build << _BUILD | base(item)


def build_of(numbers: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The build of each document: 0 for this one."""
    return (numbers >> np.uint64(_BUILD)).astype(np.uint8)
