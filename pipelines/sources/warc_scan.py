"""The census of a WARC or ARC file: where every record begins and ends, and where none can be told apart.

It is made before reading and by other code than the reader's (warc_head.py and warc_walk.py beside this file, no
warcio), so that a reader that stops early is found out. The spans of a census tile the file; reading each span on its
own keeps damage where it is. There are three layouts:

- `member`: one gzip member a record (what crawlers write, WARC 1.1 annex D). Offsets are those of the file. A member
  is a record when it inflates to its end with the right checksum and holds one record of the claimed length only.
- `plain`: not compressed. Offsets are those of the file; a record is found by the length of the one before.
- `stream`: gzip members that hold several records (often the whole file is one) or parts of them. Offsets count
  inflated bytes; the last gap counts, behind them, the bytes of the file that were not inflated. Such a file is one
  chunk, and damage costs the rest of it. If only the checksum at the end of a member is wrong, the records before
  stand, and the gap begins at the checksum: the digests that records carry still speak for each of them.

After damage, the next record is searched from the byte behind the start of the damaged one. Where a damaged record
itself holds WARC records (a WARC file that was crawled), some of these can come to light.
"""

from dataclasses import dataclass
from typing import BinaryIO, Literal

from pipelines.sources.record import GAP, Span
from pipelines.sources.warc_bytes import FileBytes
from pipelines.sources.warc_walk import Members, Plain, walk, walk_stream

Layout = Literal["member", "plain", "stream"]


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

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raise CensusError unless the spans follow one another from 0 to `extent`, none empty."""
        at = 0
        for span in self.spans:
            if span.offset != at or span.length <= 0:
                raise CensusError(f"span {span} does not begin at {at}, where the one before ends")
            at += span.length
        if at != self.extent or (self.layout != "stream" and self.extent != self.size):
            raise CensusError(f"the spans end at {at}, but the file has {self.size} bytes to tile ({self.extent})")


def scan(stream: BinaryIO) -> Census:
    """Walk a seekable binary stream, whatever is in it, and return its census.

    Memory is bounded but for the spans themselves. The stream must give the file's own bytes: open .gz files raw.
    """
    file = FileBytes(stream, digest=True)
    layout, spans, extent = _layout(file)
    return Census(file.size, file.sha256(), layout, tuple(spans), extent)


def _layout(file: FileBytes) -> tuple[Layout, list[Span], int]:
    """Choose by the first bytes; where these are damaged, by which kind of record is found first."""
    plain = None
    if not file.read(0, 2).startswith(b"\x1f\x8b"):
        plain = walk(Plain(file))
        if _first_record(plain) == 0:
            return "plain", plain, file.size
    members = Members(file)
    spans = walk(members)
    if members.several or members.split:
        records, extent = walk_stream(file)
        if _records(records) > _records(spans):
            return "stream", records, extent
        spans = walk(Members(file, aligned=True))
    if _first_record(spans) < file.size and (plain is None or _first_record(spans) < _first_record(plain)):
        return "member", spans, file.size
    return "plain", walk(Plain(file)) if plain is None else plain, file.size


def _records(spans: list[Span]) -> int:
    return sum(span.kind != GAP for span in spans)


def _first_record(spans: list[Span]) -> int:
    return next((span.offset for span in spans if span.kind != GAP), sum(span.length for span in spans))
