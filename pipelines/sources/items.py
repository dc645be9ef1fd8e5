"""The items that a file is taken apart into, by the million."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

GAP = "gap"
"""The kind of an item in which no record can be told apart."""
UNKNOWN = "unknown"
"""The kind of items that say none, and of those whose kind is one too many (`Census.bounded`)."""
MOST_KINDS = 200
"""Kinds that carry no document and are counted by name in one file; a few dozen are known, hostile files have more."""
_AT_ONCE, _CHECKED = 1 << 12, 1 << 16
"""Items that are listed, and that are checked, at a time: what is made of all at once would be larger than they are."""


@dataclass(frozen=True, slots=True)
class Item:
    """One stretch of a file: a record, or a gap in which no record can be told apart."""

    offset: int
    """Of its first byte; in a container without byte ranges its position, counted from 0."""
    length: int
    """Bytes; in a container without byte ranges 1."""
    kind: str
    """The record's type as the file says it (`response`, `line`, ...), or `gap`."""


Kinds = NDArray[np.unsignedinteger[Any]]
"""By item, the place of its kind among the names."""


class Items(Sequence[Item]):
    """Items by the million: where each begins at the end of the one before, five bytes an item are enough."""

    def __init__(
        self, offsets: NDArray[np.int64] | int, lengths: NDArray[Any], kinds: Kinds, names: Sequence[str]
    ) -> None:
        """`offsets` may be that of the first item, if the others follow; lengths are whole numbers of any width."""
        self.lengths, self.kinds, self.names = lengths, kinds, tuple(names)
        self._offsets = offsets
        self._known = (0, offsets if isinstance(offsets, int) else 0)
        """(place, offset) of the item that was asked for last, from which the next is found by adding lengths up."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        if not isinstance(self._offsets, int):
            return self._offsets
        ends = np.cumsum(self.lengths, dtype=np.int64) + self._offsets
        return np.concatenate((np.full(1, self._offsets, np.int64), ends[:-1])) if len(ends) else ends

    @property
    def end(self) -> int:
        """The offset behind the last item; 0 where there is none."""
        return self._offset(len(self) - 1) + int(self.lengths[-1]) if len(self) else 0

    def _offset(self, place: int) -> int:
        if not isinstance(self._offsets, int):
            return int(self._offsets[place])
        known, offset = self._known if self._known[0] <= place else (0, self._offsets)
        self._known = place, offset + int(self.lengths[known:place].sum())
        return self._known[1]

    @staticmethod
    def of(items: Iterable[Item]) -> "Items":
        held = list(items)
        names = sorted({item.kind for item in held})
        places = {name: place for place, name in enumerate(names)}
        return Items(
            np.array([item.offset for item in held], np.int64), np.array([item.length for item in held], np.int64),
            np.array([places[item.kind] for item in held], np.min_scalar_type(len(names))), names,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> "Items": ...

    def __getitem__(self, place: int | slice) -> "Item | Items":
        if isinstance(place, slice):
            return self._slice(place)
        place = range(len(self))[place]
        return Item(self._offset(place), int(self.lengths[place]), self.names[self.kinds[place]])

    def _slice(self, place: slice) -> "Items":
        first, _, step = place.indices(len(self))
        offsets = self._offset(first) if isinstance(self._offsets, int) and step == 1 else self.offsets[place]
        return Items(offsets, self.lengths[place], self.kinds[place], self.names)

    def __iter__(self) -> Iterator[Item]:
        size = 16  # a list of all would take many times the arrays, and readers are often stopped at once
        for run in self.runs(size, _AT_ONCE):
            columns = run.offsets.tolist(), run.lengths.tolist(), run.kinds.tolist()
            for offset, length, kind in zip(*columns, strict=True):
                yield Item(offset, length, self.names[kind])

    def runs(self, size: int, most: int | None = None) -> Iterator["Items"]:
        """All items, `size` of them at a time; with `most`, always twice as many as the time before, up to that."""
        at = 0
        while at < len(self):
            yield self[at : at + size]
            at, size = at + size, min(2 * size, most) if most else size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Items) and list(self) == list(other)

    def astray(self, offset: int) -> int | None:
        """The place of the first item that does not begin where the one before ends, the first at `offset`, or is
        empty; None where all follow one another."""
        place = 0
        for run in self.runs(_CHECKED):
            starts = run.offsets
            ends = starts + run.lengths.astype(np.int64)
            wrong = np.flatnonzero((starts != np.concatenate(([offset], ends[:-1]))) | (run.lengths <= 0))
            if len(wrong):
                return place + int(wrong[0])
            place, offset = place + len(run), int(ends[-1])
        return None

    def counts(self) -> dict[str, int]:
        """kind -> items, by name."""
        found = np.zeros(len(self.names), np.int64)
        for run in self.runs(_CHECKED):
            found += np.bincount(run.kinds, minlength=len(self.names))
        return {name: n for name, n in sorted(zip(self.names, found.tolist(), strict=True)) if n}

    def bytes_of(self, kind: str) -> int:
        if kind not in self.names:
            return 0
        of = self.names.index(kind)
        return sum(int(run.lengths[run.kinds == of].sum()) for run in self.runs(_CHECKED))

    def bounded(self, carriers: Sequence[str]) -> "Items":
        """These items with at most MOST_KINDS other kinds than carriers and gaps: the rarest become UNKNOWN."""
        counted = Counter({name: n for name, n in self.counts().items() if name not in (*carriers, GAP, UNKNOWN)})
        if len(counted) <= MOST_KINDS:
            return self
        rare = {name for name, _ in sorted(counted.items(), key=lambda each: (-each[1], each[0]))[MOST_KINDS:]}
        names = sorted({UNKNOWN, *self.names} - rare)
        places = {name: place for place, name in enumerate(names)}
        moved = np.array([places.get(name, places[UNKNOWN]) for name in self.names], np.min_scalar_type(len(names)))
        return Items(self._offsets, self.lengths, moved[self.kinds], names)
