"""Headers of zip archives (APPNOTE 6.3.10): of a member where it lies, and of the same in the directory at the end."""

import struct
from dataclasses import dataclass

from winnow.pipelines.sources.file_bytes import FileBytes

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
STARTS = (LOCAL, END)
"""How an archive begins; one that holds nothing begins with its end."""
ENCRYPTED, SIZES_BEHIND = 0x1, 0x8
"""Bits of a member's flags."""
_UTF_8 = 0x800
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_UNIX = 3
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
"""Extra fields: sizes and offsets of 4 GiB and more; the path in UTF-8."""
_LARGE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Local:
    """A member where it lies."""

    path: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    """Bytes of it, packed and unpacked; with SIZES_BEHIND they can be zero."""
    content: int
    """Where its content begins."""


@dataclass(frozen=True, slots=True)
class Central:
    """A member as the directory has it."""

    path: bytes
    size: int
    offset: int
    mode: int
    """As Unix has it; 0 where it is not known."""
    end: int
    """Offset behind this header."""


def local_at(file: FileBytes, at: int) -> Local | None:
    """The header of a member at an offset; None where there is none, or not all of it."""
    head = file.read(at, _LOCAL.size)
    if not head.startswith(LOCAL) or len(head) < _LOCAL.size:
        return None
    _, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack(head)
    names = file.read(at + _LOCAL.size, name + extra)
    if len(names) < name + extra:
        return None
    fields = _fields(names[name:])
    size, packed = _wide(fields, size, packed)
    return Local(_path(names[:name], flags, fields), flags, method, crc, packed, size, at + _LOCAL.size + len(names))


def central_at(file: FileBytes, at: int) -> Central | None:
    """The header of the directory at an offset; None where there is none, or not all of it."""
    head = file.read(at, _CENTRAL.size)
    if not head.startswith(CENTRAL) or len(head) < _CENTRAL.size:
        return None
    (_, made, _, flags, _, _, _, _, packed, size, name, extra, comment, _, _, attributes, offset) = _CENTRAL.unpack(
        head
    )
    names = file.read(at + _CENTRAL.size, name + extra + comment)
    if len(names) < name + extra + comment:
        return None
    fields = _fields(names[name : name + extra])
    size, packed, offset = _wide(fields, size, packed, offset)
    mode = attributes >> 16 if made >> 8 == _UNIX else 0
    return Central(_path(names[:name], flags, fields), size, offset, mode, at + _CENTRAL.size + len(names))


def _fields(data: bytes) -> dict[int, bytes]:
    """Extra fields by number, as far as they are such; of several of one number the first."""
    found, at = dict[int, bytes](), 0
    while at + 4 <= len(data):
        number, length = struct.unpack_from("<2H", data, at)
        found.setdefault(number, data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def _wide(fields: dict[int, bytes], *values: int) -> tuple[int, ...]:
    """Values of four bytes, and in the place of each that is too large for them the next of eight."""
    wide, found = fields.get(_ZIP64, b""), list[int]()
    for value in values:
        is_wide = value == _LARGE and len(wide) >= 8
        found.append(int.from_bytes(wide[:8], "little") if is_wide else value)
        wide = wide[8:] if is_wide else wide
    return tuple(found)


def _path(path: bytes, flags: int, fields: dict[int, bytes]) -> bytes:
    """A path in UTF-8 where that can be told; else old archives have it in the code page of DOS."""
    said = fields.get(_UNICODE_PATH, b"")
    if len(said) > 5:  # a version and a checksum of the other path stand before it
        return said[5:]
    if flags & _UTF_8 or path.isascii():
        return path
    try:
        path.decode()
    except UnicodeDecodeError:
        return path.decode("cp437").encode()
    return path
