"""What is in a tree, laid out as the tar archive that could be made of it: where each member begins.

Members are sorted by path, and their headers say nothing but path, kind and size: two copies of a tree are one stream.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.sources import tar
from winnow.pipelines.sources.code.archives import tar_headers

LARGEST = 16 << 20
"""Bytes of a file whose content is laid out; of a larger one the stream only says how large it is."""
CLOSING = 2 * tar.BLOCK
"""Zeros at the end."""


class Unreadable(Exception):
    """A file of a tree cannot be read; the message says why, and is the same on every machine."""


class Entry(NamedTuple):
    """A file of a tree, or what else has a name in it."""

    path: bytes
    type: bytes
    """As in a tar archive."""
    size: int = 0
    """Bytes of its content in the stream."""
    note: bytes = b""
    """Of what is not read: why, or its size. Of a git repository's files: the name of the object."""


class Holder(Protocol):
    """What holds a tree."""

    name: bytes
    """Of this very tree; empty where it has none."""

    def entries(self) -> Iterable[Entry]:
        """All that is in it but folders, in no order."""

    def read(self, entry: Entry) -> bytes:
        """As many bytes as the entry says; Unreadable where that cannot be, Changed where it is not so any more."""

    def close(self) -> None:
        """Nothing is read any more."""


@dataclass(frozen=True)
class Layout:
    """The stream of a tree."""

    opening: bytes
    """Its first header, which says what the tree is."""
    entries: tuple[Entry, ...]
    starts: NDArray[np.int64]
    """Where each entry's headers begin, and behind them where the last one ends."""

    @property
    def size(self) -> int:
        return int(self.starts[-1]) + CLOSING


def lay_out(holder: Holder) -> Layout:
    """The layout of a tree; of one without a name of its own a digest of its entries is the name."""
    entries = tuple(sorted(holder.entries()))
    opening = tar_headers.comment(holder.name or _digest(entries))
    lengths = (tar_headers.headers_length(entry.path) + tar.padded(entry.size) for entry in entries)
    starts = np.cumsum(np.concatenate(([len(opening)], np.fromiter(lengths, np.int64, len(entries)))), dtype=np.int64)
    return Layout(opening, entries, starts)


def file(path: bytes, size: int, note: bytes = b"") -> Entry:
    """The entry of a regular file."""
    return Entry(path, tar.LARGE, 0, b"%d" % size) if size > LARGEST else Entry(path, tar.FILE, size, note)


def _digest(entries: Iterable[Entry]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for entry in entries:
        digest.update(b"%s\0%s%d\0%s\0" % (entry.path, entry.type, entry.size, entry.note))
    return digest.hexdigest().encode()
