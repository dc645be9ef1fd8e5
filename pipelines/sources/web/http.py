"""The payload of an HTTP response: chunks put together, content codings undone, never beyond a cap.

Transfer and content codings: RFC 9112, section 7.1; RFC 9110, section 8.4. Crawlers often store a body already decoded
under the server's own headers, so a coding that the bytes plainly do not have is passed over.
"""

import re
import zlib
from collections.abc import Generator, Iterator
from io import BytesIO

import brotli
from warcio.statusandheaders import StatusAndHeadersParser

from winnow.pipelines.sources.web.mime import BINARY

MAX_HEAD = 1 << 18
"""Bytes of a response's status line and header fields."""
_PIECE = 1 << 18
_BLOCK = 1 << 16
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_UNREAD = frozenset({"aes128gcm", "compress", "dcb", "dcz", "exi", "lzma", "sdch", "x-compress", "zstd"})
"""Codings that exist and that we do not undo; any other name (`identity`, `none`, `utf-8`) is no coding at all."""
_MAX_CODINGS = 5
_MAX_MEMBERS = 256


class TooLarge(Exception):
    """More bytes than the cap: `seen` were there when it was passed."""

    def __init__(self, seen: int) -> None:
        super().__init__(f"{seen} bytes, and more to come")
        self.seen = seen


class Undecodable(Exception):
    """A coding that the bytes have, or must have, cannot be undone."""


class Head:
    """The status line and header fields of a response, by warcio's parser. Raises Undecodable where they do not end."""

    def __init__(self, block: bytes) -> None:
        stream = BytesIO(block[:MAX_HEAD])
        parsed = StatusAndHeadersParser(["HTTP/"], verify=False).parse(stream)
        self.status: str = parsed.get_statuscode()
        self._fields: list[tuple[str, str]] = parsed.headers
        self.body_at = stream.tell()
        """Offset of the body in the block."""
        if self.body_at == MAX_HEAD:
            raise Undecodable(f"the HTTP header is longer than {MAX_HEAD} bytes")

    def get(self, name: str) -> str | None:
        """Return the first field of that lower-case name."""
        return next((value for key, value in self._fields if key.lower() == name), None)

    def fields(self, name: str) -> list[str]:
        """Return the values of every field of that lower-case name, in lower case and on one line."""
        found = [" ".join(value.lower().split()) for key, value in self._fields if key.lower() == name]
        return [value for value in found if value]

    def tokens(self, name: str) -> list[str]:
        """Return the comma-separated values of every field of that lower-case name, in lower case."""
        lists = [value.split(",") for key, value in self._fields if key.lower() == name]
        return [token for values in lists for value in values if (token := value.strip().lower())]


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
