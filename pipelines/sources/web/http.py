"""The payload of an HTTP response: chunks put together, content codings undone, never beyond a cap.

Transfer and content codings: RFC 9112, section 7.1; RFC 9110, section 8.4. Crawlers often store a body already decoded
under the server's own headers, so a coding that the bytes plainly do not have is passed over.
"""

import re
import zlib
from collections.abc import Generator, Iterator

import brotli
import zstandard

from winnow.pipelines.sources import zstd
from winnow.pipelines.sources.web.failures import TooLarge as TooLarge
from winnow.pipelines.sources.web.failures import Undecodable as Undecodable
from winnow.pipelines.sources.web.http_head import MAX_HEAD as MAX_HEAD
from winnow.pipelines.sources.web.http_head import Head as Head
from winnow.pipelines.sources.web.http_head import begins as begins
from winnow.pipelines.sources.web.mime import BINARY

_PIECE = 1 << 18
_BLOCK = 1 << 16
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_UNREAD = frozenset({"aes128gcm", "compress", "dcb", "dcz", "exi", "lzma", "sdch", "x-compress"})
"""Codings that exist and that we do not undo; any other name (`identity`, `none`, `utf-8`) is no coding at all."""
_MAX_CODINGS = 5
_MAX_MEMBERS = 256
_ZSTD_WINDOW = 1 << 23
"""Bytes of a window that browsers give a zstd frame (RFC 9659); a body as long as the cap may ask for as many."""
_ZSTD_LEAST, _ZSTD_MOST = 1 << 6, 1 << 10
"""Bytes that the decoder is given at a time: of four it makes 128 KiB at most."""


def dechunk(body: bytes) -> bytes | None:
    """Return the chunks of `body` put together, or None if it is plainly not in chunks: it does not begin like one.

    The last chunk, of length 0, may be missing. Raises Undecodable where a chunk is broken or cut short.
    """
    pieces: list[bytes] = []
    at = 0
    while at < len(body):
        size = _CHUNK_SIZE.match(body, at, at + 4096)
        if size is None:
            if not pieces:
                return None
            raise Undecodable(f"chunked: no chunk at byte {at}")
        start, length = size.end(), int(size.group(1), 16)
        if length == 0:
            break
        end = start + length
        if end > len(body):
            raise Undecodable(f"chunked: the chunk at byte {at} is cut short")
        line_end = 2 if body[end : end + 2] == b"\r\n" else int(body[end : end + 1] == b"\n")
        if not line_end and end < len(body):
            if not pieces:
                return None
            raise Undecodable(f"chunked: the chunk at byte {at} is longer than it says")
        pieces.append(body[start:end])
        at = end + line_end
    return b"".join(pieces)


def decode(body: bytes, codings: list[str], cap: int) -> bytes:
    """Undo content codings, given in the order they were applied.

    Raises TooLarge as soon as one of them gives more than `cap` bytes, Undecodable if one cannot be undone.
    """
    if len(body) > cap:
        raise TooLarge(len(body))
    if len(codings) > _MAX_CODINGS:
        raise Undecodable(f"{len(codings)} content codings")
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            body = _capped(_gunzip(body), cap) if body.startswith(b"\x1f\x8b") else body
        elif coding == "deflate":
            body = _unless_plain(body, _undeflate(body), cap)
        elif coding in ("zstd", "x-zstd"):
            body = _capped(_unzstd(body, max(cap, _ZSTD_WINDOW)), cap) if zstd.begins(body[:4]) else body
        elif coding == "br":
            body = _unless_plain(body, _unbrotli(body), cap)
        elif coding in _UNREAD and not _looks_plain(body):
            raise Undecodable(f"content coding {coding} is not read")
    return body


def _capped(pieces: Iterator[bytes], cap: int) -> bytes:
    kept, seen = [], 0
    for piece in pieces:
        seen += len(piece)
        if seen > cap:
            raise TooLarge(seen)
        kept.append(piece)
    return b"".join(kept)


def _unless_plain(body: bytes, pieces: Iterator[bytes], cap: int) -> bytes:
    """Return the decoded pieces, or the body itself if it cannot be decoded and reads like text."""
    try:
        return _capped(pieces, cap)
    except Undecodable:
        if _looks_plain(body):
            return body
        raise


def _looks_plain(body: bytes) -> bool:
    return BINARY.search(body, 0, 1024) is None


def _gunzip(body: bytes) -> Iterator[bytes]:
    """Yield what each gzip member holds; other bytes behind one are ignored, as browsers do."""
    at = 0
    for _ in range(_MAX_MEMBERS):
        at = yield from _inflated(zlib.decompressobj(16 + zlib.MAX_WBITS), body, at)
        if not body.startswith(b"\x1f\x8b", at):
            return
    raise Undecodable(f"more than {_MAX_MEMBERS} gzip members")


def _unzstd(body: bytes, window: int) -> Iterator[bytes]:
    """Yield what each zstd frame holds that asks for no larger window; other bytes behind one are ignored."""
    decoder = zstandard.ZstdDecompressor(max_window_size=window)
    at, size = _unskipped(body, 0), _ZSTD_LEAST
    try:
        for _ in range(_MAX_MEMBERS):
            frame = decoder.decompressobj()
            while not frame.eof:
                if at >= len(body):
                    raise Undecodable("the zstd data end early")
                piece = frame.decompress(body[at : at + size])
                at = min(at + size, len(body))
                size = _ZSTD_LEAST if len(piece) > _PIECE else min(2 * size, _ZSTD_MOST)
                yield piece
            at = _unskipped(body, at - len(frame.unused_data))
            if not body.startswith(zstd.MAGIC, at):
                return
    except zstandard.ZstdError as error:
        raise Undecodable(f"zstd: {error}") from error
    raise Undecodable(f"more than {_MAX_MEMBERS} zstd frames")


def _unskipped(body: bytes, at: int) -> int:
    """Where frames that are to be skipped end."""
    while zstd.begins(body[at : at + 4]) and not body.startswith(zstd.MAGIC, at):
        at += 8 + int.from_bytes(body[at + 4 : at + 8], "little")
    return at


def _undeflate(body: bytes) -> Iterator[bytes]:
    """Undo `deflate`: zlib data by the standard, bare deflate data by habit."""
    is_zlib = len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflated(zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS), body, 0)


def _inflated(decoder: "zlib._Decompress", body: bytes, at: int) -> Generator[bytes, None, int]:
    """Yield what is compressed at `at`; return where it ends."""
    try:
        while not decoder.eof and at < len(body):
            data = body[at : at + _BLOCK]
            at += len(data)
            while piece := decoder.decompress(data, _PIECE):
                yield piece
                data = b"" if decoder.eof else decoder.unconsumed_tail
    except zlib.error as error:
        raise Undecodable(str(error)) from error
    if not decoder.eof:
        raise Undecodable("the compressed data end early")
    return at - len(decoder.unused_data)


def _unbrotli(body: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    try:
        for at in range(0, len(body), _BLOCK):
            yield decoder.process(body[at : at + _BLOCK], output_buffer_limit=_PIECE)
            while not decoder.can_accept_more_data() and not decoder.is_finished():
                yield decoder.process(b"", output_buffer_limit=_PIECE)
            if decoder.is_finished():
                return
    except brotli.error as error:
        raise Undecodable(f"brotli: {error}") from error
    raise Undecodable("the brotli data end early")
