import gzip

import pytest

from winnow.pipelines.sources.web.mime import decide, essence, sniff

HTML = b"<!DOCTYPE html>\n<html>"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html; charset=utf-8", "text/html"),
        (" TEXT/HTML ", "text/html"),
        ("text/html,text/html", "text/html"),
        ("text", ""),
        ("", ""),
        (None, ""),
        ("text/html/x", ""),
        ("image/svg+xml", "image/svg+xml"),
    ],
)
def test_essence(content_type, expected):
    assert essence(content_type) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"PK\x03\x04", "application/zip"),
        (gzip.compress(b"", mtime=0), "application/gzip"),
        (b"RIFF\0\0\0\0WEBPVP8", "image/webp"),
        (HTML, "text/html"),
        (b" \r\n<HTML lang=en>", "text/html"),
        (b"<!-- x --><!-- y -->\n<head>", "text/html"),
        (b"\xef\xbb\xbf<html>", "text/html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC>", "text/html"),
        (b"<?xml version='1.0'?><rss>", None),
        (b"<htmlx>", None),
        (b"words", None),
        (b"", None),
        (b" ", None),
        (b"<" * 5000, None),
        (b"<!--" * 9000, None),
    ],
)
def test_sniff(body, expected):
    assert sniff(body) == expected


@pytest.mark.parametrize(
    ("body", "declared", "identified", "expected"),
    [
        (HTML, "text/html; charset=x", None, "text/html"),
        (b"no markup", "text/html", None, "text/html"),
        (HTML, None, None, "text/html"),
        (HTML, "application/octet-stream", None, "text/html"),
        (HTML, "text/plain", None, "text/html"),
        (b"<p>is an element", "text/plain", None, "text/plain"),
        (HTML, "application/xml", None, "application/xhtml+xml"),
        (HTML, "application/xhtml+xml", None, "application/xhtml+xml"),
        (b"<rss>", "text/xml", None, "text/xml"),
        (b"%PDF-1.7", "text/html", None, "application/pdf"),
        (HTML, "application/json", None, "application/json"),
        (HTML, "image/png", None, "image/png"),
        (b"words", None, None, "text/plain"),
        (b"words", None, "application/json", "application/json"),
        (b"words", "text/plain", "application/json", "text/plain"),
        (b"\0\1\2", None, None, "application/octet-stream"),
        (b"\0\1\2", "text/plain", None, "application/octet-stream"),
        (b"\xff\xfeh\0i\0", "text/plain", None, "text/plain"),
        ("a mill".encode("utf-16-le"), None, None, "text/plain"),
        ("a mill".encode("utf-16-be"), "text/plain", None, "text/plain"),
        ("<!doctype html><p>a".encode("utf-16-le"), None, None, "text/html"),
        (b"a\0b\0\1\0", None, None, "application/octet-stream"),
        (b"a\0b\0\0\xd8c\0", None, None, "application/octet-stream"),
        (b"\0" * 64, None, None, "application/octet-stream"),
        (b"", None, None, "text/plain"),
    ],
)
def test_decide(body, declared, identified, expected):
    assert decide(body, declared, identified) == expected


@pytest.mark.parametrize("byte", range(256))
def test_bytes_that_no_text_has(byte: int) -> None:
    """The standard's table of binary data bytes."""
    binary = byte <= 0x08 or byte == 0x0B or 0x0E <= byte <= 0x1A or 0x1C <= byte <= 0x1F
    assert decide(b"ab" + bytes([byte]), None) == ("application/octet-stream" if binary else "text/plain")
