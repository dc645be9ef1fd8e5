"""The streams of an xz file (format 1.2), in bounded memory: what they inflate to, one after the other.

The decoder holds on to what it was given, so the place of damage in the file is known to 64 KiB only.
"""

import lzma
from typing import ClassVar

from winnow.pipelines.sources.file_bytes import BLOCK, FileBytes
from winnow.pipelines.sources.inflate import PIECE, Streams

MAGIC = b"\xfd7zXZ\x00"
_MEMORY = 1 << 28
"""Bytes that a decoder may take; `xz -9` asks for a quarter."""
_EARLY = "the xz data end early"


class XzBytes(Streams):
    """What all streams inflate to; damage costs the rest of them. A byte is used once the decoder has it."""

    ERRORS: ClassVar[tuple[type[Exception], ...]] = (lzma.LZMAError, EOFError)

    def __init__(self, file: FileBytes) -> None:
        super().__init__(file)
        self._decoder = _decoder()

    def _next(self) -> bytes:
        if self._decoder.eof:
            self.position -= len(self._decoder.unused_data)
            self._open()
            return b""
        data = self._file.read(self.position, BLOCK) if self._decoder.needs_input else b""
        if self._decoder.needs_input and not data:
            raise EOFError(_EARLY)
        self.position += len(data)
        return self._decoder.decompress(data, PIECE)

    def _open(self) -> None:
        """Begin the stream behind the one that ended, past the zeros that may stand between them (section 2.2)."""
        while (data := self._file.read(self.position, 4)) == bytes(4):
            self.position += 4
        if not data:
            self._done = True
            return
        self.between = not self._file.read(self.position, len(MAGIC)).startswith(MAGIC)
        if self.between:
            raise lzma.LZMAError("no xz stream")
        self._decoder = _decoder()


def _decoder() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
