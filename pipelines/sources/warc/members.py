"""Records that are packed one by one: in gzip members (WARC 1.1, annex D), or in zstd frames."""

import re
from typing import ClassVar, Protocol

from isal import igzip_lib, isal_zlib

from winnow.pipelines.sources import zstd
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import GZIP_MAGIC, MAGIC, MAX_GZIP_HEADER, InflatedBytes, gzip_header_length
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.warc.arc_line import END as ARC_END
from winnow.pipelines.sources.warc.record_head import (
    MAX_ARC_LINE,
    MAX_LINE_ENDS,
    WARC_START,
    Found,
    Head,
    head_at,
    might_start_record,
    standing,
    starts_record,
)

MOST_OFF = 64
"""Bytes by which a record's length may be off, so that the end of its member is believed instead: crawlers have counted
a few too many or too few (Common Crawl 2012), but what lacks more was cut off."""
_MAX_DRAIN = 1 << 28
"""Bytes inflated only to find the end of a member that holds no record."""
_OVERLAP = 512


class Member(Bytes, Protocol):
    """What one member inflates to, forward only."""

    inflated: int
    """Bytes so far."""
    end: int | None
    """Offset in the file behind it, once it came to its end."""
    end_is_sure: bool
    """Whether that end is the member's own, though it is damaged."""

    @property
    def position(self) -> int:
        """Offset in the file of the first byte not used yet."""

    @property
    def whole(self) -> bool:
        """Whether everything was inflated."""

    def drain(self, most: int | None = None) -> None:
        """Inflate to the end, or about `most` bytes further, and forget it."""


class Packing(Protocol):
    """How the records of a file are packed."""

    PATTERN: ClassVar[re.Pattern[bytes]]
    """How a member begins."""

    def begins(self, start: bytes) -> bool:
        """Whether a member begins with these four bytes, or what belongs to the one behind it."""

    def member(self, offset: int) -> Member:
        """The member there."""

    def first(self, offset: int) -> bytes:
        """A few first bytes of what it inflates to; none where there is no member."""


class Gzip:
    """Members of gzip."""

    PATTERN: ClassVar[re.Pattern[bytes]] = GZIP_MAGIC

    def __init__(self, file: FileBytes) -> None:
        self._file = file

    def begins(self, start: bytes) -> bool:
        return start.startswith(MAGIC)

    def member(self, offset: int) -> InflatedBytes:
        return InflatedBytes(self._file, offset)

    def first(self, offset: int) -> bytes:
        data = self._file.read(offset, _OVERLAP)
        header = gzip_header_length(data)
        if header is None or len(data) - header < 64:
            data = self._file.read(offset, MAX_GZIP_HEADER + _OVERLAP)
            header = gzip_header_length(data)
        try:
            return (
                b"" if header is None else isal_zlib.decompressobj(-isal_zlib.MAX_WBITS).decompress(data[header:], 64)
            )
        except igzip_lib.IsalError:  # type: ignore[misc]  # isal's stub calls the class a value
            return b""


class Zstd:
    """Frames of zstd, each with what is skipped before it: the dictionary, and extensions."""

    PATTERN: ClassVar[re.Pattern[bytes]] = re.compile(re.escape(zstd.MAGIC))

    def __init__(self, file: FileBytes, dictionary: zstd.Dictionary) -> None:
        self._file, self.dictionary = file, dictionary

    def begins(self, start: bytes) -> bool:
        return zstd.begins(start)

    def member(self, offset: int) -> zstd.ZstdFrame:
        return zstd.ZstdFrame(self._file, offset, self.dictionary)

    def first(self, offset: int) -> bytes:
        return self.member(offset).read(0, 64)


def packing_of(file: FileBytes) -> Gzip | Zstd:
    """How the records of a file are packed that are, told by how it begins."""
    return Zstd(file, zstd.dictionary_of(file)) if zstd.begins(file.read(0, 4)) else Gzip(file)


class Members:
    """One member a record."""

    def __init__(self, file: FileBytes, packing: Packing, *, aligned: bool = False) -> None:
        self.file, self.packing = file, packing
        self.found = 0
        self.several = False
        """Set when the first member that is no record holds several: another layout."""
        self.split = False
        """Set when it holds the start of one, and the next member goes on: perhaps another layout."""
        self._sure = aligned
        self._member = packing.member(0)

    def at(self, offset: int) -> Found | None:
        member = self._member = self.packing.member(offset)
        head = head_at(member, 0)
        if head is None:
            return None
        record = standing(member, 0, head)
        behind = head.size + head.length if record is None else record.end
        beyond = member.read(behind, MAX_ARC_LINE if head.arc else 64)
        if record is not None and beyond and not self._sure and starts_record(beyond):
            self.several = True
        if (record is None or beyond) and not self._ends_it(head, behind):
            return None
        if not member.whole or member.end is None:
            return None
        return Found(member.end, head.kind, head.arc)

    def _ends_it(self, head: Head, behind: int) -> bool:
        """Whether the member's end is the record's, and its length off by a little: nothing else begins in what is
        left of it, and where it lacks something the next member does not go on with that."""
        left = self._member.read(behind, MOST_OFF + MAX_LINE_ENDS + 1)
        if not self._member.whole or len(left) > MOST_OFF + MAX_LINE_ENDS or len(left.rstrip(b"\r\n")) > MOST_OFF:
            return False
        if WARC_START.search(left) or ARC_END.search(left):
            return False
        lacks = head.size + head.length - self._member.inflated
        return lacks <= 0 or (MOST_OFF >= lacks < head.length and self._begins_anew(self._member.end))

    def _begins_anew(self, end: int | None) -> bool:
        """Whether another record, or nothing, follows a member that ends there."""
        behind = b"" if end is None else self.file.read(end, MAX_ARC_LINE)
        packed = end is not None and self.packing.begins(behind[:4]) and self.might_be_record(end)
        return packed or not behind or starts_record(behind)

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
        return might_start_record(self.packing.first(offset))

    def _goes_on(self, start: int, end: int | None) -> bool:
        """Whether the member at `start` begins like a record, and the one at `end` does not."""
        if end is None or not self.packing.begins(self.file.read(end, 4)):
            return False
        return self.might_be_record(start) and not self.might_be_record(end)

    def _joins(self, end: int) -> bool:
        """Whether a member with a wrong checksum ends where it should: then nothing inside it need be searched."""
        behind = self.file.read(end, MAX_ARC_LINE)
        return not behind or self.packing.begins(behind[:4]) or starts_record(behind)
