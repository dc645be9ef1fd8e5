"""The items of a dump while they are found: nine bytes each, and where each ends is where the next begins."""

from array import array
from collections.abc import Iterable

import numpy as np

from winnow.pipelines.sources.base import GAP, Items
from winnow.pipelines.sources.inflate import Hole
from winnow.pipelines.sources.wikipedia.settings import PAGE

MARKUP = "markup"
"""What is around pages: the beginning and end of an XML dump, the headers of an archive."""
BLANK = "blank"
"""A line of nothing but its end."""
_NAMES = (BLANK, GAP, MARKUP, PAGE)


class Tiles:
    """Where items begin, and of which kind they are."""

    def __init__(self) -> None:
        self._offsets, self._kinds = array("q"), array("B")

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, offset: int, kind: str) -> None:
        """An item that begins here, and at whose beginning the one before ends."""
        self._offsets.append(offset)
        self._kinds.append(_NAMES.index(kind))

    def join(self, offset: int, kind: str) -> None:
        """As `add`, but what follows one of its kind is part of it."""
        if not self._kinds or _NAMES[self._kinds[-1]] != kind:
            self.add(offset, kind)

    def items(self, extent: int, holes: Iterable[Hole] = ()) -> Items:
        """The items of a file that ends at `extent`; those that a hole lies in are gaps."""
        offsets, kinds = np.array(self._offsets, np.int64), np.array(self._kinds, np.uint8)
        for hole in holes:
            first, last = np.searchsorted(offsets, (hole.offset, hole.offset + hole.length - 1), side="right") - 1
            kinds[first : last + 1] = _NAMES.index(GAP)
        return Items(offsets, np.diff(np.append(offsets, extent)), kinds, _NAMES)
