"""WACZ: a zip archive with the WARC files of a collection in its folder `archive/`, and indexes of them beside it.

The specification (https://specs.webrecorder.net/wacz/1.1.1/) has them stored as they are, so that every record lies in
the archive's own bytes, and is read from there as from a WARC file. All else in it is counted.
"""

import re
from collections.abc import Iterator

from winnow.pipelines.sources.base import GAP, Item
from winnow.pipelines.sources.code.archives.zip import ENCRYPTED, local_at
from winnow.pipelines.sources.code.archives.zip_walk import walk as members
from winnow.pipelines.sources.code.kinds import Found
from winnow.pipelines.sources.file_bytes import FileBytes, Part
from winnow.pipelines.sources.warc.members import Gzip
from winnow.pipelines.sources.warc.walk import Records, walk

KIND = "wacz"
"""Of what is no record: indexes, lists of pages, headers of members."""
NAMED = re.compile(rb"archive/[^/]+\.w?arc(?:\.gz)?", re.IGNORECASE)
_STORED = 0


def is_wacz(file: FileBytes) -> bool:
    """Whether a zip archive is one."""
    return any(NAMED.fullmatch(found.path) for found in members(file))


def items(file: FileBytes) -> Iterator[Item]:
    """What there is, from the beginning to the end. A WARC file that is packed or encrypted is a gap."""
    for found in members(file):
        if NAMED.fullmatch(found.path):
            yield from _of_warc(file, found)
        else:
            yield Item(found.offset, found.length, GAP if found.kind == GAP else KIND)


def _of_warc(file: FileBytes, found: Found) -> Iterator[Item]:
    end = found.offset + found.length
    member = local_at(file, found.offset)
    if member is None or member.method != _STORED or member.flags & ENCRYPTED or member.content + found.size > end:
        yield Item(found.offset, found.length, GAP)
        return
    yield Item(found.offset, member.content - found.offset, KIND)
    part = Part(file, member.content, found.size)
    for item in walk(Records(part, Gzip(part), aligned=True)):
        yield Item(member.content + item.offset, item.length, item.kind)
    if (rest := end - member.content - found.size) > 0:
        yield Item(end - rest, rest, KIND)
