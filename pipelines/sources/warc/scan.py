"""The census of a WARC or ARC file: where every record begins and ends, and where none can be told apart.

It is made before reading and by other code than the reader's (warc_head.py and warc_walk.py beside this file, no
warcio), so that a reader that stops early is found out. The spans of a census tile the file; reading each span on its
own keeps damage where it is. There are four layouts:

- `member`: one gzip member a record (what crawlers write, WARC 1.1 annex D). Offsets are those of the file. A member
  is a record when it inflates to its end with the right checksum and holds one record of the claimed length only.
- `plain`: not compressed. Offsets are those of the file; a record is found by the length of the one before.
- `mixed`: members and plain records, in any order (such files come of `cat`). As above; a record's first bytes say
  which it is.
- `stream`: gzip members that hold several records (often the whole file is one) or parts of them. Offsets count
  inflated bytes; the last gap counts, behind them, the bytes of the file that were not inflated. Such a file is one
  chunk, and damage costs the rest of it. If only the checksum at the end of a member is wrong, the records before
  stand, and the gap begins at the checksum: the digests that records carry still speak for each of them.

Members that hold several records have no place beside plain ones, for they have no offsets in the file. Where plain
records come first, such a member is a gap; where it comes first, what holds fewer records is the gap.

After damage, the next record is searched from the byte behind the start of the damaged one. Where a damaged record
itself holds records (a WARC file that was crawled, a member whose text lies in it as it is), some of these can come to
light.
"""

from dataclasses import dataclass
from typing import BinaryIO, Literal

from winnow.pipelines.sources.base import GAP, Span
from winnow.pipelines.sources.file_bytes import SUM, FileBytes, Seen, touched
from winnow.pipelines.sources.warc.gzip_members import MAGIC
from winnow.pipelines.sources.warc.walk import Records, walk, walk_stream

Layout = Literal["member", "plain", "mixed", "stream"]


class CensusError(ValueError):
    """The spans of a census do not tile its file: a fault of ours, never of the input."""


@dataclass(frozen=True, slots=True)
class Census:
    """Every byte of a file in exactly one span."""

    size: int
    """Bytes of the file."""
    sha256: str
    layout: Layout
    spans: tuple[Span, ...]
    extent: int
    """What the spans' lengths add up to: `size`, but in the layout `stream` inflated bytes, then those left over."""
    blocks: bytes
    """The checksum of every block of the file."""

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raise CensusError unless the spans follow one another from 0 to `extent`, none empty, and no block lacks."""
        at = 0
        for span in self.spans:
            if span.offset != at or span.length <= 0:
                raise CensusError(f"span {span} does not begin at {at}, where the one before ends")
            at += span.length
        if at != self.extent or (self.layout != "stream" and self.extent != self.size):
            raise CensusError(f"the spans end at {at}, but the file has {self.size} bytes to tile ({self.extent})")
        if len(self.blocks) != SUM * len(touched(0, self.size)):
            raise CensusError(f"{len(self.blocks)} bytes of checksums are not those of a file of {self.size} bytes")

    def seen(self, path: str) -> Seen:
        """Return the file's bytes as this census saw them; its path is for the message."""
        return Seen(path, self.size, self.blocks)


def scan(stream: BinaryIO) -> Census:
    """Walk a seekable binary stream, whatever is in it, and return its census.

    Memory is bounded but for the spans themselves. The stream must give the file's own bytes: open .gz files raw.
    """
    file = FileBytes(stream, digest=True)
    layout, spans, extent = _layout(file)
    return Census(file.size, file.sha256(), layout, tuple(spans), extent, file.blocks())


def _layout(file: FileBytes) -> tuple[Layout, list[Span], int]:
    """Walk from record to record; where the first members hold several, see whether a stream holds more."""
    records = Records(file, aligned=file.read(0, 2) != MAGIC)
    spans = walk(records)
    if records.members.several or records.members.split:
        stream, extent, plain_behind = walk_stream(file)
        if plain_behind or _records(stream) <= _records(spans):
            records = Records(file, aligned=True)
            spans = walk(records)
        if _records(stream) > _records(spans):
            return "stream", stream, extent
    if records.members.found and records.plain.found:
        return "mixed", spans, file.size
    return "member" if records.members.found else "plain", spans, file.size


def _records(spans: list[Span]) -> int:
    return sum(span.kind != GAP for span in spans)
