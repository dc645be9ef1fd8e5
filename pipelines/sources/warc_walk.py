"""The three walks of a census through a file: from member to member, from record to record, along one stream."""

import re
from collections.abc import Iterator
from typing import Protocol

from isal import igzip_lib, isal_zlib

from pipelines.sources import warc_head
from pipelines.sources.record import GAP, Span
from pipelines.sources.warc_bytes import GZIP_MAGIC, MAX_GZIP_HEADER, FileBytes, InflatedBytes, gzip_header_length

_SEARCH = 1 << 18
_OVERLAP = 512
"""More than any pattern searched for is long."""
_RECORD = re.compile(warc_head.WARC_START.pattern + b"|" + warc_head.ARC_END.pattern)
_MAX_DRAIN = 1 << 28
"""Bytes inflated only to find the end of a member that holds no record."""


class Walker(Protocol):
    """How one layout finds records: `at` tries one offset, `resume` says which to try after a failure there."""

    file: FileBytes

    def at(self, offset: int) -> warc_head.Found | None: ...

    def resume(self, offset: int) -> int: ...


def walk(walker: Walker) -> list[Span]:
    """Go from record to record; what lies between is one gap."""
    spans: list[Span] = []
    at = behind = 0
    while at < walker.file.size:
        found = walker.at(at)
        if found is None:
            at = walker.resume(at)
            continue
        if at > behind:
            spans.append(Span(behind, at - behind, GAP))
        spans.append(Span(at, found.end - at, found.kind))
        at = behind = found.end
    if at > behind:
        spans.append(Span(behind, at - behind, GAP))
    return spans


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


class Members:
    """One gzip member a record."""

    def __init__(self, file: FileBytes, *, aligned: bool = False) -> None:
        self.file = file
        self.several = False
        """Set when the first member that is no record holds several: another layout."""
        self.split = False
        """Set when it holds the start of one, and the next member goes on: perhaps another layout."""
        self._patience = _Patience(file.size)
        self._sure = aligned
        self._member = InflatedBytes(file, 0)

    def at(self, offset: int) -> warc_head.Found | None:
        member = self._member = InflatedBytes(self.file, offset)
        record = warc_head.record_at(member, 0)
        if record is None:
            return None
        beyond = member.read(record.end, warc_head.MAX_ARC_LINE if record.arc else 64)
        if beyond and not self._sure and warc_head.starts_record(beyond):
            self.several = True
        if beyond or not member.whole or member.end is None:
            return None
        return warc_head.Found(member.end, record.kind, record.arc)

    def resume(self, offset: int) -> int:
        if self.several:
            return self.file.size
        member = self._member
        member.drain(_MAX_DRAIN)
        if not self._sure and member.whole and self._goes_on(offset, member.end):
            self.split = True
            return self.file.size
        self._sure = True
        if member.end is not None and (member.whole or self._joins(member.end)):
            return member.end
        work = member.position - offset + member.inflated // 16
        search_from = self._patience.next(offset, work, member.position)
        for candidate in _find(self.file, GZIP_MAGIC, search_from):
            if self._might_be_record(candidate):
                return candidate
        return self.file.size

    def _goes_on(self, start: int, end: int | None) -> bool:
        """Whether the member at `start` begins like a record, and the one at `end` does not."""
        if end is None or not GZIP_MAGIC.match(self.file.read(end, 4)):
            return False
        return self._might_be_record(start) and not self._might_be_record(end)

    def _joins(self, end: int) -> bool:
        """Whether a member with a wrong checksum ends where it should: then nothing inside it need be searched."""
        return end == self.file.size or GZIP_MAGIC.match(self.file.read(end, 4)) is not None

    def _might_be_record(self, offset: int) -> bool:
        data = self.file.read(offset, _OVERLAP)
        header = gzip_header_length(data)
        if header is None or len(data) - header < 64:
            data = self.file.read(offset, MAX_GZIP_HEADER + _OVERLAP)
            header = gzip_header_length(data)
        return header is not None and warc_head.might_start_record(_first_inflated(data[header:]))


class Plain:
    """Records one behind the other, not compressed."""

    def __init__(self, file: FileBytes) -> None:
        self.file = file
        self._patience = _Patience(file.size)
        self._arc: bool | None = None
        self._given = 0

    def at(self, offset: int) -> warc_head.Found | None:
        self._given = self.file.given
        found = warc_head.record_at(self.file, offset)
        if found is not None and self._arc is None:
            self._arc = found.arc
        return found if found is not None and found.arc == self._arc else None

    def resume(self, offset: int) -> int:
        work = self.file.given - self._given
        search_from = self._patience.next(offset, work, offset + work)
        for at in _find(self.file, _RECORD, search_from):
            is_warc = self.file.read(at, 5) == b"WARC/"
            candidate = at if is_warc else self._line_start(at)
            if candidate >= search_from and self._arc in (None, not is_warc):
                return candidate
        return self.file.size

    def _line_start(self, offset: int) -> int:
        start = max(0, offset - warc_head.MAX_ARC_LINE)
        return start + self.file.read(start, offset - start).rfind(b"\n") + 1


def walk_stream(file: FileBytes) -> tuple[list[Span], int]:
    """Walk the records in all members together; the first that does not stand ends it."""
    data = InflatedBytes(file, 0, all_members=True)
    spans: list[Span] = []
    at = 0
    while (found := warc_head.record_at(data, at)) is not None:
        spans.append(Span(at, found.end - at, found.kind))
        at = found.end
    extent = data.inflated + file.size - data.position
    if extent > at:
        spans.append(Span(at, extent - at, GAP))
    return spans, extent


def _find(file: FileBytes, pattern: re.Pattern[bytes], offset: int) -> Iterator[int]:
    """Yield where the pattern begins, from `offset` on."""
    step = 1 << 12  # small at first: where candidates crowd, each search is short
    while offset < file.size:
        for match in pattern.finditer(file.read(offset, step + _OVERLAP)):
            if match.start() < step:
                yield offset + match.start()
        offset, step = offset + step, min(2 * step, _SEARCH)


def _first_inflated(data: bytes) -> bytes:
    try:
        return isal_zlib.decompressobj(-isal_zlib.MAX_WBITS).decompress(data, 64)
    except igzip_lib.IsalError:  # type: ignore[misc]  # isal's stub calls the class a value
        return b""
