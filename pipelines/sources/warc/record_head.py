"""Headers of WARC 0.17-1.1 and ARC 1.0 records, read by code of our own: the other half of the count is warcio's.

A record is header, block, line ends. It stands where all three agree with the length that its header claims.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from winnow.pipelines.sources.gzip_members import GZIP_MAGIC
from winnow.pipelines.sources.inflate import PIECE, Bytes
from winnow.pipelines.sources.warc import arc_line
from winnow.pipelines.sources.warc.digests import algorithm, matches
from winnow.pipelines.sources.warc.kinds import arc_kind_of, kind_of

MAX_HEAD = 1 << 20
"""Bytes of a record's header; URLs can be long, but not that long."""
MAX_ARC_LINE = arc_line.LONGEST
MAX_LINE_ENDS = 16
"""Line ends that still belong to the record before them: four are due, writers put none to six."""

WARC_START = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n")
_VERSION_END = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*$")
_MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a record: its own length, that of the block behind it, both in bytes."""

    size: int
    length: int
    kind: str
    arc: bool
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A record that stands: where it ends, line ends included."""

    end: int
    kind: str
    arc: bool


def starts_record(data: bytes) -> bool:
    """Return whether `data` begins like a WARC record or like the header line of an ARC one, right or wrong."""
    if WARC_START.match(data):
        return True
    if not arc_line.begins(data):
        return False
    parts = data[: data.find(b"\n")].rstrip().rsplit(b" ", 4)
    return len(parts) == 5 and (parts[2].isdigit() or _arc_line(data[: data.find(b"\n")]) is not None)


def might_start_record(data: bytes) -> bool:
    """Return whether a few first bytes could begin a record: the cheap test before the whole one."""
    return WARC_START.match(data) is not None or arc_line.begins(data)


def record_at(data: Bytes, offset: int, other_at: Callable[[int], bool] | None = None) -> Found | None:
    """Return the record that stands at `offset`, or None."""
    head = head_at(data, offset)
    return None if head is None else standing(data, offset, head, other_at)


def standing(data: Bytes, offset: int, head: Head, other_at: Callable[[int], bool] | None = None) -> Found | None:
    """Return the record with that head if it stands, or None.

    After the block come its line ends, then the next record (or what `other_at` takes for one) or the end. Where
    something else comes, a WARC record still stands if its line ends are complete (and its block has the digest it
    claims): the damage is its neighbour's. An ARC record has no such mark. So a record cut short,
    or with a wrong length, is none.
    """
    end = offset + head.size + head.length
    look = MAX_ARC_LINE if head.arc else 64
    after = data.read(end, look)
    if not data.has(end):
        return None
    following = after.lstrip(b"\r\n")
    line_ends = len(after) - len(following)
    at_end = len(after) < look and not following
    if line_ends <= MAX_LINE_ENDS:
        behind = end + line_ends
        if at_end or starts_record(following) or (other_at is not None and other_at(behind)):
            return Found(behind, head.kind, head.arc)
    if not head.arc and after.startswith(b"\r\n\r\n") and _block_agrees(data, offset + head.size, head):
        return Found(end + 4, head.kind, head.arc)
    return None


def _block_agrees(data: Bytes, start: int, head: Head) -> bool:
    name = algorithm(head.digest or "")
    if name is None or head.digest is None or not data.rereadable:
        return True
    digest = hashlib.new(name)
    for at in range(0, head.length, PIECE):
        digest.update(data.read(start + at, min(PIECE, head.length - at)))
    return matches(head.digest, name, digest.digest())


def head_at(data: Bytes, offset: int) -> Head | None:
    """Return the header that begins at `offset`, or None."""
    size = 4096
    while True:
        block = data.read(offset, size)
        warc = WARC_START.match(block)
        parsed = _warc_head(block, warc.end()) if warc else _arc_head(block)
        if not isinstance(parsed, _CutOff):
            return parsed
        if len(block) < size or size >= MAX_HEAD:
            return None
        size *= 16


class _CutOff:
    """The header does not end within the bytes seen."""


def _warc_head(block: bytes, at: int) -> Head | _CutOff | None:
    """Read the named fields (WARC 1.1, section 4); of a repeated one the first counts, as it does for warcio.

    A header cut short runs on into the next record's: a line ends like the start of a record, and a type follows. It
    counts as no header, so that only its own record is lost.
    """
    fields: dict[bytes, bytes] = {}
    other_begins = False
    while True:
        end = block.find(b"\n", at)
        if end < 0:
            return _CutOff()
        line, at = block[at:end].removesuffix(b"\r"), end + 1
        if not line:
            break
        name, colon, value = line.partition(b":")
        if line[:1] in b" \t":
            if not line.strip():
                return None
        elif not colon or (other_begins and name.lower() == b"warc-type"):
            return None
        else:
            fields.setdefault(name.strip().lower(), value.strip())
        other_begins = other_begins or _VERSION_END.search(line) is not None
    length = fields.get(b"content-length", b"")
    if not length.isdigit() or len(length) > _MAX_DIGITS:
        return None
    kind = kind_of(*(fields.get(name, b"").decode("latin-1") for name in (b"warc-type", b"warc-target-uri")))
    digest = fields.get(b"warc-block-digest")
    return Head(at, int(length), kind, False, None if digest is None else digest.decode("latin-1"))


def _arc_head(block: bytes) -> Head | _CutOff | None:
    """Read the one line of an ARC record.

    A line in which a gzip member begins was cut off there: its end is that of another record's.
    """
    if not arc_line.begins(block):
        return None
    end = block.find(b"\n")
    if end < 0:
        return _CutOff() if len(block) < MAX_ARC_LINE else None
    line = _arc_line(block[:end])
    return None if line is None else Head(end + 1, line.length, arc_kind_of(line.url), True)


def _arc_line(line: bytes) -> arc_line.ArcLine | None:
    return None if GZIP_MAGIC.search(line) else arc_line.parse(line.decode("latin-1"))
