import pytest

from winnow.pipelines.sources.web.failures import Undecodable
from winnow.pipelines.sources.web.http_head import MAX_HEAD, Head, begins


@pytest.mark.parametrize(
    ("block", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", "200", b"body"),
        (b"HTTP/1.1 200\r\n\r\nbody", "200", b"body"),
        (b"HTTP/2  404 Not Found\nA: b\n\nbody", "404", b"body"),
        (b"HTTP/1.1\r\n\r\n", "", b""),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\nbody", "200", b"body"),
        (b"HTTP/1.1 200 OK", "200", b""),
        (b"HTTP/1.1 200 \xff\xfe\r\nX: \xe9\r\n\r\n", "200", b""),
        # as servers write it
        (b"http/1.1 200 OK\r\n\r\nbody", "200", b"body"),
        (b"Http/1.0 200 ok\n\nbody", "200", b"body"),
        (b"HTTP/1.1\t200\tOK\r\n\r\nbody", "200", b"body"),
        (b"HTTP/1.1 200OK\r\n\r\nbody", "200", b"body"),
        (b"HTTP 200 OK\r\n\r\nbody", "200", b"body"),
        (b"HTTP/ 200 OK\r\n\r\nbody", "200", b"body"),
        (b"HTTP/2 200 \r\n\r\nbody", "200", b"body"),
        (b"ICY 200 OK\r\nicy-name: x\r\n\r\nbody", "200", b"body"),
        (b"\r\n\nHTTP/1.1 200 OK\r\n\r\nbody", "200", b"body"),
        (b"HTTP/1.1 OK\r\n\r\nbody", "", b"body"),
        (b"HTTP/1.1 2000 OK\r\n\r\nbody", "2000", b"body"),
        (b"HTTP/1.1 2oo OK\r\n\r\nbody", "2oo", b"body"),
        (b"HTTP/1.1 200 OK\r\r\n\r\r\nbody", "200", b"body"),
        (b"HTTP/1.1 200 OK\r\nA: b", "200", b""),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", "200", b""),
        (b"HTTP/1.1 200 OK\r\nA: b\n\r\n\r\nbody", "200", b"\r\nbody"),
        # what comes before the answer
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody", "200", b"body"),
        (b"HTTP/1.1 100\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 404 No\r\n\r\n", "404", b""),
        (b"HTTP/1.0 200 Connection Established\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody", "200", b"body"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "100", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nbody", "100", b"body"),
        (b"HTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "101", b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 404 No\r\n\r\n", "200", b"HTTP/1.1 404 No\r\n\r\n"),
    ],
)
def test_head(block, status, body):
    head = Head(block)
    assert (head.status, block[head.body_at :]) == (status, body)


def test_fields_are_found_in_any_case_and_lists_are_joined():
    head = Head(b"HTTP/1.1 200 OK\r\ncontent-ENCODING: gzip, , BR\r\nContent-Encoding: deflate\r\nA: 1\r\nA: 2\r\n\r\n")
    assert head.tokens("content-encoding") == ["gzip", "br", "deflate"]
    assert (head.get("a"), head.get("b"), head.tokens("b")) == ("1", None, [])


def test_fields_are_trimmed_and_folded_lines_go_on():
    head = Head(b"HTTP/1.1 200 OK\r\nContent-Type : text/html;\r\n\tcharset=x \r\nB:\r\n : c\r\n\r\n")
    assert (head.get("content-type"), head.get("b"), head.body_at) == ("text/html;\tcharset=x", ": c", 69)


@pytest.mark.parametrize(
    ("lines", "code", "counts_as"),
    [
        (b"200 OK", "200", "200"),
        (b"OK", "200", "200"),
        (b"203 Non-Authoritative Information", "203", "200"),
        (b"206 Partial Content\r\nContent-Range: bytes 0-99/100", "206", "200"),
        (b"206 Partial Content\r\nContent-Range: bytes 0-98/100", "206", "206"),
        (b"206 Partial Content\r\nContent-Range: bytes 1-99/100", "206", "206"),
        (b"206 Partial Content\r\nContent-Range: bytes 0-99/*", "206", "206"),
        (b"206 Partial Content", "206", "206"),
        (b"204 No Content\r\nContent-Range: bytes 0-99/100", "204", "204"),
    ],
)
def test_what_a_status_counts_as(lines, code, counts_as):
    head = Head(b"HTTP/1.1 " + lines + b"\r\n\r\n")
    assert (head.code, head.counts_as) == (code, counts_as)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (b"HTTP/1.1 200 OK", True),
        (b"http/1.1 200 ok", True),
        (b"HTTP 200", True),
        (b"ICY 200 OK", True),
        (b"\r\nHTTP/1.1", True),
        (b"HTTP is a protocol", False),
        (b"HTTP 2000 pages", False),
        (b"<html>HTTP/1.1 200 OK", False),
        (b"HTT", False),
        (b"", False),
    ],
)
def test_begins(block, expected):
    assert begins(block) is expected


def test_no_more_answers_are_passed_over_than_a_server_sends():
    assert Head(b"HTTP/1.1 100 C\r\n\r\n" * 9 + b"HTTP/1.1 200 OK\r\n\r\n").status == "200"
    assert Head(b"HTTP/1.1 100 C\r\n\r\n" * 10 + b"HTTP/1.1 200 OK\r\n\r\n").status == "100"


def test_a_head_without_end_is_refused():
    with pytest.raises(Undecodable):
        Head(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * MAX_HEAD)
