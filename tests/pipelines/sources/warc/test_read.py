import gzip
import io

import brotli
import pytest
import warc_files
from warc_files import (
    BODY,
    CAPTURED,
    HTML,
    TEXT,
    members,
    mime_of,
    only,
    page,
    raw_record,
    record_id,
    records,
    text_of,
    write,
)

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import Content, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.read import read
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings


def test_a_page_in_full():
    assert only({"body": BODY}) == Record(
        offset=0,
        kind="response",
        id=record_id(0).replace("-", ""),
        url="http://example.org/0",
        captured=CAPTURED,
        contents=(Content(TEXT, "text/html"),),
        meta={"http_status": "200", "charset": "utf-8"},
    )


@pytest.mark.parametrize("zipped", [True, False])
def test_every_type_of_record(zipped):
    data = write(
        [
            {"kind": "warcinfo", "body": b"software: x", "http": None},
            {"kind": "request", "body": b"", "http": [("Host", "a")], "status": "GET / HTTP/1.1"},
            {"kind": "response", "body": BODY},
            {"kind": "metadata", "body": b"a: b", "http": None},
            {"kind": "revisit", "body": b"", "http": None},
            {"kind": "resource", "body": BODY, "http": None, "type": "text/html"},
            {"kind": "conversion", "body": "<p> näh".encode(), "http": None, "type": "text/plain"},
            {"kind": "continuation", "body": b"x", "http": None},
        ],
        zipped=zipped,
    )
    found = [(record.kind, mime_of(record), text_of(record)) for record in records(data)]
    assert found == [
        ("warcinfo", None, None),
        ("request", None, None),
        ("response", "text/html", TEXT),
        ("metadata", None, None),
        ("revisit", None, None),
        ("resource", "text/html", TEXT),
        ("conversion", "text/plain", "<p> näh"),
        ("continuation", None, None),
    ]


def test_the_layouts_hold_the_same_records():
    many = [{"body": BODY + bytes([65 + number])} for number in range(5)]
    plain, zipped = write(many, zipped=False), write(many, zipped=True)
    facts = [(r.id, r.contents, r.meta) for r in records(plain)]
    assert len({contents[0].text for _, contents, _ in facts}) == 5
    assert [(r.id, r.contents, r.meta) for r in records(zipped)] == facts
    assert [(r.id, r.contents, r.meta) for r in records(gzip.compress(plain, mtime=0))] == facts


@pytest.mark.parametrize(
    ("http", "body"),
    [
        ([*HTML, ("Content-Encoding", "gzip")], gzip.compress(BODY, mtime=0)),
        ([*HTML, ("Content-Encoding", "br")], brotli.compress(BODY)),
        (
            [*HTML, ("Transfer-Encoding", "chunked")],
            b"5\r\n" + BODY[:5] + b"\r\n%x\r\n" % (len(BODY) - 5) + BODY[5:] + b"\r\n0\r\n\r\n",
        ),
        ([*HTML, ("Transfer-Encoding", "chunked")], BODY),
        (
            [*HTML, ("Transfer-Encoding", "gzip, chunked")],
            b"%x\r\n" % len(gzip.compress(BODY, mtime=0)) + gzip.compress(BODY, mtime=0) + b"\r\n0\r\n\r\n",
        ),
        ([*HTML, ("Content-Encoding", "gzip")], BODY),
        ([("Content-Type", "text/html")], BODY),
        ([], BODY),
    ],
)
def test_codings_are_undone(http, body):
    assert text_of(only({"http": http, "body": body})) == TEXT


