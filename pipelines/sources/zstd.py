"""The frames of a zstd file, in bounded memory: what they inflate to, by Arrow's decoder."""

from typing import Any

import pyarrow as pa

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE, Forward, Slice

MAGIC = b"\x28\xb5\x2f\xfd"


def begins(start: bytes) -> bool:
    """Whether four bytes are those of a frame, or of one that is skipped (RFC 8878, section 3.1.2), as pzstd writes."""
    return start == MAGIC or (start[1:] == b"\x2a\x4d\x18" and start[0] >> 4 == 5)


class ZstdBytes(Forward):
    """What all frames inflate to, one after the other. Damage costs the piece at hand too: Arrow gives none of it."""

    def __init__(self, file: FileBytes) -> None:
        super().__init__()
        self._slice = Slice(file, 0, file.size)
        self._stream = pa.CompressedInputStream(pa.PythonFile(_Readable(self._slice), mode="r"), "zstd")
        self.damage: str | None = None
        self._done = False

    @property
    def position(self) -> int:
        """Offset in the file of the first byte that was not asked for."""
        return self._slice.at

    @property
    def whole(self) -> bool:
        """Whether everything was inflated."""
        return self._done and self.damage is None

    def _piece(self) -> bytes:
        if self._done:
            return b""
        try:
            piece: bytes = self._stream.read(PIECE)
        except (OSError, pa.ArrowException) as error:
            self.damage, self._done = " ".join(str(error).split()), True
            return b""
        self._done = not piece
        self.inflated += len(piece)
        return piece


class _Readable:
    """A slice, as Arrow wants a file."""

    closed = False

    def __init__(self, slice: Slice) -> None:
        self._slice = slice

    def read(self, size: int = -1) -> Any:
        return self._slice.read(size)

    def close(self) -> None:
        self.closed = True
