"""Files of lines: where each line lies, in a plain file or in the one stream that a packed one inflates to.

The census looks for line ends only. It holds five bytes a line, so that a file of any length is scanned in about the
same memory.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from winnow.filters.rules import Reject
from winnow.pipelines.sources import compression, streams
from winnow.pipelines.sources.base import GAP, Census, Item, Items, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE, Bytes, Hole
from winnow.pipelines.sources.packings import LONGEST, packing

Ints = NDArray[np.int64]

LINE, BLANK = "line", "blank"
NAMES = (BLANK, GAP, LINE)
_BLANK, _GAP, _LINE = range(3)
_NARROW = (1 << 32) - 1


def scan(stream: BinaryIO) -> Census:
    """Every line is an item; one that holds nothing but its end is blank. What is damaged is a gap."""
    file = FileBytes(stream, digest=True)
    inflated = compression.inflated(file)
    if inflated is None and (unread := packed(file)):
        return streams.unread(file, unread)
    lines = Lines(inflated or file, inflated.holes if inflated else ())
    if inflated is None:
        return Census(file.size, file.sha256(), lines.items(), file.blocks())
    if not inflated.whole:
        lines.damaged(inflated.inflated + file.size - inflated.position, inflated.between)
    items, starts = lines.items(), compression.starts_of(inflated)
    return Census(file.size, file.sha256(), items, file.blocks(), "", "inflated", lines.end, starts)


def packed(file: FileBytes) -> str:
    """How a file is packed of which no line is read; empty where it is not."""
    return packing(file.read(0, LONGEST), (*streams.UNREAD, "Parquet"))


def records(
    kind: str, file: FileBytes, items: Sequence[Item], layout: str, most: int, read: Callable[[Item, bytes], Record]
) -> Iterator[Record]:
    """A record for each item: of a gap and of what is longer than `most` bytes what stands for it, of others what
    `read` makes of their bytes. `kind` is the source's, which its rules begin with."""
    if layout:
        yield from (streams.packed_record(kind, file, item, layout) for item in items)
        return
    inflated = compression.inflated(file, items[0].offset if items else 0)
    data: Bytes = inflated or file
    for item in items:
        if inflated is not None and item.kind == GAP:
            yield streams.gap(kind, file, inflated, item)
        elif item.kind == BLANK:
            yield Record(item.offset, BLANK)
        elif item.length > most:
            what = Reject(f"{kind}.too_large", item.length, most)
            yield Record(item.offset, item.kind, streams.digest_of(data, item), reject=what)
        else:
            yield read(item, data.read(item.offset, item.length))


class Lines:
    """How long lines are, and of which kind."""

    def __init__(self, data: Bytes, holes: Sequence[Hole] = ()) -> None:
        """`holes` grows as the data are read: a line with one in it is a gap."""
        self.end = 0
        """Of what was found, with the gap that was added."""
        self._lengths, self._kinds = array("I"), array("B")
        self._holes, self._filled = holes, 0
        self._cut = 0
        """Bytes of the last line, where it has no line end."""
        last, begun = 0, 0
        while piece := data.read(self.end, PIECE):
            codes = np.frombuffer(piece, np.uint8)
            ends = np.flatnonzero(codes == ord("\n"))
            if len(ends):
                returns = np.where(ends > 0, codes[ends - 1], last) == ord("\r")
                self._found(begun, ends + (self.end + 1), returns)
                begun = self.end + int(ends[-1]) + 1
            self.end, last = self.end + len(piece), piece[-1]
        if begun < self.end:
            self._found(begun, np.array([self.end]), np.zeros(1, np.bool_), cut=True)

    def _found(self, begun: int, ends: Ints, returns: NDArray[np.bool_], *, cut: bool = False) -> None:
        """Add the lines from `begun` on that end there; a line end is the last byte of each, unless they are cut."""
        lengths = np.diff(ends, prepend=begun)
        kinds = np.where(((lengths == 1) | ((lengths == 2) & returns)) & (not cut), _BLANK, _LINE)
        self._cut = int(lengths[-1]) if cut else 0
        last = int(ends[-1])
        while self._filled < len(self._holes) and (hole := self._holes[self._filled]).offset < last:
            self._filled += 1
            place = int(np.searchsorted(ends, hole.offset, side="right"))  # no line end is in a hole, so it is in one
            kinds[place] = _GAP
            if hole.between:
                lengths, kinds, ends = _parted(lengths, kinds, ends, place, hole)
        if cut and kinds[-1] == _GAP:
            self._cut = 0
        self._add(lengths, kinds)

    def _add(self, lengths: Ints, kinds: NDArray[Any]) -> None:
        if self._lengths.typecode == "I" and int(lengths.max()) > _NARROW:
            self._lengths = array("Q", self._lengths)
        self._lengths.frombytes(lengths.astype(self._lengths.typecode).tobytes())
        self._kinds.frombytes(kinds.astype(np.uint8).tobytes())

    def damaged(self, extent: int, ended: bool) -> None:
        """Add a gap behind the last whole line to `extent`: at least a byte, so that it is seen.

        Where what was inflated `ended` before the damage, the last line is whole without a line end.
        """
        if self._cut and not ended:
            self._lengths.pop()
            self._kinds.pop()
            self.end -= self._cut
        length = max(extent - self.end, 1)
        self._add(np.array([length]), np.array([_GAP]))
        self.end += length

    def items(self) -> Items:
        return Items(
            0, np.frombuffer(self._lengths, self._lengths.typecode), np.frombuffer(self._kinds, np.uint8), NAMES
        )


def _parted(lengths: Ints, kinds: NDArray[Any], ends: Ints, place: int, hole: Hole) -> tuple[Ints, NDArray[Any], Ints]:
    """The lines with that of a hole between two streams in up to three: what ended before it, it, and what begins
    behind it."""
    begins, behind = int(ends[place] - lengths[place]), hole.offset + hole.length
    edges = sorted({begins, hole.offset, behind, int(ends[place])})
    parts = [_GAP if edge == hole.offset else _LINE for edge in edges[:-1]]
    return tuple(
        np.concatenate((array[:place], new, array[place + 1 :]))
        for array, new in ((lengths, np.diff(edges)), (kinds, parts), (ends, edges[1:]))
    )  # type: ignore[return-value]