def test_what_a_reader_should_know_is_noted():
    body = ("Größe und Maß, über alle Maßen schön. " * 9).encode()
    headers = {"WARC-Truncated": "length", "WARC-Date": "yesterday", "WARC-Segment-Number": "1"}
    found = only({"body": body + b"\xc3", "headers": headers})
    assert found.captured is None
    assert found.meta == {
        "warc_truncated": "length",
        "warc_date": "yesterday",
        "warc_segment": "1",
        "http_status": "200",
        "charset": "utf-8",
        "charset_errors": "1",
    }
    assert text_of(found) == body.decode() + "\ufffd"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("X-Robots-Tag", "NoAI,  noindex"), ("x-robots-tag", "gptbot: none")],
         {"x_robots_tag": "noai, noindex; gptbot: none"}),
        ([("TDM-Reservation", "1"), ("tdm-reservation", "0")], {"tdm_reservation": "1"}),
        ([("X-Robots-Tag", " ")], {}),
        ([("X-Robots-Tag", "y" * 300)], {"x_robots_tag": "y" * 200}),
    ],
)  # fmt: skip
def test_what_the_server_asks_of_robots_is_noted(fields, expected):
    found = only({"body": BODY, "http": [("Content-Type", "text/html; charset=utf-8"), *fields]})
    assert found.meta == {"http_status": "200", "charset": "utf-8"} | expected


@pytest.mark.parametrize(
    ("block", "rule"),
    [(b"", "http.head"), (b"<html>", "http.head"), (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 99_999, "http.head")],
)
def test_a_response_without_a_head(block, rule):
    (found,) = records(raw_record(block))
    assert found.reject.rule == rule


def test_a_version_of_warc_that_warcio_does_not_know_is_unreadable():
    good = raw_record(page())
    future = good.replace(b"WARC/1.0", b"WARC/9.0")
    first, second, third = records(future + good + future.replace(b"response", b"metadata"))
    assert (first.kind, first.reject.rule, text_of(second), third.kind) == (
        "response",
        "warc.unreadable",
        "<html>hello</html>",
        "metadata",
    )


@pytest.mark.parametrize("extra", ["", "WARC-Record-ID: <urn:x:1>\r\n"])
def test_ids_without_a_uuid_come_from_stable_facts(extra):
    one, other = raw_record(page("one"), extra=extra), raw_record(page("other"), extra=extra)
    ids = [record.id for record in records(members(one, b"garbage", other, one)) if record.kind == "response"]
    assert [len(identity) for identity in ids] == [32, 32, 32]
    assert ids[0] == ids[2] == records(one)[0].id
    # with an id in the file, that id is what counts
    assert (ids[0] == ids[1]) == bool(extra)


def test_arc():
    arc = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain 15\n1 0 A B\nURL IP\n\n"
    head = b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n"
    web = b"http://a.org/a b 1.2.3.4 20140216050221 text/html %d\n" % (len(head) + len(BODY)) + head + BODY + b"\n"
    bare = b"http://a.org/bare 1.2.3.4 20140216050222 text/plain 5\nwords\n"
    dns = b"dns:a.org 1.2.3.4 20140216050222 text/dns 5\nwords\n"
    for data in (arc + web + bare + dns, members(arc, web, bare, dns)):
        version, page_record, text, other = records(data)
        assert version.kind == "filedesc"
        assert (page_record.url, page_record.captured, text_of(page_record)) == (
            "http://a.org/a%20b",
            "2014-02-16T05:02:21Z",
            TEXT,
        )
        assert (mime_of(text), text_of(text)) == ("text/plain", "words")
        assert other.reject == Reject("http.mime", detail="text/dns, declared text/dns")


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize(
    "line",
    [
        "http://a.org/ 1.2.3.4 20140216050221 text/html; charset=utf-8",
        "http://a.org/ 1.2.3.4 20140216050221 text/html 200 - - 99 a.arc",
        "http://a.org/  20140216050221 text/html",
        "http://a.org/ 1.2.3.4 20140216050221 ",
    ],
)
def test_arc_lines_as_crawlers_wrote_them(line, zipped):
    parts = [f"{line} {len(BODY)}\n".encode() + BODY + b"\n"] * 2
    found = records(members(*parts) if zipped else b"".join(parts))
    assert [(r.url, r.captured, mime_of(r), text_of(r)) for r in found] == [
        ("http://a.org/", "2014-02-16T05:02:21Z", "text/html", TEXT)
    ] * 2


def test_the_charset_that_a_crawler_found_is_read():
    body = "Весна в деревне".encode("iso8859-5")
    identified = {"WARC-Identified-Payload-Type": 'text/html; charset="iso-8859-5"'}
    detected = ("x-commoncrawl-DetectedCharset", "ISO-8859-5")
    for record in (
        {"body": body, "http": [("Content-Type", "text/html")], "headers": identified},
        {"body": body, "http": [("Content-Type", "text/html"), detected]},
    ):
        assert text_of(only(record)) == "Весна в деревне"


