"""The two walks of a census through a file: from record to record, each in a member or plain; along one stream."""

import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, Item
from winnow.pipelines.sources.file_bytes import FileBytes, Starts
from winnow.pipelines.sources.warc.arc_line import END as ARC_END
from winnow.pipelines.sources.warc.members import Members, Packing, packing_of
from winnow.pipelines.sources.warc.record_head import MAX_ARC_LINE, WARC_START, Found, record_at, starts_record

_SEARCH = 1 << 18
_OVERLAP = 512
"""More than any pattern searched for is long."""


def walk(records: "Records") -> list[Item]:
    """Go from record to record; what lies between is one gap."""
    items: list[Item] = []
    at = behind = 0
    while at < records.file.size:
        found = records.at(at)
        if found is None:
            at = records.resume(at)
            continue
        if at > behind:
            items.append(Item(behind, at - behind, GAP))
        items.append(Item(at, found.end - at, found.kind))
        at = behind = found.end
    if at > behind:
        items.append(Item(behind, at - behind, GAP))
    return items


class _Patience:
    """Bounds the work on false starts, so that a file made of them takes time in proportion to its size.

    It lasts for twice the file and 16 MiB. Then what a failed try has read is not searched again.
    """

    def __init__(self, size: int) -> None:
        self._left = 2 * size + (1 << 24)

    def next(self, offset: int, work: int, reached: int) -> int:
        """Return where to search on after a try at `offset` that read as far as `reached` (exclusive)."""
        self._left -= work
        return offset + 1 if self._left > 0 else max(offset + 1, reached)


class Records:
    """Members and plain records in any order, as `cat` leaves them: each offset's first bytes say which to try there.

    After a failure both are searched.
    """

    def __init__(self, file: FileBytes, packing: Packing | None = None, *, aligned: bool = False) -> None:
        self.file = file
        self._packing = packing_of(file) if packing is None else packing
        self._starts = (self._packing.PATTERN, WARC_START, ARC_END)
        self.members = Members(file, self._packing, aligned=aligned)
        self.plain = Plain(file, self.members.might_be_record)
        self._patience = _Patience(file.size)
        self._tried: Members | Plain = self.plain

    def at(self, offset: int) -> Found | None:
        self._tried = self.members if self._packing.begins(self.file.read(offset, 4)) else self.plain
        found = self._tried.at(offset)
        self._tried.found += found is not None
        return found

    def resume(self, offset: int) -> int:
        """Return where to try next after a failure at `offset`."""
        end = self._tried.end(offset)
        if end is not None:
            return end
        search_from = self._patience.next(offset, *self._tried.spent(offset))
        for at, pattern in _find(self.file, search_from, self._starts):
            candidate = self._line_start(at) if pattern is ARC_END else at
            packed = pattern is self._packing.PATTERN
            if candidate >= search_from and (not packed or self.members.might_be_record(candidate)):
                return candidate
        return self.file.size

    def _line_start(self, offset: int) -> int:
        start = max(0, offset - MAX_ARC_LINE)
        return start + self.file.read(start, offset - start).rfind(b"\n") + 1


class Plain:
    """Records that are not compressed, each as long as it says."""

    def __init__(self, file: FileBytes, member_at: Callable[[int], bool]) -> None:
        self.file = file
        self.found = 0
        self._member_at = member_at
        self._given = 0

    def at(self, offset: int) -> Found | None:
        self._given = self.file.given
        return record_at(self.file, offset, self._member_at)

    def end(self, offset: int) -> None:
        """Nothing is known of where a damaged record ends."""

    def spent(self, offset: int) -> tuple[int, int]:
        work = self.file.given - self._given
        return work, offset + work


@dataclass(frozen=True, slots=True)
class Stream:
    """The records in what all of a file inflates to."""

    items: list[Item]
    extent: int
    """What was inflated, and the bytes of the file that were not."""
    starts: Starts
    plain_behind: bool
    """Whether a plain record seems to begin behind what is packed."""


def walk_stream(file: FileBytes) -> Stream:
    """Walk the records of a file that is packed, together; the first that does not stand ends it."""
    data = compression.inflated(file)
    assert data is not None
    items: list[Item] = []
    at = 0
    while (found := record_at(data, at)) is not None:
        items.append(Item(at, found.end - at, found.kind))
        at = found.end
    extent = data.inflated + file.size - data.position
    if extent > at:
        items.append(Item(at, extent - at, GAP))
    plain_behind = starts_record(file.read(data.position, MAX_ARC_LINE))
    return Stream(items, extent, compression.starts_of(data), plain_behind)


def _find(file: FileBytes, offset: int, starts: Sequence[re.Pattern[bytes]]) -> Iterator[tuple[int, re.Pattern[bytes]]]:
    """Yield where something could be a record, from `offset` on, by how it starts: a member, a WARC header, the end of
    an ARC line. One by one the patterns are searched four times as fast as in one."""
    step = 1 << 12  # small at first: where candidates crowd, each search is short
    while offset < file.size:
        data = file.read(offset, step + _OVERLAP)
        for match in heapq.merge(*(pattern.finditer(data) for pattern in starts), key=re.Match.start):
            if match.start() < step:
                yield offset + match.start(), match.re
        offset, step = offset + step, min(2 * step, _SEARCH)
