"""The census of a WARC or ARC file: where every record begins and ends, and where none can be told apart.

It is made before reading and by other code than the reader's (record_head.py and walk.py beside this file, no
warcio), so that a reader that stops early is found out. The items of a census tile the file; reading each on its own
keeps damage where it is. There are four layouts:

- `member`: one gzip member a record (what crawlers write, WARC 1.1 annex D). Offsets are those of the file. A member
  is a record when it inflates to its end with the right checksum and holds one record of the claimed length only.
- `plain`: not compressed. Offsets are those of the file; a record is found by the length of the one before.
- `mixed`: members and plain records, in any order (such files come of `cat`). As above; a record's first bytes say
  which it is.
- `stream`: gzip members that hold several records (often the whole file is one) or parts of them. Offsets count
  inflated bytes; the last gap counts, behind them, the bytes of the file that were not inflated. Such a file is one
  unit, and damage costs the rest of it. If only the checksum at the end of a member is wrong, the records before
  stand, and the gap begins at the checksum: the digests that records carry still speak for each of them.

Members that hold several records have no place beside plain ones, for they have no offsets in the file. Where plain
records come first, such a member is a gap; where it comes first, what holds fewer records is the gap.

After damage, the next record is searched from the byte behind the start of the damaged one. Where a damaged record
itself holds records (a WARC file that was crawled, a member whose text lies in it as it is), some of these can come to
light.
"""

from typing import BinaryIO, Literal

from winnow.pipelines.sources.base import GAP, Census, Item, Items
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import MAGIC
from winnow.pipelines.sources.warc.walk import Records, walk, walk_stream

Layout = Literal["member", "plain", "mixed", "stream"]


def scan(stream: BinaryIO) -> Census:
    """Walk a seekable binary stream, whatever is in it, and return its census.

    Memory is bounded but for the items themselves. The stream must give the file's own bytes: open .gz files raw.
    """
    file = FileBytes(stream, digest=True)
    layout, items, extent = _layout(file)
    counted: Literal["bytes", "inflated"] = "inflated" if layout == "stream" else "bytes"
    return Census(file.size, file.sha256(), Items.of(items), file.blocks(), layout, counted, extent)


def _layout(file: FileBytes) -> tuple[Layout, list[Item], int]:
    """Walk from record to record; where the first members hold several, see whether a stream holds more."""
    records = Records(file, aligned=file.read(0, 2) != MAGIC)
    items = walk(records)
    if records.members.several or records.members.split:
        stream, extent, plain_behind = walk_stream(file)
        if plain_behind or _records(stream) <= _records(items):
            records = Records(file, aligned=True)
            items = walk(records)
        if _records(stream) > _records(items):
            return "stream", stream, extent
    if records.members.found and records.plain.found:
        return "mixed", items, file.size
    return "member" if records.members.found else "plain", items, file.size


def _records(items: list[Item]) -> int:
    return sum(item.kind != GAP for item in items)