@pytest.mark.parametrize(
    ("status", "fields", "kept"),
    [
        ("203 Non-Authoritative Information", [], True),
        ("206 Partial Content", [("Content-Range", f"bytes 0-{len(BODY) - 1}/{len(BODY)}")], True),
        ("206 Partial Content", [("Content-Range", "bytes 0-9/100")], False),
        ("100 Continue", [], False),
    ],
)
def test_what_counts_as_a_page(status, fields, kept):
    found = only({"status": status, "http": [*HTML, *fields], "body": BODY})
    assert (text_of(found), found.reject and found.reject.rule) == ((TEXT, None) if kept else (None, "http.status"))
    listed = only({"status": status, "http": [*HTML, *fields], "body": BODY}, WarcSettings(statuses=(status[:3],)))
    assert text_of(listed) == TEXT


def test_gaps_are_rows():
    data = write([{"body": BODY}], zipped=True)
    gap = records(data + b"\0" * 7)[1]
    assert (gap.kind, gap.offset, gap.reject) == ("gap", len(data), Reject("warc.gap", detail=f"{len(data)}+7"))
    assert gap.id == records(data + data + b"\0" * 7)[2].id != records(data + b"\0" * 8)[1].id


def test_a_record_cut_short_behind_the_scans_back_is_unreadable():
    data = write([{"body": BODY * 99}], zipped=False)
    items = scan(io.BytesIO(data)).items
    (found,) = read(FileBytes(io.BytesIO(data[:-100])), items, "plain", WarcSettings())
    assert (found.reject.rule, found.contents) == ("warc.unreadable", ())


def test_settings_know_what_a_digest_can_do():
    with pytest.raises(ValueError, match="digest is 'no'"):
        WarcSettings(digest="no")


LOG = "resource of metadata:"
QUIRKS = {
    "bad.arc": ["warc.gap", "text/plain", "warc.gap"],
    "example-bad-non-chunked.warc.gz": ["warcinfo", "warcinfo", "text/html", "request", "revisit", "request"],
    "example-digest.warc": ["request"] * 4,
    "example-iana.org-chunked.warc": ["warcinfo", "text/html", "request"],
    "example-resource.warc.gz": ["warcinfo", "warcinfo", "text/html"],
    "example-space-in-target-uri.warc.gz": ["warcinfo", "resource of file:"],
    "example-space-in-url.arc": ["filedesc", "warc.gap"],
    "example-trunc.warc": ["warcinfo", "warcinfo", "warc.gap", "request"],
    "example-wget-bad-target-uri.warc.gz": [
        "warcinfo",
        "request",
        "text/html",
        "metadata",
        *["resource of metadata:"] * 2,
    ],
    "example-wrong-chunks.warc.gz": ["warc.digest", "request"],
    "example.arc": ["filedesc", "text/html"],
    "example.arc.gz": ["filedesc", "text/html"],
    "example.warc": ["warcinfo", "warcinfo", "text/html", "request", "revisit", "request"],
    "example.warc.gz": ["warcinfo", "warcinfo", "text/html", "request", "revisit", "request"],
    "post-test.warc.gz": ["http.mime", "request"] * 3,
}


@pytest.mark.skipif(not warc_files.SHARED.exists(), reason="no shared data here")
@pytest.mark.parametrize("name", QUIRKS)
def test_quirks(name):
    found = records((warc_files.SHARED / "warc-quirks" / name).read_bytes())
    assert [r.reject.rule if r.reject else mime_of(r) or r.kind for r in found] == QUIRKS[name]


@pytest.mark.skipif(not warc_files.SHARED.exists(), reason="no shared data here")
def test_every_real_page_is_read():
    for path in sorted((warc_files.SHARED / "web").glob("trafilatura-eval-0000[03].warc.gz")):
        pages = [record for record in records(path.read_bytes()) if record.kind == "response"]
        assert [record.reject for record in pages] == [None] * len(pages)
