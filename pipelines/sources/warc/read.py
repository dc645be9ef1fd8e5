"""Reads the records of a WARC or ARC file, item by item of its census, with warcio.

Every item gives one Record: for response, resource and conversion its content, or the rule that it broke; a gap; for
any other type its type alone. Each item is opened on its own, so what is wrong with one record
touches no other, and any run of items can be read apart from the rest.
"""

from collections.abc import Iterator, Sequence

from winnow.filters.robots import is_robots_txt
from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression, streams, zstd
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Content, Item, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.refused import Refused
from winnow.pipelines.sources.warc import wacz
from winnow.pipelines.sources.warc.block import Frames, Opened, block_of, length_note, opened
from winnow.pipelines.sources.warc.facts import WarcHeader, kind_of_raw
from winnow.pipelines.sources.warc.payload import Payload, body_of, check_digests, payload_of
from winnow.pipelines.sources.warc.scan import DICTIONARY, FRAME, STREAM, UNREAD
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.web import charset, mime

_GAP_SAMPLE = 1 << 16


def read(file: FileBytes, items: Sequence[Item], layout: str, settings: WarcSettings) -> Iterator[Record]:
    """Yield one Record an item, in order. In the layout `stream` the file is inflated from its start for every call."""
    if layout in UNREAD:
        yield from (streams.packed_record("warc", file, item, layout) for item in items)
        return
    data = bytes_of(file, layout, items[0].offset if items else 0)
    for item in items:
        if item.kind == wacz.KIND:  # no record, whatever it begins like
            yield Record(item.offset, item.kind)
        else:
            yield _gap(data, item) if item.kind == GAP else _record(data, item, settings)


def bytes_of(file: FileBytes, layout: str, offset: int = 0) -> Bytes:
    """The bytes that a census's offsets count, to be read from `offset` on."""
    if layout == STREAM:
        return compression.inflated(file, offset) or file
    if layout in (FRAME, DICTIONARY):
        return Frames(file, zstd.dictionary_of(file) if layout == DICTIONARY else zstd.NONE)
    return file


def _gap(data: Bytes, item: Item) -> Record:
    sample = data.read(item.offset, min(item.length, _GAP_SAMPLE))
    damage = data.damage(item) if isinstance(data, Frames) else None
    reject = Reject("warc.gap", detail=f"{item.offset}+{item.length}{f'; {damage}' if damage else ''}"[:MAX_DETAIL])
    return Record(item.offset, GAP, digest_of_bytes(b"gap", str(item.length).encode(), sample), reject=reject)


def _record(data: Bytes, item: Item, settings: WarcSettings) -> Record:
    start = data.read(item.offset, min(item.length, 512))
    try:
        record = opened(data, item)
    except Refused as refused:
        if item.kind not in settings.CARRIERS:
            return Record(item.offset, item.kind)
        return Record(item.offset, item.kind, digest_of_bytes(b"unreadable", start), reject=refused.reject)
    kind = kind_of_raw(record.raw)
    if kind not in settings.CARRIERS:
        return Record(item.offset, kind)
    return _document(record, kind, item.offset, settings)


def _document(record: Opened, kind: str, offset: int, settings: WarcSettings) -> Record:
    header = WarcHeader(record.raw)
    payload = Payload(b"")
    meta = header.notes()
    contents: tuple[Content, ...] = ()
    reject = None
    try:
        block = block_of(record, settings)
        meta |= length_note(record, block)
        payload = payload_of(header, kind, block)
        meta |= payload.notes() | check_digests(header, block, payload, settings.digest)
        mime_type, decoded = _decode(header, kind, payload, settings)
        contents = (Content(decoded.text, mime_type, utf8=decoded.utf8),)
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
