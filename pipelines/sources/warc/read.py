"""Reads the records of a WARC or ARC file, item by item of its census, with warcio.

Every item gives one Record: for response, resource and conversion its content, or the rule that it broke; a gap; for
any other type its type alone. Each item is opened on its own, so what is wrong with one record
touches no other, and any run of items can be read apart from the rest.

warcio hands back a record that was cut short without a word, and reads on without bound: so block lengths are compared
with the header's here, and nothing is read beyond the cap.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from isal import isal_zlib
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Content, Item, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import MAGIC, InflatedBytes
from winnow.pipelines.sources.inflate import Bytes, Slice
from winnow.pipelines.sources.warc.digests import agrees
from winnow.pipelines.sources.warc.facts import WarcHeader
from winnow.pipelines.sources.warc.record_head import kind_of
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.web import charset, http, mime

_GAP_SAMPLE = 1 << 16


class _Reader(BufferedReader):
    """warcio's, which inflates with zlib, but two to three times as fast."""

    DECOMPRESSORS: ClassVar = {"gzip": functools.partial(isal_zlib.decompressobj, 16 + isal_zlib.MAX_WBITS)}


def read(file: FileBytes, items: Sequence[Item], layout: str, settings: WarcSettings) -> Iterator[Record]:
    """Yield one Record an item, in order. In the layout `stream` the file is inflated from its start for every call."""
    data: Bytes = InflatedBytes(file, 0, all_members=True) if layout == "stream" else file
    for item in items:
        yield _gap(data, item) if item.kind == GAP else _record(data, item, settings)


def _gap(data: Bytes, item: Item) -> Record:
    sample = data.read(item.offset, min(item.length, _GAP_SAMPLE))
    reject = Reject("warc.gap", detail=f"{item.offset}+{item.length}")
    return Record(item.offset, GAP, digest_of_bytes(b"gap", str(item.length).encode(), sample), reject=reject)


def _record(data: Bytes, item: Item, settings: WarcSettings) -> Record:
    start = data.read(item.offset, min(item.length, 512))
    source = Slice(data, item.offset, item.length)
    reader = _Reader(source, decomp_type="gzip" if start.startswith(MAGIC) else None)
    try:
        raw = ArcWarcRecordLoader(verify_http=False, arc2warc=False).parse_record_stream(reader, no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        if item.kind not in settings.CARRIERS:
            return Record(item.offset, item.kind)
        reject = Reject("warc.unreadable", detail=str(error)[:MAX_DETAIL])
        return Record(item.offset, item.kind, digest_of_bytes(b"unreadable", start), reject=reject)
    is_version_block = raw.format == "arc" and raw.rec_type == "arc_header"
    kind = "filedesc" if is_version_block else kind_of(raw.rec_type)
    if kind not in settings.CARRIERS:
        return Record(item.offset, kind)
    return _document(raw, kind, item.offset, settings)


class _Refused(Exception):
    """The record ends here, by this rule."""

    def __init__(self, rule: str, value: float | None = None, limit: float | None = None, detail: str | None = None):
        super().__init__(rule)
        self.reject = Reject(rule, value, limit, None if detail is None else detail[:MAX_DETAIL])


def _document(raw: ArcWarcRecord, kind: str, offset: int, settings: WarcSettings) -> Record:
    header = WarcHeader(raw)
    payload = _Payload(b"")
    meta = header.notes()
    contents: tuple[Content, ...] = ()
    reject = None
    try:
        block = _block(raw, settings)
        payload = _payload(header, kind, block)
        meta |= payload.notes() | _check_digests(header, block, payload, settings.digest)
        mime_type, decoded = _decode(header, kind, payload, settings)
        contents = (Content(decoded.text, mime_type),)
        meta["charset"] = decoded.charset
        if decoded.errors:
            meta["charset_errors"] = str(decoded.errors)
    except _Refused as refused:
        reject = refused.reject
    identity = header.uuid or digest_of_bytes(*header.stable_facts(payload.stored))
    return Record(offset, kind, identity, header.url, header.captured, contents, meta, reject)


def _block(raw: ArcWarcRecord, settings: WarcSettings) -> bytes:
    """Return the record's block, which must be as long as its header says, and not too long."""
    length = raw.length or 0
    if length > settings.max_payload_bytes + http.MAX_HEAD:
        raise _Refused("http.too_large", length, settings.max_payload_bytes)
    block: bytes = raw.raw_stream.read(length)
    if len(block) != length:
        raise _Refused("warc.unreadable", detail=f"the block has {len(block)} of {length} bytes")
    return block


@dataclass(frozen=True, slots=True)
class _Payload:
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
            "http_status": self.head.status, "x_robots_tag": "; ".join(self.head.fields("x-robots-tag")),
            "tdm_reservation": "".join(self.head.fields("tdm-reservation")[:1]),
        }  # fmt: skip
        return {name: value[:MAX_DETAIL] for name, value in found.items() if value or name == "http_status"}


