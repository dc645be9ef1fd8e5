"""The census of a WARC or ARC file: where every record begins and ends, and where none can be told apart.

It is made before reading and by other code than the reader's (record_head.py and walk.py beside this file, no
warcio), so that a reader that stops early is found out. The items of a census tile the file; reading each on its own
keeps damage where it is. The layouts:

- `member`: one gzip member a record (what crawlers write, WARC 1.1 annex D). Offsets are those of the file. A member
  is a record when it inflates to its end with the right checksum and holds one record only, of the claimed length or
  of a few bytes more or less: where a member ends is the better evidence.
- `frame`: the same of zstd (ArchiveTeam's .warc.zst), and of plain records among frames. What is skipped before a
  frame belongs to its record. `dictionary`: the same where the file begins with the dictionary of all frames.
- `plain`: not compressed. Offsets are those of the file; a record is found by the length of the one before.
- `mixed`: members and plain records, in any order (such files come of `cat`). As above; a record's first
  bytes say which it is.
- `stream`: members or frames that hold several records (often the whole file is one) or parts of them, and whatever is
  packed by bzip2 or xz. Offsets count inflated bytes; the last gap counts, behind them, the bytes of the file that were
  not inflated. Such a file is one unit unless it is bzip2's, and damage costs the rest of it. If only the checksum at
  the end of a member is wrong, the records before stand, and the gap begins at the checksum: the digests that records
  carry still speak for each of them.
- `wacz`: the members of a zip archive, and in its WARC files as for `mixed`. Offsets are those of the archive.
- `lz4`, `7z`, `rar`, `zip`: packed so that nothing is read of it.

Members that hold several records have no place beside plain ones, for they have no offsets in the file. Where plain
records come first, such a member is a gap; where it comes first, what holds fewer records is the gap.

After damage, the next record is searched from the byte behind the start of the damaged one. Where a damaged record
itself holds records (a WARC file that was crawled, a member whose text lies in it as it is), some of these can come to
light.
"""

from typing import BinaryIO

import numpy as np

from winnow.pipelines.sources import streams
from winnow.pipelines.sources.base import GAP, Census, Item, Items
from winnow.pipelines.sources.file_bytes import NO_STARTS, FileBytes
from winnow.pipelines.sources.packings import LONGEST, packing
from winnow.pipelines.sources.warc import wacz
from winnow.pipelines.sources.warc.members import Zstd, packing_of
from winnow.pipelines.sources.warc.walk import Records, Stream, walk, walk_stream

MEMBER, PLAIN, MIXED, STREAM = "member", "plain", "mixed", "stream"
FRAME, DICTIONARY = "frame", "dictionary"
UNREAD = (*streams.UNREAD, "rar")
_STREAMS = ("bzip2", "xz")


def scan(stream: BinaryIO) -> Census:
    """Walk a seekable binary stream, whatever is in it, and return its census.

    Memory is bounded but for the items themselves. The stream must give the file's own bytes: open .gz files raw.
    """
    file = FileBytes(stream, digest=True)
    start = file.read(0, LONGEST)
    unread = packing(start, UNREAD)
    if unread == "zip" and wacz.is_wacz(file):
        return Census(file.size, file.sha256(), Items.of(list(wacz.items(file))), file.blocks(), wacz.KIND)
    if unread:
        return streams.unread(file, unread)
    return _streamed(file, walk_stream(file)) if packing(start, _STREAMS) else _walked(file)


def _walked(file: FileBytes) -> Census:
    """Walk from record to record; where the first members hold several, see whether a stream holds more."""
    packed = packing_of(file)
    records = Records(file, packed, aligned=not packed.begins(file.read(0, 4)))
    items = walk(records)
    if records.members.several or records.members.split:
        stream = walk_stream(file)
        if stream.plain_behind or _records(stream.items) <= _records(items):
            records = Records(file, packed, aligned=True)
            items = walk(records)
        if _records(stream.items) > _records(items):
            return _streamed(file, stream)
    layout, aside = PLAIN, NO_STARTS
    if isinstance(packed, Zstd):
        layout = FRAME
        if packed.dictionary.length:  # it is read for every unit
            layout, aside = DICTIONARY, np.array([(0, packed.dictionary.length)], np.int64)
    elif records.members.found:
        layout = MIXED if records.plain.found else MEMBER
    return Census(file.size, file.sha256(), Items.of(items), file.blocks(), layout, aside=aside)


def _streamed(file: FileBytes, found: Stream) -> Census:
    return Census(
        file.size, file.sha256(), Items.of(found.items), file.blocks(), STREAM, "inflated", found.extent, found.starts
    )


def _records(items: list[Item]) -> int:
    return sum(item.kind != GAP for item in items)
