"""The headers of a tar archive (POSIX ustar and pax, GNU), as far as the place of what its members hold needs them.

What a member is called is never asked, so that no name can lead anywhere.
"""

import re
from dataclasses import dataclass

BLOCK = 512
"""Bytes of a header; what members hold fills whole blocks."""
_REGULAR = b"0\0007"
_WITHOUT_CONTENT = b"123456"
"""Links, devices, folders and pipes."""
_PAX = b"x"
_OCTAL = re.compile(rb"[ \0]*([0-7]+)[ \0]*")
_PAX_SIZE = re.compile(rb"(?:^|\n)\d+ size=(\d{1,18})\n")
_SIZE, _CHECKSUM, _TYPE = slice(124, 136), slice(148, 156), 156
MOST_PAX = 1 << 16
"""Bytes of a pax header that are searched."""
_BASE_256 = 0x80


@dataclass(frozen=True, slots=True)
class Header:
    """What follows a header: so many bytes, of a file's text, of another header, or of nothing that is read."""

    size: int
    is_file: bool
    is_pax: bool

    @property
    def padded(self) -> int:
        return -(-self.size // BLOCK) * BLOCK


def header(block: bytes, size: int | None = None) -> Header | None:
    """The header that a block is; None where it is none. `size` is what a pax header before it said."""
    if len(block) < BLOCK or _number(block[_CHECKSUM]) != _checksum(block):
        return None
    kind = block[_TYPE : _TYPE + 1]
    told = _number(block[_SIZE]) if size is None or kind == _PAX else size
    if told is None:
        return None
    return Header(0 if kind in _WITHOUT_CONTENT else told, kind in _REGULAR, kind == _PAX)


def pax_size(content: bytes) -> int | None:
    """The size of the next member, where a pax header gives it because it is too large for the member's own."""
    found = _PAX_SIZE.search(content[:MOST_PAX])
    return int(found.group(1)) if found else None


def _checksum(block: bytes) -> int:
    return sum(block) - sum(block[_CHECKSUM]) + len(block[_CHECKSUM]) * ord(" ")


def _number(field: bytes) -> int | None:
    """A number in octal digits, or as GNU writes large ones; None where it is neither, or negative."""
    if field[0] == _BASE_256:
        return int.from_bytes(field[1:])
    found = _OCTAL.fullmatch(field)
    return int(found.group(1), 8) if found else None
