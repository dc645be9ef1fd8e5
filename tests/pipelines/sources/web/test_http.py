import gzip
import zlib

import brotli
import pytest
import zstandard

from winnow.pipelines.sources.web.http import TooLarge, Undecodable, dechunk, decode

TEXT = "<html>näh</html>".encode() * 50
CAP = 10_000
SKIPPED = b"\x50\x2a\x4d\x18\2\0\0\0xx"
"""A frame of zstd that is to be skipped."""


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def streamed(data: bytes, **settings: int) -> bytes:
    """A zstd frame that does not say how long its content is, as servers send it."""
    settings = {"compression_level": 3, "write_content_size": 0, "write_checksum": 1} | settings
    parameters = zstandard.ZstdCompressionParameters.from_level(settings.pop("compression_level"), **settings)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return packer.compress(data) + packer.flush()


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
        (zstandard.compress(TEXT), ["zstd"]),
        (zstandard.compress(TEXT), ["x-zstd"]),
        (streamed(TEXT), ["zstd"]),
        (zstandard.compress(TEXT[:99]) + streamed(TEXT[99:]), ["zstd"]),
        (zstandard.compress(TEXT) + b"\r\n\0junk", ["zstd"]),
        (SKIPPED + zstandard.compress(TEXT[:9]) + SKIPPED * 2 + zstandard.compress(TEXT[9:]) + SKIPPED, ["zstd"]),
        (zstandard.compress(TEXT) + SKIPPED[:-1], ["zstd"]),
        (gzip.compress(zstandard.compress(TEXT), mtime=0), ["zstd", "gzip"]),
        (zstandard.compress(brotli.compress(TEXT)), ["br", "zstd"]),
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
        (zstandard.compress(TEXT)[:-1], "zstd"),
        (streamed(TEXT)[:-1], "zstd"),
        (streamed(TEXT)[:-4] + b"\0" * 4, "zstd"),
        (streamed(TEXT, window_log=27), "zstd"),
        (zstandard.compress(b"") * 257, "zstd"),
        (SKIPPED, "zstd"),
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


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, bare, brotli.compress, zstandard.compress, streamed])
def test_the_cap_itself_is_kept(pack):
    coding = {gzip.compress: "gzip", brotli.compress: "br", zstandard.compress: "zstd", streamed: "zstd"}.get(
        pack, "deflate"
    )
    assert decode(pack(b"a" * CAP), [coding], CAP) == b"a" * CAP
    with pytest.raises(TooLarge) as error:
        decode(pack(b"a" * (CAP + 1)), [coding], CAP)
    assert error.value.seen == CAP + 1


@pytest.mark.parametrize(
    ("pack", "coding"),
    [(gzip.compress, "gzip"), (brotli.compress, "br"), (bare, "deflate"), (zstandard.compress, "zstd")],
)
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


def test_a_zstd_window_is_as_large_as_browsers_give_or_as_the_cap():
    packed = streamed(TEXT, window_log=24)
    with pytest.raises(Undecodable):
        decode(packed, ["zstd"], (1 << 24) - 1)
    assert decode(packed, ["zstd"], 1 << 24) == TEXT
    assert decode(streamed(TEXT, window_log=23), ["zstd"], CAP) == TEXT
