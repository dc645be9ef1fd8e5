"""The stream of a tree, made as it is read: every offset can be read at any time, and nothing is held but one file."""

import io

import numpy as np

from winnow.pipelines.sources import tar
from winnow.pipelines.sources.code.archives import tar_headers
from winnow.pipelines.sources.code.trees.layout import Entry, Holder, Layout, Unreadable


class TreeStream(io.RawIOBase):
    """A seekable binary stream."""

    def __init__(self, layout: Layout, holder: Holder) -> None:
        self._layout, self._holder = layout, holder
        self._at = 0
        self._held, self._place = b"", -1
        """The member made last, whole, and its place among all."""

    def close(self) -> None:
        self._holder.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._layout.size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._layout.size if size < 0 else min(self._at + size, self._layout.size)
        pieces = []
        while self._at < end:
            piece = self._from(self._at)[: end - self._at]
            pieces.append(piece)
            self._at += len(piece)
        return b"".join(pieces)

    def _from(self, offset: int) -> bytes:
        """The bytes from an offset to the end of whatever lies there."""
        starts = self._layout.starts
        place = int(np.searchsorted(starts, offset, side="right")) - 1
        if place < 0:
            return self._layout.opening[offset:]
        if place == len(self._layout.entries):
            return bytes(self._layout.size - offset)
        if place != self._place:
            self._held, self._place = self._member(self._layout.entries[place]), place
        return self._held[offset - int(starts[place]) :]

    def _member(self, entry: Entry) -> bytes:
        """A member with its headers. Of a file that turns out to be unreadable the size was laid out: zeros follow."""
        content, type, note = b"", entry.type, b"" if entry.type == tar.FILE else entry.note
        if type == tar.FILE:
            try:
                content = self._holder.read(entry)
            except Unreadable as error:
                type, note = tar.UNREADABLE, str(error).encode()
        headers = tar_headers.headers(entry.path, entry.size, type, note)
        return headers + content.ljust(tar.padded(entry.size), b"\0")
