"""Headers of tar archives as the stream of a tree has them: they say nothing of times, owners and rights."""

from winnow.pipelines.sources.tar import BLOCK, COMMON, padded

_LONGEST = 100
"""Bytes of a path in a header; a longer one stands in a header before it."""


def headers(path: bytes, size: int, type: bytes, note: bytes = b"") -> bytes:
    """The header of a member, behind one that says its path where that is long."""
    before = _extended(b"x", b"path", path) if len(path) > _LONGEST else b""
    return before + _block(path, size, type, note)


def headers_length(path: bytes) -> int:
    """Of `headers`, without making them."""
    return BLOCK if len(path) <= _LONGEST else 2 * BLOCK + padded(_record_length(b"path", path))


def comment(said: bytes) -> bytes:
    """What an archive of `git archive` begins with too: a header for all of it, which says what it was made of."""
    return _extended(COMMON, b"comment", said)


def _extended(type: bytes, key: bytes, value: bytes) -> bytes:
    """A header of one pax record."""
    length = _record_length(key, value)
    return _block(b"", length, type) + (b"%d %s=%s\n" % (length, key, value)).ljust(padded(length), b"\0")


def _record_length(key: bytes, value: bytes) -> int:
    """Of a pax record, which begins with its length."""
    rest = len(key) + len(value) + len(b" =\n")
    digits = len(str(rest))
    return rest + len(str(rest + digits))


def _block(path: bytes, size: int, type: bytes, note: bytes = b"") -> bytes:
    head = path[:_LONGEST].ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"%011o\0" % 0
    tail = type + note[:100].ljust(100, b"\0") + b"ustar\x0000"
    return (head + b"%06o\0 " % (sum(head) + sum(b" " * 8) + sum(tail)) + tail).ljust(BLOCK, b"\0")
