"""Pointers of git-lfs (its specification, version 1): a few lines that stand where a large file was."""

import re

from winnow.filters.rules import Reject

_LONGEST = 1024
_POINTER = re.compile(
    rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v1\n(?:[a-z0-9.-]+ [^\n]*\n){1,20}"
)
_OBJECT, _SIZE = (
    re.compile(rb"^oid (sha256:[0-9a-f]{64})$", re.MULTILINE),
    re.compile(rb"^size ([0-9]{1,18})$", re.MULTILINE),
)


def pointer(content: bytes) -> Reject | None:
    """The reject of a pointer, which says what it points to; None for anything else."""
    if len(content) >= _LONGEST or not _POINTER.fullmatch(content):
        return None
    object, size = _OBJECT.search(content), _SIZE.search(content)
    if object is None or size is None:
        return None
    return Reject("code.lfs_pointer", detail=f"{object[1].decode()}, {int(size[1]):,} bytes")
