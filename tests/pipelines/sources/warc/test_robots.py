import gzip
import io

import pytest
from warc_files import BODY, CAPTURED, members, raw_record, relabelled, write

from winnow.filters.rules import Reject
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.read import bytes_of
from winnow.pipelines.sources.warc.robots import Answer, answer
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings

URL = "https://example.org/robots.txt"
RULES = b"User-agent: *\nDisallow: /a\n"
GZIPPED = gzip.compress(RULES, mtime=0)


def answers(data: bytes) -> list[Answer | Reject | None]:
    file = FileBytes(io.BytesIO(data))
    census = scan(io.BytesIO(data))
    source = bytes_of(file, census.layout)
    return [answer(source, item, WarcSettings()) for item in census.items]


def only(**record: object) -> Answer | Reject | None:
    (found,) = answers(write([{"url": URL, "body": RULES, **record}], zipped=True))
    return found


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, Answer(URL, CAPTURED, 200, RULES)),
        ({"status": "204 No Content", "body": b""}, Answer(URL, CAPTURED, 204, b"")),
        ({"http": [("Content-Type", "text/html")], "body": BODY}, Answer(URL, CAPTURED, 200, BODY)),
        ({"http": [("Content-Encoding", "gzip")], "body": GZIPPED}, Answer(URL, CAPTURED, 200, RULES)),
        ({"headers": {"WARC-Truncated": "length"}}, Answer(URL, CAPTURED, 200, RULES, cut=True)),
        ({"headers": {"WARC-Date": "yesterday"}}, Answer(URL, "", 200, RULES)),
        ({"status": "404 Not Found"}, Answer(URL, CAPTURED, 404)),
        ({"status": "503 Busy"}, Answer(URL, CAPTURED, 503)),
        ({"status": "304 Not Modified"}, Answer(URL, CAPTURED, 304)),
        ({"status": "301 Moved", "http": [("location", " /x ")]},
         Answer(URL, CAPTURED, 301, location="https://example.org/x")),
        ({"status": "301 Moved", "http": [("Location", "http://[a/")]}, Answer(URL, CAPTURED, 301)),
        ({"status": "2oo OK"}, Reject("http.status", detail="2oo")),
        ({"http": [("Content-Encoding", "gzip")], "body": GZIPPED[:-9]},
         Reject("http.encoding", detail="the compressed data end early")),
        ({"url": "https://example.org/robots.txt?x"}, None),
        ({"url": "https://example.org/page", "status": "2oo OK"}, None),
    ],
)  # fmt: skip
def test_answers(record: dict[str, object], expected: Answer | Reject | None) -> None:
    assert only(**record) == expected


def test_every_layout() -> None:
    many = [{"url": f"https://h{number}.org/robots.txt", "body": RULES} for number in range(4)]
    plain, zipped = write(many, zipped=False), write(many, zipped=True)
    expected = [Answer(str(each["url"]), CAPTURED, 200, RULES) for each in many]
    assert answers(plain) == answers(zipped) == answers(gzip.compress(plain, mtime=0)) == expected


def test_arc() -> None:
    head = b"HTTP/1.0 404 Not Found\n\n"
    first = b"http://a.org/robots.txt 1.2.3.4 20140216050221 text/plain %d\n" % len(head) + head + b"\n"
    bare = b"http://b.org/robots.txt 1.2.3.4 20140216050221 text/plain %d\n" % len(RULES) + RULES + b"\n"
    expected = [
        Answer("http://a.org/robots.txt", "2014-02-16T05:02:21Z", 404),
        Answer("http://b.org/robots.txt", "2014-02-16T05:02:21Z", 200, RULES),
    ]
    assert answers(first + bare) == answers(members(first, bare)) == expected


def test_a_digest_that_is_another_s() -> None:
    (found,) = answers(relabelled("Block", "md5:" + "0" * 32, {"url": URL, "body": RULES}))
    assert found == Reject("warc.digest", detail="the block is not md5:" + "0" * 32)


def test_a_record_that_warcio_does_not_know() -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\n" + RULES
    data = raw_record(block).replace(b"http://example.org/\r", b"http://example.org/robots.txt\r")
    (found,) = answers(data)
    assert isinstance(found, Answer)
    (found,) = answers(data.replace(b"WARC/1.0", b"WARC/9.0"))
    assert isinstance(found, Reject)
    assert found.rule == "warc.unreadable"
