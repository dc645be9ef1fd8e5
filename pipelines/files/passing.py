"""A file that is read once, from its beginning to its end, and hashed while a reader jumps about in it."""

import hashlib
import io
from typing import Any, BinaryIO

_BLOCK = 1 << 20


class Passing(io.RawIOBase):
    """Bytes for a Parquet reader, which asks for the footer first and then for pieces in their order.

    Until `begin` is called, what is asked for is only read. From then on what lies between two pieces is read and
    hashed in passing; a piece that lies before the place up to which all is hashed is read again.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, hashlib.sha256()
        self._size = file.seek(0, io.SEEK_END)
        self._at, self._hashed, self._begun = 0, 0, False

    def begin(self) -> None:
        self._file.seek(0)
        self._begun = True

    def sha256(self) -> str:
        """Of the whole file: what was not asked for is read now."""
        if not self._begun:
            self.begin()
        self._pass(self._size)
        return self._hash.hexdigest()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._size if size < 0 else min(self._size, self._at + size)
        if self._begun and self._at >= self._hashed:
            self._pass(self._at)
            data = self._next(end - self._at)
        else:
            self._file.seek(self._at)
            data = self._exactly(end - self._at)
            self._file.seek(self._hashed)
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _pass(self, end: int) -> None:
        while self._hashed < end:
            self._next(min(_BLOCK, end - self._hashed))

    def _next(self, size: int) -> bytes:
        data = self._exactly(size)
        self._hash.update(data)
        self._hashed += len(data)
        return data

    def _exactly(self, size: int) -> bytes:
        """So many bytes; OSError where the file has become shorter."""
        pieces = []
        while size > 0:
            piece = self._file.read(size)
            if not piece:
                raise OSError(f"it ended {size} bytes early")
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
