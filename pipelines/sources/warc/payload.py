"""One record of a WARC or ARC file as warcio opens it, and the payload that HTTP wrapped: what is wrong is a Refused.

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
from winnow.pipelines.sources.base import MAX_DETAIL, Item
from winnow.pipelines.sources.file_bytes import FileBytes, Part
from winnow.pipelines.sources.gzip_members import MAGIC
from winnow.pipelines.sources.inflate import Bytes, Slice
from winnow.pipelines.sources.refused import Refused
from winnow.pipelines.sources.warc.digests import agrees
from winnow.pipelines.sources.warc.facts import WarcHeader
from winnow.pipelines.sources.warc.members import MOST_OFF
from winnow.pipelines.sources.warc.record_head import MAX_LINE_ENDS
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.web import http, mime
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
    if length > settings.max_payload_bytes + http.MAX_HEAD:
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


@dataclass(frozen=True, slots=True)
class Payload:
    """The body as stored, put together from its chunks (or why not), and the HTTP header in front of it, if any."""

    stored: bytes
    entity: bytes = b""
    broken: str | None = None
    head: http.Head | None = None

    def notes(self) -> dict[str, str]:
        """What a reader of the row should know, and what the server asks of robots and of text and data mining."""
        if self.head is None:
            return {}
        found = {
            "http_status": self.head.code, "x_robots_tag": "; ".join(self.head.fields("x-robots-tag")),
            "tdm_reservation": "".join(self.head.fields("tdm-reservation")[:1]),
        }  # fmt: skip
        return {name: value[:MAX_DETAIL] for name, value in found.items() if value or name == "http_status"}


def payload_of(header: WarcHeader, kind: str, block: bytes) -> Payload:
    if kind != "response" or not http.begins(block):
        if kind == "response" and mime.essence(header.content_type) == "application/http":
            raise Refused("http.head", detail=f"the block begins {block[:40]!r}")
        return Payload(block, block)
    try:
        head = http.Head(block)
    except http.Undecodable as error:
        raise Refused("http.head", detail=str(error)) from error
    stored = block[head.body_at :]
    if "chunked" not in head.tokens("transfer-encoding"):
        return Payload(stored, stored, None, head)
    try:
        entity = http.dechunk(stored)
    except http.Undecodable as error:
        return Payload(stored, stored, str(error), head)
    return Payload(stored, stored if entity is None else entity, None, head)


def check_digests(header: WarcHeader, block: bytes, payload: Payload, what: str) -> dict[str, str]:
    """Compare the digests that the record carries; a payload may have been digested before or after its chunking.

    A block that is what was written is so with its payload: whatever a crawler digested as that, it is a note only.
    """
    if what == "ignore":
        return {}
    whole = None if header.block_digest is None else agrees(header.block_digest, block)
    if whole is False:
        return _disagrees(f"the block is not {header.block_digest}", what)
    label = header.payload_digest
    bodies = [payload.stored] if payload.entity is payload.stored else [payload.stored, payload.entity]
    if label is not None and all(agrees(label, body) is False for body in bodies):
        return _disagrees(f"the payload is not {label}", "note" if whole else what)
    return {}


def _disagrees(said: str, what: str) -> dict[str, str]:
    if what == "reject":
        raise Refused("warc.digest", detail=said)
    return {"warc_digest": said[:MAX_DETAIL]}


def body_of(payload: Payload, cap: int) -> bytes:
    """Return the entity with its codings undone."""
    head = payload.head
    codings = [] if head is None else head.tokens("content-encoding") + head.tokens("transfer-encoding")
    try:
        if payload.broken is not None:
            raise http.Undecodable(payload.broken)
        return http.decode(payload.entity, codings, cap)
    except http.TooLarge as error:
        raise Refused("http.too_large", error.seen, cap) from error
    except http.Undecodable as error:
        raise Refused("http.encoding", detail=str(error)) from error
