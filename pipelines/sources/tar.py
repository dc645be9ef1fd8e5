"""Members of tar archives: ustar, GNU and pax (POSIX.1-2017, `pax`), each found by its headers alone.

The headers before a member that say its long name or its size belong to it. Names are bytes here.
"""

import re
from dataclasses import dataclass, replace

from winnow.pipelines.sources.inflate import PIECE, Bytes

BLOCK = 512
FILE, LINK, SYMLINK, FOLDER, FIFO, COMMON, VOLUME = b"0", b"1", b"2", b"5", b"6", b"g", b"V"
SUBMODULE, UNREADABLE, LARGE = b"G", b"U", b"B"
"""Types that only the stream of a tree has; capitals are for whoever makes an archive."""
DEVICES = frozenset({b"3", b"4", FIFO})
_MAX_EXTENDED = 1 << 20
"""Bytes of a long name or of pax records; longer ones are nobody's."""
_MOST_EXTENDED = 8
"""Headers before one member; a long name, a long target and records are usual at most."""
_RECORDS, _OLD_RECORDS, _LONG_NAME, _LONG_LINK, _SPARSE = b"x", b"X", b"L", b"K", b"S"
_EXTENDED = frozenset({_RECORDS, _OLD_RECORDS, _LONG_NAME, _LONG_LINK})
_FILES = frozenset({FILE, b"\0", b"7"})
_WITHOUT_CONTENT = frozenset({LINK, SYMLINK, FOLDER, *DEVICES, SUBMODULE})
"""What size these state is another's, or no one's."""
_OCTAL = re.compile(rb"[ \0]*([0-7]*)[ \0]*")
_CHECKSUM = re.compile(rb"[ \0]*([0-7]{2,})[ \0]*")
_RECORD = re.compile(rb"([1-9][0-9]{0,7}) ")
_SIZE = re.compile(rb"[0-9]{1,18}")
_WORD, _WORD_AT, _PREFIXED = b"ustar", 257, b"ustar\0"
_SPARSE_GOES_ON, _MAP_GOES_ON = 482, 504
"""Bytes of an old sparse header, and of a block behind it, that say whether another such block follows."""
_MOST_OF_MAP = 64
_HIGH = bytes(range(0x80, 0x100))


@dataclass(frozen=True, slots=True)
class Member:
    """A member as its headers say it is."""

    path: bytes
    type: bytes
    content: int
    """Where its content begins."""
    size: int
    """Bytes of its content, as they are stored."""
    note: bytes = b""
    """What stands where links have their target."""
    sparse: bool = False
    """Whether the content is stored without its holes."""

    @property
    def end(self) -> int:
        """The offset behind it, in whole blocks."""
        return self.content + padded(self.size)


@dataclass(frozen=True, slots=True)
class Broken:
    """No member; `at` is the block that should have been a header."""

    at: int


def padded(size: int) -> int:
    return size + -size % BLOCK


def member_at(data: Bytes, offset: int) -> Member | Broken:
    """The member whose first header is at an offset; nothing behind the block of a `Broken` was read."""
    name, records, at = b"", dict[bytes, bytes](), offset
    for _ in range(_MOST_EXTENDED + 1):
        head = data.read(at, BLOCK)
        header = _header(head, at)
        if header is None or (header.type in _EXTENDED and header.size > _MAX_EXTENDED):
            break
        if header.type not in _EXTENDED:
            found = _member(header, name, records)
            if found is not None and header.type == _SPARSE:
                found = replace(found, content=_behind_map(data, head, header.content))
            return found or Broken(at)
        said = data.read(header.content, header.size)
        if header.type == _LONG_NAME:
            name = said.partition(b"\0")[0]
        elif header.type != _LONG_LINK:
            records |= _records(said)
        at = header.end
    return Broken(at)


def next_header(data: Bytes, offset: int) -> int | None:
    """Where the first header is, in whole blocks from an offset on; None where none follows."""
    at, most = offset, 8 * BLOCK  # small at first: where headers crowd, each search is short
    while piece := data.read(at, most):
        for start in range(0, len(piece), BLOCK):
            if _CHECKSUM.fullmatch(piece, start + 148, start + 156) and _header(piece[start : start + BLOCK], 0):
                return at + start
        at, most = at + len(piece), min(2 * most, PIECE)
    return None


def next_word(data: Bytes, offset: int) -> int | None:
    """`next_header` at any offset, of headers that hold the word of all but the oldest ones."""
    at = offset
    while len(piece := data.read(at, PIECE + BLOCK)) >= BLOCK:
        found = piece.find(_WORD)
        while 0 <= found < PIECE + _WORD_AT:
            start = found - _WORD_AT
            if start >= 0 and _header(piece[start : start + BLOCK], 0):
                return at + start
            found = piece.find(_WORD, found + 1)
        at += PIECE
    return None


def _header(block: bytes, offset: int) -> Member | None:
    """What a block says if it is a header: its size is a number, its checksum right (old tars added signed bytes)."""
    stated = _CHECKSUM.fullmatch(block, 148, 156)
    if len(block) < BLOCK or stated is None or (size := _number(block[124:136])) is None:
        return None
    summed = block[:148] + b" " * 8 + block[156:]
    high = len(summed) - len(summed.translate(None, _HIGH))
    if int(stated[1], 8) not in (sum(summed), sum(summed) - 256 * high):
        return None
    path = block[:100].partition(b"\0")[0]
    if block.startswith(_PREFIXED, _WORD_AT) and block[345]:
        path = block[345:500].partition(b"\0")[0] + b"/" + path
    return Member(path, block[156:157], offset + BLOCK, size, block[157:257].partition(b"\0")[0])


def _behind_map(data: Bytes, head: bytes, at: int) -> int:
    """Where the content of an old sparse file begins: behind the blocks of its map."""
    more = head[_SPARSE_GOES_ON]
    for _ in range(_MOST_OF_MAP):
        if not more or len(block := data.read(at, BLOCK)) < BLOCK:
            break
        at, more = at + BLOCK, block[_MAP_GOES_ON]
    return at


def _member(header: Member, name: bytes, records: dict[bytes, bytes]) -> Member | None:
    """The member of a header with what those before it said; None where they make no sense."""
    size = header.size
    if (stated := records.get(b"size")) is not None:
        if not _SIZE.fullmatch(stated):
            return None
        size = int(stated)
    path = records.get(b"GNU.sparse.name") or records.get(b"path") or name or header.path
    sparse = header.type == _SPARSE or any(key.startswith(b"GNU.sparse.") for key in records)
    type = header.type
    if type in _FILES or type == _SPARSE:
        type = FOLDER if path.endswith(b"/") else FILE
    return Member(path, type, header.content, 0 if type in _WITHOUT_CONTENT else size, header.note, sparse)


def _records(said: bytes) -> dict[bytes, bytes]:
    """Pax records, each its length, a blank, `key=value` and a line end, as far as they are such."""
    found, at = dict[bytes, bytes](), 0
    while stated := _RECORD.match(said, at):
        end = at + int(stated[1])
        key, equals, value = said[stated.end() : end - 1].partition(b"=")
        if not equals or said[end - 1 : end] != b"\n":
            break
        found[key] = value
        at = end
    return found


def _number(field: bytes) -> int | None:
    """A size in octal digits, or in binary, as GNU writes one of 8 GiB and more."""
    if field[0] == 0x80:
        found = int.from_bytes(field[1:], "big")
        return found if found < 1 << 62 else None
    octal = _OCTAL.fullmatch(field)
    return None if octal is None else int(octal[1] or b"0", 8)
