"""The census of a zip archive: its members one behind the other, where its directory says that each begins.

What lies between two members belongs to the first, so that items tile the file. A member whose bytes are also another's
ends where that one begins: a bomb of members that overlap is no larger than itself. Where the directory is lost,
members are found by their own headers.
"""

import itertools
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.code import kinds
from winnow.pipelines.sources.code.archives.zip import CENTRAL, END, LOCAL, central_at, local_at
from winnow.pipelines.sources.code.kinds import Found, kind_of
from winnow.pipelines.sources.file_bytes import FileBytes

_END, _LOCATOR, _WIDE_END = struct.Struct("<4s4H2LH"), struct.Struct("<4sLQL"), struct.Struct("<4sQ2H2L4Q")
"""The end of the directory; what says where the end of a large archive's is; that one."""
_LOCATES, _WIDE = b"PK\x06\x07", b"PK\x06\x06"
_LONGEST_COMMENT = 0xFFFF
_PIECE = 1 << 18


@dataclass
class _Directory:
    """The members of an archive as its directory has them."""

    begins: int
    """Its own offset."""
    members: dict[int, tuple[str, bytes, int]] = field(default_factory=dict)
    """By offset: kind, path and size."""
    lies: bool = False
    """Whether it names members where none can be, or several in one place."""


def walk(file: FileBytes) -> Iterator[Found]:
    """What there is from the beginning to the end, one behind the other."""
    directory = _directory(file)
    if directory is None:
        yield from _by_headers(file)
        return
    starts = [*sorted(directory.members), directory.begins]
    if starts[0] > 0:
        yield Found(0, starts[0], kinds.HEADER)
    for start, end in itertools.pairwise(starts):
        kind, path, size = directory.members[start]
        yield Found(start, end - start, kind, path, size)
    yield Found(starts[-1], file.size - starts[-1], GAP if directory.lies else kinds.DIRECTORY)


def _directory(file: FileBytes) -> _Directory | None:
    """The directory, found from the end of the file; None where it is not whole."""
    if (place := _place(file)) is None:
        return None
    at, end, shift = place
    found = _Directory(at)
    while at < end:
        if (member := central_at(file, at)) is None:
            return None
        offset = member.offset + shift
        if offset in found.members or not 0 <= offset < found.begins:
            found.lies = True
        else:
            kind = kind_of(_kind(member.path, member.mode), member.path)
            found.members[offset] = kind, member.path, member.size
        at = member.end
    return found


def _place(file: FileBytes) -> tuple[int, int, int] | None:
    """(offset, offset behind it, what is added to offsets in it) of the directory.

    Offsets are those of the file as it was before something was put before it, such as a program that unpacks it.
    """
    tail = max(0, file.size - _END.size - _LONGEST_COMMENT)
    data = file.read(tail, _END.size + _LONGEST_COMMENT)
    if (last := data.rfind(END, 0, len(data) - _END.size + len(END))) < 0:
        return None
    end = tail + last
    *_, size, offset, _ = _END.unpack_from(data, last)
    located = file.read(max(0, end - _LOCATOR.size), _LOCATOR.size)
    if located.startswith(_LOCATES):
        wide = end - _LOCATOR.size - _WIDE_END.size
        if wide >= 0 and (said := file.read(wide, _WIDE_END.size)).startswith(_WIDE):
            end = wide
            *_, size, offset = _WIDE_END.unpack(said)
    begins = end - size
    return (begins, end, begins - offset) if begins >= offset else None


def _kind(path: bytes, mode: int) -> str:
    if path.endswith(b"/") or stat.S_ISDIR(mode):
        return kinds.FOLDER
    if stat.S_ISLNK(mode):
        return kinds.LINK
    return kinds.DEVICE if stat.S_IFMT(mode) and not stat.S_ISREG(mode) else kinds.FILE


def _by_headers(file: FileBytes) -> Iterator[Found]:
    """Members by their own headers, each to where the next one begins; what is none, or not whole, is in a gap."""
    at = behind = 0
    while at < file.size:
        member = local_at(file, at)
        if member is None or member.content + member.packed > file.size:
            at = _next(file, at + len(LOCAL), LOCAL)
            continue
        if at > behind:
            yield Found(behind, at - behind, GAP)
        packed_end = member.content + member.packed
        end = _next(file, packed_end, LOCAL)
        end = _next(file, packed_end, CENTRAL, end)
        yield Found(at, end - at, kind_of(_kind(member.path, 0), member.path), member.path, member.size)
        at = behind = end
    if behind < file.size:
        yield Found(behind, file.size - behind, GAP)


def _next(file: FileBytes, at: int, signature: bytes, end: int | None = None) -> int:
    """Where a signature is from an offset on; `end`, or that of the file, where there is none before it."""
    end, step = file.size if end is None else end, 1 << 12  # small at first: where they crowd, each search is short
    while at < end:
        place = file.read(at, step + len(signature) - 1).find(signature)
        if place >= 0:
            return min(at + place, end)
        at, step = at + step, min(2 * step, _PIECE)
    return end
