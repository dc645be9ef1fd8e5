"""The walk of a census through a tar archive: from member to member, and past damage to the next header.

Headers are looked at, contents are not. A size that goes beyond the archive is damage too, for a member that was cut
off cannot be told from one whose size lies: in a file that is not packed, headers are searched behind its own. Behind
a hole in what was inflated, headers stand anywhere: they are searched by the word that all but the oldest have.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winnow.pipelines.sources import tar
from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.code import kinds
from winnow.pipelines.sources.code.kinds import Found, kind_of
from winnow.pipelines.sources.inflate import Bytes, Hole
from winnow.pipelines.sources.tar import BLOCK, Broken, Member, member_at, next_header, next_word

_KINDS = {
    tar.LINK: kinds.LINK, tar.SYMLINK: kinds.LINK, tar.FOLDER: kinds.FOLDER, tar.SUBMODULE: kinds.SUBMODULE,
    tar.COMMON: kinds.HEADER, tar.VOLUME: kinds.HEADER, **dict.fromkeys(tar.DEVICES, kinds.DEVICE),
}  # fmt: skip
"""By type; whatever else there may be is read as a file."""


@dataclass(frozen=True, slots=True)
class _Searched:
    """No member; headers are searched from an offset on, below 0 no more."""

    on: int


def walk(data: Bytes) -> Iterator[Found]:
    """What there is from the beginning on, one behind the other; what is left at the end is no member."""
    at = 0
    while data.read(at, BLOCK):
        found = _found(data, at)
        if isinstance(found, _Searched):
            search = next_word if _is_torn(data, at, found.on) else next_header
            behind = search(data, found.on) if found.on >= 0 else None
            if behind is None:
                return
            found = Found(at, behind - at, GAP)
        yield found
        at = found.offset + found.length


def _found(data: Bytes, at: int) -> Found | _Searched:
    """What is at an offset, or where to search on for a header."""
    if not data.read(at, BLOCK).strip(b"\0"):
        end = _behind_zeros(data, at)
        return _Searched(end) if _is_torn(data, at, end) else Found(at, end - at, kinds.PADDING)
    member = member_at(data, at)
    if isinstance(member, Broken):
        return _Searched(member.at + BLOCK)
    end = member.content + member.size
    padding = data.read(end, member.end - end)  # which may lack at the end of the archive
    if not data.has(end):
        return _Searched(member.content if data.rereadable else -1)
    end += len(padding)
    kind = kind_of(_KINDS.get(member.type, kinds.FILE), member.path)
    return _Searched(end) if _is_torn(data, at, end) else Found(at, end - at, kind, member.path, member.size)


def _is_torn(data: Bytes, at: int, end: int) -> bool:
    """Whether a stretch of what was inflated lies in part in a hole."""
    holes: Sequence[Hole] = getattr(data, "holes", ())
    inside = itertools.takewhile(lambda hole: hole.offset + hole.length > at, reversed(holes))
    return any(hole.offset < end for hole in inside)


def is_tar(data: Bytes) -> bool:
    """Whether an archive begins here, its first header sound or not, or the zeros that an empty one consists of."""
    start = data.read(0, 2 * BLOCK)
    if start.startswith(b"ustar", 257) or (len(start) == 2 * BLOCK and not start.strip(b"\0")):
        return True
    return isinstance(member_at(data, 0), Member)


def _behind_zeros(data: Bytes, at: int) -> int:
    while (block := data.read(at, BLOCK)) and not block.strip(b"\0"):
        at += len(block)
    return at
