"""One record of a WARC or ARC file as warcio opens it, and its block: what is wrong is a Refused.

warcio hands back a record that was cut short without a word, and reads on without bound: so block lengths are compared
with the header's here, and nothing is read beyond the cap. In a member of its own a block ends where that does, though
its length is off by a little.
"""

import functools
from dataclasses import dataclass
from typing import ClassVar

from isal import isal_zlib
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

from winnow.pipelines.sources import zstd
from winnow.pipelines.sources.base import Item
from winnow.pipelines.sources.file_bytes import FileBytes, Part
from winnow.pipelines.sources.gzip_members import MAGIC
from winnow.pipelines.sources.inflate import Bytes, Slice
from winnow.pipelines.sources.refused import Refused
from winnow.pipelines.sources.warc.digests import agrees
from winnow.pipelines.sources.warc.members import MOST_OFF
from winnow.pipelines.sources.warc.record_head import MAX_LINE_ENDS
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.web.http_head import MAX_HEAD
from winnow.pipelines.sources.zstd import Dictionary, ZstdFrame

_ENDLESS = 1 << 62


class _Reader(BufferedReader):
    """warcio's, which inflates with zlib, but two to three times as fast."""

    DECOMPRESSORS: ClassVar = {"gzip": functools.partial(isal_zlib.decompressobj, 16 + isal_zlib.MAX_WBITS)}


class Frames:
    """A file whose records lie each in a zstd frame."""

    rereadable: ClassVar[bool] = True

    def __init__(self, file: FileBytes, dictionary: Dictionary) -> None:
        self.read, self.has = file.read, file.has
        self._file, self._dictionary = file, dictionary

    def frame(self, item: Item) -> ZstdFrame | None:
        """What the frame of an item inflates to; None where it has none."""
        if not zstd.begins(self.read(item.offset, 4)):
            return None
        return ZstdFrame(Part(self._file, 0, item.offset + item.length), item.offset, self._dictionary)

    def damage(self, item: Item) -> str | None:
        """What is wrong with how the frame of an item begins."""
        frame = self.frame(item)
        return None if frame is None or frame.read(0, 1) else frame.damage


@dataclass(frozen=True, slots=True)
class Opened:
    """The record of an item, its block not read yet."""

    raw: ArcWarcRecord
    reader: BufferedReader
    """What it is read from."""
    alone: bool
    """Whether it has a member of its own."""


def opened(data: Bytes, item: Item) -> Opened:
    frame = data.frame(item) if isinstance(data, Frames) else None
    zipped = frame is None and data.read(item.offset, 2) == MAGIC
    source = Slice(data, item.offset, item.length) if frame is None else Slice(frame, 0, _ENDLESS)
    reader = _Reader(source, decomp_type="gzip" if zipped else None)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    try:
        raw = loader.parse_record_stream(reader, no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        raise Refused("warc.unreadable", detail=str(error)) from error
    return Opened(raw, reader, zipped or frame is not None)


def block_of(record: Opened, settings: WarcSettings) -> bytes:
    """Return the record's block, which must be as long as its header says, and not too long."""
    length = record.raw.length or 0
    if length > settings.max_payload_bytes + MAX_HEAD:
        raise Refused("http.too_large", length, settings.max_payload_bytes)
    block: bytes = record.raw.raw_stream.read(length)
    if record.alone and (whole := _to_its_end(record, block, length)) is not None:
        return whole
    if len(block) != length:
        raise Refused("warc.unreadable", detail=f"the block has {len(block)} of {length} bytes")
    return block


def _to_its_end(record: Opened, block: bytes, length: int) -> bytes | None:
    """The block to the end of its member, where that and the record's length are not of one mind; None where the
    length is right. Where the block has a digest that says which, it is believed."""
    ends = b"\n" if record.raw.format == "arc" else b"\r\n\r\n"
    beyond: bytes = record.reader.read(MOST_OFF + MAX_LINE_ENDS) if len(block) == length else b""
    if beyond == ends:
        return None
    whole = (block + beyond).removesuffix(ends)
    label = record.raw.rec_headers.get_header("WARC-Block-Digest")
    if len(block) == length and not beyond.strip(b"\r\n"):
        return whole if label and agrees(label, whole) and not agrees(label, block) else None
    return None if length - len(block) > MOST_OFF or (label and agrees(label, block)) else whole


def length_note(record: Opened, block: bytes) -> dict[str, str]:
    """What a reader of the row should know of a length that is off."""
    length = record.raw.length or 0
    return {} if len(block) == length else {"warc_length": f"{length}, and {len(block)} to the end of its member"}
