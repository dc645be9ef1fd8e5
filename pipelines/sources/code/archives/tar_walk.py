"""The walk of a census through a tar archive: from member to member, and past damage to the next header.

Headers are looked at, contents are not. A size that goes beyond the archive is damage too, for a member that was cut
off cannot be told from one whose size lies: in a file that is not packed, headers are searched behind its own.
"""

from collections.abc import Iterator

from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.code import kinds
from winnow.pipelines.sources.code.archives import tar
from winnow.pipelines.sources.code.archives.tar import BLOCK, Broken, Member, member_at, next_header
from winnow.pipelines.sources.code.kinds import Found, kind_of
from winnow.pipelines.sources.inflate import Bytes

_KINDS = {
    tar.LINK: kinds.LINK, tar.SYMLINK: kinds.LINK, tar.FOLDER: kinds.FOLDER, tar.SUBMODULE: kinds.SUBMODULE,
    tar.COMMON: kinds.HEADER, tar.VOLUME: kinds.HEADER, **dict.fromkeys(tar.DEVICES, kinds.DEVICE),
}  # fmt: skip
"""By type; whatever else there may be is read as a file."""


def walk(data: Bytes) -> Iterator[Found]:
    """What there is from the beginning on, one behind the other; what is left at the end is no member."""
    at = 0
    while block := data.read(at, BLOCK):
        if not block.strip(b"\0"):
            end = _behind_zeros(data, at)
            yield Found(at, end - at, kinds.PADDING)
            at = end
            continue
        found = member_at(data, at)
        whole = _end(data, found) if isinstance(found, Member) else None
        if isinstance(found, Member) and whole is not None:
            kind = kind_of(_KINDS.get(found.type, kinds.FILE), found.path)
            yield Found(at, whole - at, kind, found.path, found.size)
            at = whole
            continue
        if isinstance(found, Member) and not data.rereadable:
            return
        behind = next_header(data, found.at + BLOCK if isinstance(found, Broken) else found.content)
        if behind is None:
            return
        yield Found(at, behind - at, GAP)
        at = behind


def is_tar(data: Bytes) -> bool:
    """Whether an archive begins here, its first header sound or not, or the zeros that an empty one consists of."""
    start = data.read(0, 2 * BLOCK)
    if start.startswith(b"ustar", 257) or (len(start) == 2 * BLOCK and not start.strip(b"\0")):
        return True
    return isinstance(member_at(data, 0), Member)


def _end(data: Bytes, member: Member) -> int | None:
    """The offset behind a member, which may lack its padding at the end of the archive; None if its content lacks."""
    end = member.content + member.size
    padding = data.read(end, member.end - end)
    return end + len(padding) if data.has(end) else None


def _behind_zeros(data: Bytes, at: int) -> int:
    while (block := data.read(at, BLOCK)) and not block.strip(b"\0"):
        at += len(block)
    return at
