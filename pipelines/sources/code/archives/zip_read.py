"""A file out of a zip archive, from the bytes between its header and the next member's."""

import bz2
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from isal import igzip_lib, isal_zlib

from winnow.pipelines.sources.base import Item
from winnow.pipelines.sources.code.archives.zip import ENCRYPTED, SIZES_BEHIND, Local, local_at
from winnow.pipelines.sources.code.taken import Limit, Taken
from winnow.pipelines.sources.file_bytes import FileBytes

_STORED, _DEFLATED, _BZIP2 = 0, 8, 12
_BEHIND = (struct.Struct("<4s3L"), struct.Struct("<4sL2Q"), struct.Struct("<3L"), struct.Struct("<L2Q"))
"""Checksum and sizes behind a member that was written as a stream: with a signature or not, small or large."""
_SIGNATURE = b"PK\x07\x08"
_LEAST = 1 << 12
"""Packing makes nothing longer than by a 64th and this: no more of a member is read than its text can need."""


_DECODERS: dict[int, Callable[[], Any]] = {
    _DEFLATED: lambda: isal_zlib.decompressobj(-isal_zlib.MAX_WBITS),
    _BZIP2: bz2.BZ2Decompressor,
}


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What is said of a member's bytes; None where it is not."""

    packed: int
    size: int | None
    crc: int | None


def take(file: FileBytes, item: Item, limit: Limit) -> Taken:
    member = local_at(file, item.offset)
    if member is None:
        return Taken.refused(b"", "damaged", "the directory of the archive names a member that is not there")
    path, most = member.path, limit(member.path)
    if member.flags & ENCRYPTED:
        return Taken.refused(path, "encrypted")
    if member.method != _STORED and member.method not in _DECODERS:
        return Taken.refused(path, "packing", f"compression method {member.method} is not read here")
    sizes = _sizes(file, member, item.offset + item.length)
    if member.content + sizes.packed > item.offset + item.length:
        return Taken.refused(path, "damaged", "its bytes are also another member's")
    if sizes.size is not None and sizes.size > most:
        return Taken.too_large(path, sizes.size, most)
    content, whole = _inflated(file, member, sizes.packed, most)
    if len(content) > most:
        return Taken.too_large(path, len(content), most)
    if not whole or sizes.size not in (None, len(content)) or sizes.crc not in (None, isal_zlib.crc32(content)):
        return Taken.refused(path, "damaged", "its content is not what its checksum or its length says")
    return Taken(path, len(content), content)


def _inflated(file: FileBytes, member: Local, packed: int, most: int) -> tuple[bytes, bool]:
    """The content, of too much of it a byte more than `most`, and whether it came to its end."""
    if member.method == _STORED:
        return file.read(member.content, min(packed, most + 1)), True
    decoder = _DECODERS[member.method]()
    data = file.read(member.content, min(packed, most + most // 64 + _LEAST))
    try:
        content: bytes = decoder.decompress(data, most + 1)
    except (igzip_lib.IsalError, OSError, EOFError):  # type: ignore[misc]  # isal's stub calls the class a value
        return b"", False
    return content, decoder.eof


def _sizes(file: FileBytes, member: Local, end: int) -> _Sizes:
    """From the header, or from behind the content; where neither says it, all up to the next member is content."""
    if not member.flags & SIZES_BEHIND or member.packed:
        return _Sizes(member.packed, member.size, member.crc)
    room = end - member.content
    tail = file.read(end - min(room, _BEHIND[1].size), min(room, _BEHIND[1].size))
    for form in _BEHIND:
        if len(tail) >= form.size:
            *signature, crc, packed, size = form.unpack(tail[-form.size :])
            if packed == room - form.size and signature in ([], [_SIGNATURE]):
                return _Sizes(packed, size, crc)
    return _Sizes(room, None, None)
