"""WARC files made for the tests, by warcio's writer and by hand."""

import functools
import gzip
import io
import random
import re
import struct
import uuid
import zipfile
from pathlib import Path

import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from winnow.pipelines.sources.base import Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.read import read
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings

SHARED = Path(__file__).resolve().parents[3] / "../shared/data"
CAPTURED = "2026-01-31T00:00:00Z"


def record_id(number: int) -> str:
    return str(uuid.UUID(int=number + 1))


def write(records: list[dict], *, zipped: bool) -> bytes:
    """Write records: kind, body, and optionally id, http (headers or None), status, headers (WARC), url."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=zipped)
    for number, record in enumerate(records):
        kind = record.get("kind", "response")
        http = record.get("http", [("Content-Type", "text/html; charset=utf-8")])
        headers = {"WARC-Record-ID": f"<urn:uuid:{record_id(number)}>", "WARC-Date": CAPTURED}
        headers |= record.get("headers", {})
        head = StatusAndHeaders(record.get("status", "200 OK"), http, protocol="HTTP/1.1") if http is not None else None
        writer.write_record(
            writer.create_warc_record(
                record.get("url", f"http://example.org/{number}"),
                kind,
                payload=io.BytesIO(record["body"]),
                http_headers=head if kind in ("response", "request") else None,
                warc_headers_dict=headers,
                warc_content_type=record.get("type", ""),
            )
        )
    return out.getvalue()


def raw_record(
    block: bytes, *, kind: str = "response", length: int | None = None, end: bytes = b"\r\n\r\n", extra: str = ""
) -> bytes:
    """One uncompressed record by hand, so that its length and its line ends can be wrong."""
    claimed = len(block) if length is None else length
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://example.org/\r\nWARC-Date: {CAPTURED}\r\n{extra}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {claimed}\r\n\r\n"
    )
    return head.encode() + block + end


def page(text: str = "hello", headers: str = "Content-Type: text/html; charset=utf-8\r\n") -> bytes:
    return f"HTTP/1.1 200 OK\r\n{headers}\r\n<html>{text}</html>".encode()


def members(*records: bytes) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def frames(*records: bytes, dictionary: bytes = b"", packed: bool = False) -> bytes:
    """A zstd frame for each record, behind their dictionary if there is one, `packed` or as it is."""
    data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    packer = zstandard.ZstdCompressor(dict_data=data, write_checksum=True)
    held = zstandard.compress(dictionary) if packed else dictionary
    head = skipped(held, 0x184D2A5D) if dictionary else b""
    return head + b"".join(packer.compress(record) for record in records)


def skipped(data: bytes, magic: int = 0x184D2A50) -> bytes:
    """A frame that zstd skips."""
    return struct.pack("<II", magic, len(data)) + data


def archive(*names: str, held: bytes | None = None, packed: bool = False) -> bytes:
    """A zip archive of files that hold the same; by default a record."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as made:
        for name in names:
            made.writestr(name, write([{"body": BODY}], zipped=True) if held is None else held)
    return out.getvalue()


@functools.cache
def dictionary() -> bytes:
    """A dictionary of zstd's, trained on pages."""
    chance = random.Random(1)
    pages = [raw_record(page(" ".join(f"{chance.getrandbits(16):x}" for _ in range(99)))) for _ in range(99)]
    trained: bytes = zstandard.train_dictionary(4096, pages).as_bytes()
    return trained


HTML = [("Content-Type", "text/html; charset=utf-8")]
BODY = "<html><p>Grüße</p></html>".encode()
TEXT = BODY.decode()


def records(data: bytes, settings: WarcSettings | None = None) -> list[Record]:
    stream = io.BytesIO(data)
    census = scan(stream)
    found = list(read(FileBytes(stream), census.items, census.layout, settings or WarcSettings()))
    assert [record.offset for record in found] == [item.offset for item in census.items]
    return found


def text_of(record: Record) -> str | None:
    """The text of a record's document; None where it has none."""
    return record.contents[0].text if record.contents else None


def mime_of(record: Record) -> str | None:
    return record.contents[0].mime if record.contents else None


def only(record: dict, settings: WarcSettings | None = None) -> Record:
    (found,) = records(write([record], zipped=True), settings)
    return found


def relabelled(name: str, label: str, record: dict, *, alone: bool = True) -> bytes:
    """A plain file whose digest of that name says something else, without the other unless it is not to be `alone`;
    warcio's writer knows only right ones."""
    data = write([record], zipped=False)
    found = re.search(rb"WARC-%s-Digest: (\S+)" % name.encode(), data)
    data = data[: found.start(1)] + label.encode() + data[found.end(1) :]
    other = {"Block": b"Payload", "Payload": b"Block"}[name]
    return re.sub(rb"WARC-%s-Digest: \S+\r\n" % other, b"", data) if alone else data
