"""The zip file of an EPUB, read in memory and within bounds: nothing of it is ever written to a disk."""

import io
import posixpath
import struct
import zipfile
import zlib
from urllib.parse import unquote

from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.file_bytes import FileBytes

MOST_ENTRIES = 20_000
_DIRECTORY = 8 << 20
"""Bytes of the directory at a zip file's end, which is read at once."""
_PIECE = 1 << 18
MOST_RATIO = 200
"""An entry that inflates to more times its size is a bomb, if it is large: pages do to three or four times."""
_SMALL = 1 << 20
"""Bytes that may inflate as they like."""
_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OverflowError)
_ENCRYPTED = 1


class Archive:
    """The entries of a zip file by name."""

    def __init__(self, file: FileBytes, most_bytes: int) -> None:
        self._left = most_bytes
        self._most = most_bytes
        try:
            self._zip = zipfile.ZipFile(_Stream(file))
        except (*_ERRORS, NotImplementedError) as error:
            raise Unreadable("unreadable", detail=f"no zip file that can be read: {error}"[:200]) from error
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        if len(self._entries) > MOST_ENTRIES:
            raise Unreadable("zip_bomb", len(self._entries), MOST_ENTRIES, "entries")

    def names(self) -> list[str]:
        return list(self._entries)

    def has(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """An entry's bytes; raise Unreadable where it cannot be read, or is more than may be."""
        entry = self._entries[name]
        if entry.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted", detail=f"{name} is encrypted"[:200])
        pieces, size = list[bytes](), 0
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    self._left -= len(piece)
                    self._check(name, size, entry.compress_size)
                    pieces.append(piece)
        except (*_ERRORS, RuntimeError) as error:  # of a method that is not known too
            raise Unreadable("unreadable", detail=f"{name}: {error}"[:200]) from error
        return b"".join(pieces)

    def _check(self, name: str, size: int, packed: int) -> None:
        if size > _SMALL and size > MOST_RATIO * max(1, packed):
            raise Unreadable("zip_bomb", size / max(1, packed), MOST_RATIO, f"times its size in {name}"[:200])
        if self._left < 0:
            raise Unreadable("too_large", self._most - self._left, self._most, "bytes of text in it")


def joined(folder: str, link: str) -> str:
    """The name that a link in a file of this folder leads to; it is looked up among the entries, and nowhere else."""
    return posixpath.normpath(posixpath.join(folder, unquote(link.partition("#")[0]))).lstrip("/")


class _Stream:
    """A file's bytes as the zip library reads them."""

    def __init__(self, file: FileBytes) -> None:
        self._file, self._at = file, 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        if base + offset < 0:
            raise zipfile.BadZipFile("a place before its beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        size = self._file.size - self._at if size < 0 else size
        if min(size, self._file.size - self._at) > _DIRECTORY:
            raise zipfile.BadZipFile("its directory is too large")
        data = self._file.read(self._at, size)
        self._at += len(data)
        return data

    def close(self) -> None:
        """The file is not ours to close."""
