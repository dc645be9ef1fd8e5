"""What items of source code are: files, which carry documents, and what is counted beside them."""

import re
from dataclasses import dataclass

FILE, FOLDER, LINK, DEVICE, SUBMODULE = "file", "folder", "link", "device", "submodule"
VERSIONS = "versions"
"""What a `.git` holds: settings and history, nobody's text."""
HEADER, PADDING, DIRECTORY = "header", "padding", "directory"
"""What an archive says of itself: of all members that follow; zeros; a zip archive's list of its members."""
_GIT = re.compile(rb"(?:^|/)\.git(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """An item, and of a file what it is called and how large it is."""

    offset: int
    length: int
    kind: str
    path: bytes = b""
    size: int = 0


def kind_of(kind: str, path: bytes) -> str:
    """`kind`, unless the path leads into a `.git`."""
    return VERSIONS if _GIT.search(path) else kind