def _payload(header: WarcHeader, kind: str, block: bytes) -> _Payload:
    if kind != "response" or not block.startswith(b"HTTP/"):
        if kind == "response" and mime.essence(header.content_type) == "application/http":
            raise _Refused("http.head", detail=f"the block begins {block[:40]!r}")
        return _Payload(block, block)
    try:
        head = http.Head(block)
    except http.Undecodable as error:
        raise _Refused("http.head", detail=str(error)) from error
    stored = block[head.body_at :]
    if "chunked" not in head.tokens("transfer-encoding"):
        return _Payload(stored, stored, None, head)
    try:
        entity = http.dechunk(stored)
    except http.Undecodable as error:
        return _Payload(stored, stored, str(error), head)
    return _Payload(stored, stored if entity is None else entity, None, head)


def _check_digests(header: WarcHeader, block: bytes, payload: _Payload, what: str) -> dict[str, str]:
    """Compare the digests that the record carries; a payload may have been digested before or after its chunking."""
    bodies = [payload.stored] if payload.entity is payload.stored else [payload.stored, payload.entity]
    checks = (("block", header.block_digest, [block]), ("payload", header.payload_digest, bodies))
    for name, label, candidates in checks:
        if label is None or what == "ignore":
            continue
        if all(agrees(label, candidate) is False for candidate in candidates):
            if what == "reject":
                raise _Refused("warc.digest", detail=f"the {name} is not {label}")
            return {"warc_digest": f"the {name} is not {label}"[:MAX_DETAIL]}
    return {}


def _decode(header: WarcHeader, kind: str, payload: _Payload, settings: WarcSettings) -> tuple[str, charset.Decoded]:
    """Return the media type and the text, or raise what stands against them."""
    head, content_type, codings = payload.head, header.content_type, []
    if head is not None:
        if head.status not in settings.statuses:
            value = float(head.status) if head.status.isdecimal() and len(head.status) < 10 else None
            raise _Refused("http.status", value, detail=None if value is not None else head.status)
        content_type = head.get("content-type")
        codings = head.tokens("content-encoding") + head.tokens("transfer-encoding")
    try:
        if payload.broken is not None:
            raise http.Undecodable(payload.broken)
        body = http.decode(payload.entity, codings, settings.max_payload_bytes)
    except http.TooLarge as error:
        raise _Refused("http.too_large", error.seen, settings.max_payload_bytes) from error
    except http.Undecodable as error:
        raise _Refused("http.encoding", detail=str(error)) from error
    if kind == "conversion":
        mime_type = mime.essence(content_type) or "text/plain"
    else:
        mime_type = mime.decide(body, content_type, header.identified)
    if mime_type not in settings.mimes:
        raise _Refused("http.mime", detail=f"{mime_type}, declared {content_type or 'nothing'}")
    decoded = charset.decode(body, content_type, markup=mime_type != "text/plain")
    if decoded is None:
        raise _Refused("http.charset", detail=f"declared {content_type or 'nothing'}")
    return mime_type, decoded
