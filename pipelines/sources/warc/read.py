"""Reads the records of a WARC or ARC file, item by item of its census, with warcio.

Every item gives one Record: for response, resource and conversion its content, or the rule that it broke; a gap; for
any other type its type alone. Each item is opened on its own, so what is wrong with one record
touches no other, and any run of items can be read apart from the rest.
"""

from collections.abc import Iterator, Sequence

from warcio.recordloader import ArcWarcRecord

from winnow.filters.robots import is_robots_txt
from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources.base import GAP, Content, Item, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import InflatedBytes
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.refused import Refused
from winnow.pipelines.sources.warc.facts import WarcHeader
from winnow.pipelines.sources.warc.payload import (
    Payload,
    block_of,
    body_of,
    check_digests,
    opened,
    payload_of,
)
from winnow.pipelines.sources.warc.record_head import kind_of
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.web import charset, mime

_GAP_SAMPLE = 1 << 16


def read(file: FileBytes, items: Sequence[Item], layout: str, settings: WarcSettings) -> Iterator[Record]:
    """Yield one Record an item, in order. In the layout `stream` the file is inflated from its start for every call."""
    data = bytes_of(file, layout)
    for item in items:
        yield _gap(data, item) if item.kind == GAP else _record(data, item, settings)


def bytes_of(file: FileBytes, layout: str) -> Bytes:
    """The bytes that a census's offsets count."""
    return InflatedBytes(file, 0, all_members=True) if layout == "stream" else file


def _gap(data: Bytes, item: Item) -> Record:
    sample = data.read(item.offset, min(item.length, _GAP_SAMPLE))
    reject = Reject("warc.gap", detail=f"{item.offset}+{item.length}")
    return Record(item.offset, GAP, digest_of_bytes(b"gap", str(item.length).encode(), sample), reject=reject)


def _record(data: Bytes, item: Item, settings: WarcSettings) -> Record:
    start = data.read(item.offset, min(item.length, 512))
    try:
        raw = opened(data, item)
    except Refused as refused:
        if item.kind not in settings.CARRIERS:
            return Record(item.offset, item.kind)
        return Record(item.offset, item.kind, digest_of_bytes(b"unreadable", start), reject=refused.reject)
    is_version_block = raw.format == "arc" and raw.rec_type == "arc_header"
    kind = "filedesc" if is_version_block else kind_of(raw.rec_type)
    if kind not in settings.CARRIERS:
        return Record(item.offset, kind)
    return _document(raw, kind, item.offset, settings)


def _document(raw: ArcWarcRecord, kind: str, offset: int, settings: WarcSettings) -> Record:
    header = WarcHeader(raw)
    payload = Payload(b"")
    meta = header.notes()
    contents: tuple[Content, ...] = ()
    reject = None
    try:
        block = block_of(raw, settings)
        payload = payload_of(header, kind, block)
        meta |= payload.notes() | check_digests(header, block, payload, settings.digest)
        mime_type, decoded = _decode(header, kind, payload, settings)
        contents = (Content(decoded.text, mime_type),)
        meta["charset"] = decoded.charset
        if decoded.errors:
            meta["charset_errors"] = str(decoded.errors)
    except Refused as refused:
        reject = refused.reject
    identity = header.uuid or digest_of_bytes(*header.stable_facts(payload.stored))
    return Record(offset, kind, identity, header.url, header.captured, contents, meta, reject)


def _decode(header: WarcHeader, kind: str, payload: Payload, settings: WarcSettings) -> tuple[str, charset.Decoded]:
    """Return the media type and the text, or raise what stands against them."""
    head, content_type = payload.head, header.content_type
    if head is not None:
        if head.counts_as not in settings.statuses and head.code not in settings.statuses:
            value = float(head.code) if head.code.isdecimal() and len(head.code) < 10 else None
            raise Refused("http.status", value, detail=None if value is not None else head.code)
        content_type = head.get("content-type")
    if kind == "response" and is_robots_txt(header.url):
        raise Refused("http.robots_txt")
    body = body_of(payload, settings.max_payload_bytes)
    if kind == "conversion":
        mime_type = mime.essence(content_type) or "text/plain"
    else:
        mime_type = mime.decide(body, content_type, header.identified)
    if mime_type not in settings.mimes:
        raise Refused("http.mime", detail=f"{mime_type}, declared {content_type or 'nothing'}")
    decoded = charset.decode(
        body, content_type, markup=mime_type != "text/plain", identified=_identified(header, payload)
    )
    if decoded is None:
        raise Refused("http.charset", detail=f"declared {content_type or 'nothing'}")
    return mime_type, decoded


def _identified(header: WarcHeader, payload: Payload) -> str | None:
    """The codec that the crawler found; Common Crawl's of before 2013 wrote it among the server's own fields."""
    found = charset.header_charset(header.identified)
    if found is None and payload.head is not None:
        found = charset.codec_of(payload.head.get("x-commoncrawl-detectedcharset"))
    return found
