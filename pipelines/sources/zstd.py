"""The frames of a zstd file (RFC 8878), in bounded memory: what they inflate to, block by block.

The decoder is given one block at a time, so that damage costs no block before it, as with `zstd -dc`, and its place in
the file is known, in one pass and without reading ahead.
"""

from typing import ClassVar

import zstandard

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Streams

MAGIC = b"\x28\xb5\x2f\xfd"
_LONGEST_HEADER, _SKIPPED_HEADER, _BLOCK_HEADER, _CHECKSUM = 18, 8, 3, 4
"""Bytes."""
_SINGLE_SEGMENT, _HAS_CHECKSUM = 0x20, 0x04
"""Bits of a frame's descriptor."""
_RLE = 1
"""The type of a block that is one byte, repeated."""
_EARLY = "the zstd data end early"


def begins(start: bytes) -> bool:
    """Whether four bytes are those of a frame, or of one that is skipped (section 3.1.2), as pzstd writes."""
    return start == MAGIC or (start[1:] == b"\x2a\x4d\x18" and start[0] >> 4 == 5)


def header_length(start: bytes) -> int:
    """The length of the header of the frame that begins so (section 3.1.1.1); the longest where that is cut off."""
    if len(start) <= len(MAGIC):
        return _LONGEST_HEADER
    descriptor = start[len(MAGIC)]
    single = bool(descriptor & _SINGLE_SEGMENT)
    content_size = (int(single), 2, 4, 8)[descriptor >> 6]
    return len(MAGIC) + 1 + (not single) + (0, 1, 2, 4)[descriptor & 3] + content_size


class ZstdBytes(Streams):
    """What all frames inflate to, one after the other; damage costs the rest of them, from its block on."""

    ERRORS: ClassVar[tuple[type[Exception], ...]] = (zstandard.ZstdError,)

    def __init__(self, file: FileBytes) -> None:
        super().__init__(file)
        self._decoder = zstandard.ZstdDecompressor()
        self._frame: zstandard.ZstdDecompressionObj | None = None
        """The frame at hand, begun."""
        self._checked = False
        """Whether a checksum ends it."""
        self._last = False
        """Whether its last block was inflated."""

    def _next(self) -> bytes:
        if self._frame is None:
            self._open()
            return b""
        if not self._last:
            return self._block(self._frame)
        if self._checked:
            self._frame.decompress(self._part(_CHECKSUM))
            self.position += _CHECKSUM
        self._frame = None
        return b""

    def _open(self) -> None:
        """Begin the frame at `position`, or go past one that is skipped."""
        start = self._file.read(self.position, _LONGEST_HEADER)
        if start.startswith(MAGIC):
            header = self._part(header_length(start))
            self._frame = self._decoder.decompressobj()
            self._frame.decompress(header)
            self._checked, self._last = bool(header[len(MAGIC)] & _HAS_CHECKSUM), False
            self.position += len(header)
            return
        self.between = bool(start)
        if not start:
            self._done = True
        elif begins(start[:4]):
            length = _SKIPPED_HEADER + int.from_bytes(self._part(_SKIPPED_HEADER)[4:], "little")
            if length > self._file.size - self.position:
                raise zstandard.ZstdError(_EARLY)
            self.position += length
            self.between = False
        else:
            raise zstandard.ZstdError("no zstd frame")

    def _block(self, frame: "zstandard.ZstdDecompressionObj") -> bytes:
        """The next block of a frame, inflated (section 3.1.1.2)."""
        header = int.from_bytes(self._part(_BLOCK_HEADER), "little")
        size = 1 if header >> 1 & 3 == _RLE else header >> 3
        piece = frame.decompress(self._part(_BLOCK_HEADER + size))
        self._last = bool(header & 1)
        self.position += _BLOCK_HEADER + size
        return piece

    def _part(self, length: int) -> bytes:
        """As many bytes at `position`; ZstdError where the file ends before."""
        part = self._file.read(self.position, length)
        if len(part) < length:
            raise zstandard.ZstdError(_EARLY)
        return part
