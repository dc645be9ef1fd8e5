"""Captures packed as Common Crawl packs them: warcinfo, then request, response and metadata of each.

Nothing here depends on the clock, the host or the place of the files: dates are counted from the day of the crawl,
record ids are made of the URL and the position. The compressed bytes are those of the machine's zlib.
"""

import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from demo.captures import Capture

SECONDS_BETWEEN = 1307
WRONG_DIGEST = "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@dataclass(frozen=True, slots=True)
class Crawl:
    """One file of the sample, and when its first page was captured."""

    file: str
    start: datetime


CRAWLS = (
    Crawl("crawl-2024-04.warc.gz", datetime(2024, 4, 12, 3, 4, 5, tzinfo=UTC)),
    Crawl("crawl-2024-11.warc.gz", datetime(2024, 11, 2, 22, 15, 0, tzinfo=UTC)),
    Crawl("crawl-2025-06.warc.gz", datetime(2025, 6, 14, 9, 30, 30, tzinfo=UTC)),
    Crawl("crawl-2026-01.warc.gz", datetime(2026, 1, 17, 16, 45, 10, tzinfo=UTC)),
    Crawl("crawl-2026-02.warc", datetime(2026, 2, 7, 5, 0, 59, tzinfo=UTC)),
)
PLAIN_EVERY = 13
"""Of the captures that belong to no crawl, one in so many goes to the plain file, the others to the packed ones."""


def dealt(captures: Iterable[Capture]) -> list[list[Capture]]:
    """The captures of each crawl; one that is cut short comes last."""
    dealt_out: list[list[Capture]] = [[] for _ in CRAWLS]
    for position, capture in enumerate(captures):
        plain = position % PLAIN_EVERY == PLAIN_EVERY - 1
        number = capture.crawl if capture.crawl is not None else (len(CRAWLS) - 1 if plain else position % 4)
        dealt_out[number].append(capture)
    return [sorted(part, key=_is_cut_short) for part in dealt_out]


def _is_cut_short(capture: Capture) -> bool:
    return capture.damage == "truncated"


def packed_file(crawl: Crawl, captures: Iterable[Capture]) -> bytes:
    """The whole file, damage included."""
    return b"".join(_records(crawl, captures))


def _records(crawl: Crawl, captures: Iterable[Capture]) -> Iterator[bytes]:
    press = _gzip_member if crawl.file.endswith(".gz") else bytes
    info = f"software: demo/make_sample.py\r\nformat: WARC File Format 1.0\r\nisPartOf: {crawl.file}\r\n".encode()
    date = _date(crawl, 0)
    head = {"WARC-Date": date, "WARC-Record-ID": _record_id(crawl.file, 0, "warcinfo"), "WARC-Filename": crawl.file}
    yield press(_record(None, "warcinfo", info, head))
    for position, capture in enumerate(captures, start=1):
        ids = {kind: _record_id(capture.url, position, kind) for kind in ("request", "response", "metadata")}
        common = {"WARC-Date": _date(crawl, position)}
        beside = {**common, "WARC-Concurrent-To": ids["response"]}
        yield press(_request(capture, {**common, "WARC-Record-ID": ids["request"]}))
        yield _damaged(press(_response(capture, {**common, "WARC-Record-ID": ids["response"]})), capture.damage)
        if capture.damage == "truncated":
            return
        facts = f"fetchTimeMs: {50 + len(capture.url) * 7}\r\ncharset-detected: UTF-8\r\n".encode()
        yield press(_record(capture.url, "metadata", facts, {**beside, "WARC-Record-ID": ids["metadata"]}))


def _request(capture: Capture, head: dict[str, str]) -> bytes:
    parts = urlsplit(capture.url)
    line = f"{parts.path}{'?' + parts.query if parts.query else ''} HTTP/1.1"
    fields = [("Host", parts.netloc), ("User-Agent", "sample-bot/1.0"), ("Accept", "text/html,*/*;q=0.5")]
    return _record(capture.url, "request", b"", head, StatusAndHeaders(f"GET {line}", fields, is_http_request=True))


def _response(capture: Capture, head: dict[str, str]) -> bytes:
    fields = [("Content-Type", capture.mime)] if capture.mime else []
    fields += [*capture.headers, ("Server", "sample"), ("Content-Length", str(len(capture.body)))]
    if ("Transfer-Encoding", "chunked") in fields:
        fields.pop()
    if capture.damage == "digest":
        head = {**head, "WARC-Payload-Digest": WRONG_DIGEST}
    status = StatusAndHeaders(capture.status, fields, protocol="HTTP/1.1")
    return _record(capture.url, "response", capture.body, head, status)


def _record(
    url: str | None, kind: str, body: bytes, head: dict[str, str], http: StatusAndHeaders | None = None
) -> bytes:
    """One uncompressed record."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.0")
    payload = BytesIO(body)
    types = {"warcinfo": "application/warc-fields", "metadata": "application/warc-fields"}
    writer.write_record(
        writer.create_warc_record(
            url, kind, payload=payload, length=len(body), warc_content_type=types.get(kind, ""),
            warc_headers_dict=head, http_headers=http,
        )
    )  # fmt: skip
    return out.getvalue()


def _gzip_member(data: bytes) -> bytes:
    """One gzip member whose header holds neither time nor system, which the gzip module would put there."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(data) + deflate.flush()
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + body + struct.pack("<II", zlib.crc32(data), len(data))


def _damaged(member: bytes, damage: str) -> bytes:
    middle = len(member) // 2
    if damage == "flipped":
        return member[:middle] + bytes(byte ^ 0xFF for byte in member[middle : middle + 32]) + member[middle + 32 :]
    return member[:middle] if damage == "truncated" else member


def _record_id(url: str, position: int, kind: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{url} {position} {kind}')}>"


def _date(crawl: Crawl, position: int) -> str:
    return (crawl.start + timedelta(seconds=SECONDS_BETWEEN * position)).strftime("%Y-%m-%dT%H:%M:%SZ")
