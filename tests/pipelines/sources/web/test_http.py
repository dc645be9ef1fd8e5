import gzip
import zlib

import brotli
import pytest

from winnow.pipelines.sources.web.http import MAX_HEAD, Head, TooLarge, Undecodable, dechunk, decode

TEXT = "<html>näh</html>".encode() * 50
CAP = 10_000


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


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
    ],
)
def test_head(block, status, body):
    head = Head(block)
    assert (head.status, block[head.body_at :]) == (status, body)


def test_fields_are_found_in_any_case_and_lists_are_joined():
    head = Head(b"HTTP/1.1 200 OK\r\ncontent-ENCODING: gzip, , BR\r\nContent-Encoding: deflate\r\nA: 1\r\nA: 2\r\n\r\n")
    assert head.tokens("content-encoding") == ["gzip", "br", "deflate"]
    assert (head.get("a"), head.get("b"), head.tokens("b")) == ("1", None, [])


def test_a_head_without_end_is_refused():
    with pytest.raises(Undecodable):
        Head(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * MAX_HEAD)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"0005;ext=1\r\nhello\r\n3 \r\nabc\r\n0\r\nTrailer: x\r\n\r\n", b"helloabc"),
        (b"A\nabcdefghij\n0\n\n", b"abcdefghij"),
        (b"5\r\nhello\r\n", b"hello"),
        (b"5\r\nhello", b"hello"),
        (b"0\r\n\r\n", b""),
        (b"", b""),
        (b"<html>", None),
        (b"5\r\nhello world", None),
        (b"abc", None),
    ],
)
def test_dechunk(body, expected):
    assert dechunk(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"6\r\nhello",
        b"5\r\nhello\r\nxyz\r\n",
        b"5\r\nhello\r\n2\r\nabc",
        b"5\r\nhello\r\n9\r\nabc",
        b"FFFFFFFFFFFFFFFF\r\nabc",
    ],
)
def test_broken_chunks_are_undecodable(body):
    with pytest.raises(Undecodable):
        dechunk(body)


@pytest.mark.parametrize(
    ("body", "codings"),
    [
        (TEXT, []),
        (TEXT, ["identity", "utf-8", "none"]),
        (gzip.compress(TEXT, mtime=0), ["gzip"]),
        (gzip.compress(TEXT, mtime=0), ["x-gzip"]),
        (gzip.compress(TEXT, mtime=0) + b"\r\n\0junk", ["gzip"]),
        (gzip.compress(TEXT[:99], mtime=0) + gzip.compress(TEXT[99:], mtime=0), ["gzip"]),
        (zlib.compress(TEXT), ["deflate"]),
        (bare(TEXT), ["deflate"]),
        (brotli.compress(TEXT), ["br"]),
        (gzip.compress(brotli.compress(TEXT), mtime=0), ["br", "gzip"]),
        (zlib.compress(gzip.compress(TEXT, mtime=0)), ["gzip", "deflate"]),
        # the crawler decoded the body and kept the header
        (TEXT, ["gzip"]),
        (TEXT, ["deflate"]),
        (TEXT, ["br"]),
        (TEXT, ["zstd"]),
        (TEXT, ["gzip", "gzip"]),
        (gzip.compress(TEXT, mtime=0), ["gzip", "gzip"]),
    ],
)
def test_decode(body, codings):
    assert decode(body, codings, CAP) == TEXT


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(TEXT, mtime=0)[:-1], "gzip"),
        (gzip.compress(TEXT, mtime=0)[:40], "gzip"),
        (gzip.compress(TEXT, mtime=0)[:-8] + b"\0" * 8, "gzip"),
        (zlib.compress(TEXT)[:-5], "deflate"),
        (bare(TEXT)[:-5], "deflate"),
        (brotli.compress(TEXT)[:-5], "br"),
        (b"\x28\xb5\x2f\xfd\0\0\0", "zstd"),
        (b"\0\1\2\3", "br"),
        (b"\0\1\2\3", "deflate"),
        (gzip.compress(b"", mtime=0) * 257, "gzip"),
    ],
)
def test_what_cannot_be_undone_is_undecodable(body, coding):
    with pytest.raises(Undecodable):
        decode(body, [coding], CAP)


def test_a_tower_of_codings_is_undecodable():
    with pytest.raises(Undecodable):
        decode(TEXT, ["identity"] * 6, CAP)
    assert decode(TEXT, ["identity"] * 5, CAP) == TEXT


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, bare, brotli.compress])
def test_the_cap_itself_is_kept(pack):
    coding = {gzip.compress: "gzip", brotli.compress: "br"}.get(pack, "deflate")
    assert decode(pack(b"a" * CAP), [coding], CAP) == b"a" * CAP
    with pytest.raises(TooLarge) as error:
        decode(pack(b"a" * (CAP + 1)), [coding], CAP)
    assert error.value.seen == CAP + 1


@pytest.mark.parametrize(("pack", "coding"), [(gzip.compress, "gzip"), (brotli.compress, "br"), (bare, "deflate")])
def test_a_bomb_is_not_inflated_beyond_the_cap(pack, coding):
    bomb = pack(bytes(200 << 20)) if coding != "br" else brotli.compress(bytes(200 << 20), quality=1)
    with pytest.raises(TooLarge) as error:
        decode(bomb, [coding], 1 << 20)
    # one more piece than the cap, never the 200 MiB
    assert 1 << 20 < error.value.seen <= 3 << 20


def test_a_body_longer_than_the_cap_is_too_large_as_it_is():
    with pytest.raises(TooLarge) as error:
        decode(b"a" * (CAP + 1), [], CAP)
    assert error.value.seen == CAP + 1
