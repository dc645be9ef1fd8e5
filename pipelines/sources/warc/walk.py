"""The two walks of a census through a file: from record to record, each in a member or plain; along one stream."""

import heapq
import re
from collections.abc import Callable, Iterator

from isal import igzip_lib, isal_zlib

from winnow.pipelines.sources.base import GAP, Item
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import GZIP_MAGIC, MAGIC, MAX_GZIP_HEADER, InflatedBytes, gzip_header_length
from winnow.pipelines.sources.warc.record_head import (
    ARC_END,
    MAX_ARC_LINE,
    WARC_START,
    Found,
    might_start_record,
    record_at,
    starts_record,
)

_SEARCH = 1 << 18
_OVERLAP = 512
"""More than any pattern searched for is long."""
_STARTS = (GZIP_MAGIC, WARC_START, ARC_END)
"""One by one they are searched four times as fast as in one pattern."""
_MAX_DRAIN = 1 << 28
"""Bytes inflated only to find the end of a member that holds no record."""


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

    def __init__(self, file: FileBytes, *, aligned: bool = False) -> None:
        self.file = file
        self.members = Members(file, aligned=aligned)
        self.plain = Plain(file, self.members.might_be_record)
        self._patience = _Patience(file.size)
        self._tried: Members | Plain = self.plain

    def at(self, offset: int) -> Found | None:
        self._tried = self.members if self.file.read(offset, 2) == MAGIC else self.plain
        found = self._tried.at(offset)
        self._tried.found += found is not None
        return found

    def resume(self, offset: int) -> int:
        """Return where to try next after a failure at `offset`."""
        end = self._tried.end(offset)
        if end is not None:
            return end
        search_from = self._patience.next(offset, *self._tried.spent(offset))
        for at, pattern in _find(self.file, search_from):
            candidate = self._line_start(at) if pattern is ARC_END else at
            if candidate >= search_from and (pattern is not GZIP_MAGIC or self.members.might_be_record(candidate)):
                return candidate
        return self.file.size

    def _line_start(self, offset: int) -> int:
        start = max(0, offset - MAX_ARC_LINE)
        return start + self.file.read(start, offset - start).rfind(b"\n") + 1


class Members:
    """One gzip member a record."""

    def __init__(self, file: FileBytes, *, aligned: bool = False) -> None:
        self.file = file
        self.found = 0
        self.several = False
        """Set when the first member that is no record holds several: another layout."""
        self.split = False
        """Set when it holds the start of one, and the next member goes on: perhaps another layout."""
        self._sure = aligned
        self._member = InflatedBytes(file, 0)

    def at(self, offset: int) -> Found | None:
        member = self._member = InflatedBytes(self.file, offset)
        record = record_at(member, 0)
        if record is None:
            return None
        beyond = member.read(record.end, MAX_ARC_LINE if record.arc else 64)
        if beyond and not self._sure and starts_record(beyond):
            self.several = True
        if beyond or not member.whole or member.end is None:
            return None
        return Found(member.end, record.kind, record.arc)

    def end(self, offset: int) -> int | None:
        """Return where to go on behind a member that is no record but is known to its end."""
        if self.several:
            return self.file.size
        member = self._member
        member.drain(_MAX_DRAIN)
        if not self._sure and member.whole and self._goes_on(offset, member.end):
            self.split = True
            return self.file.size
        self._sure = True
        if member.end is None or not (member.whole or (member.end_is_sure and self._joins(member.end))):
            return None
        return member.end

    def spent(self, offset: int) -> tuple[int, int]:
        """Return the work of the try at `offset`, and how far it read."""
        member = self._member
        return member.position - offset + member.inflated // 16, member.position

    def might_be_record(self, offset: int) -> bool:
        """Return whether a member at `offset` begins like a record, as far as its first bytes say."""
        data = self.file.read(offset, _OVERLAP)
        header = gzip_header_length(data)
        if header is None or len(data) - header < 64:
            data = self.file.read(offset, MAX_GZIP_HEADER + _OVERLAP)
            header = gzip_header_length(data)
        return header is not None and might_start_record(_first_inflated(data[header:]))

    def _goes_on(self, start: int, end: int | None) -> bool:
        """Whether the member at `start` begins like a record, and the one at `end` does not."""
        if end is None or not GZIP_MAGIC.match(self.file.read(end, 4)):
            return False
        return self.might_be_record(start) and not self.might_be_record(end)

    def _joins(self, end: int) -> bool:
        """Whether a member with a wrong checksum ends where it should: then nothing inside it need be searched."""
        behind = self.file.read(end, MAX_ARC_LINE)
        return not behind or GZIP_MAGIC.match(behind) is not None or starts_record(behind)


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


def walk_stream(file: FileBytes) -> tuple[list[Item], int, bool]:
    """Walk the records in all members together; the first that does not stand ends it.

    Returns the items, their extent, and whether a plain record seems to begin behind the members.
    """
    data = InflatedBytes(file, 0, all_members=True)
    items: list[Item] = []
    at = 0
    while (found := record_at(data, at)) is not None:
        items.append(Item(at, found.end - at, found.kind))
        at = found.end
    extent = data.inflated + file.size - data.position
    if extent > at:
        items.append(Item(at, extent - at, GAP))
    return items, extent, starts_record(file.read(data.position, MAX_ARC_LINE))


def _find(file: FileBytes, offset: int) -> Iterator[tuple[int, re.Pattern[bytes]]]:
    """Yield where something could be a record, from `offset` on: a gzip member, a WARC header, an ARC line's end."""
    step = 1 << 12  # small at first: where candidates crowd, each search is short
    while offset < file.size:
        data = file.read(offset, step + _OVERLAP)
        for match in heapq.merge(*(pattern.finditer(data) for pattern in _STARTS), key=re.Match.start):
            if match.start() < step:
                yield offset + match.start(), match.re
        offset, step = offset + step, min(2 * step, _SEARCH)


def _first_inflated(data: bytes) -> bytes:
    try:
        return isal_zlib.decompressobj(-isal_zlib.MAX_WBITS).decompress(data, 64)
    except igzip_lib.IsalError:  # type: ignore[misc]  # isal's stub calls the class a value
        return b""
