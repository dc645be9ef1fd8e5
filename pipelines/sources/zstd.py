"""The frames of a zstd file (RFC 8878), in bounded memory: what they inflate to, block by block.

The decoder is given one block at a time, so that damage costs no block before it, as with `zstd -dc`, and its place in
the file is known, in one pass and without reading ahead. A frame that asks for a window of more than 128 MiB, as
`zstd -dc` refuses it too, is damage.

A file may begin with the dictionary of all its frames, in one that others skip
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/).
"""

from dataclasses import dataclass
from typing import ClassVar

import zstandard

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Streams

MAGIC = b"\x28\xb5\x2f\xfd"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_BARE_DICTIONARY = b"\x37\xa4\x30\xec"
"""How a dictionary begins that is not packed (section 5)."""
_MOST_DICTIONARY = 1 << 23
"""Bytes of a dictionary, packed or not, that the specification asks a reader for."""
_WINDOW = 1 << 27
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


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What the frames of a file are inflated with."""

    length: int
    """Bytes of the frame that holds it, at the file's beginning."""
    data: zstandard.ZstdCompressionDict | None = None
    fault: str = ""
    """Why it cannot be had."""


NONE = Dictionary(0)


def dictionary_of(file: FileBytes) -> Dictionary:
    """The dictionary that a file begins with, if it does."""
    start = file.read(0, _SKIPPED_HEADER)
    if not start.startswith(_DICTIONARY) or len(start) < _SKIPPED_HEADER:
        return NONE
    size = int.from_bytes(start[len(_DICTIONARY) :], "little")
    length = min(_SKIPPED_HEADER + size, file.size)
    held = file.read(_SKIPPED_HEADER, len(MAGIC))
    if held not in (MAGIC, _BARE_DICTIONARY):
        return NONE
    if size > _MOST_DICTIONARY:
        return Dictionary(length, fault=f"the zstd dictionary has {size:,} bytes, more than {_MOST_DICTIONARY:,}")
    held = file.read(_SKIPPED_HEADER, size)
    try:
        if held.startswith(MAGIC):
            if zstandard.frame_content_size(held) > _MOST_DICTIONARY:  # as much would be allocated
                raise ValueError("it is too long")
            held = zstandard.ZstdDecompressor(max_window_size=_MOST_DICTIONARY).decompress(
                held, max_output_size=_MOST_DICTIONARY
            )
        data = zstandard.ZstdCompressionDict(held, dict_type=zstandard.DICT_TYPE_FULLDICT)
        zstandard.ZstdDecompressor(dict_data=data)  # which is where it is looked at
        return Dictionary(length, data)
    except (zstandard.ZstdError, ValueError) as error:
        return Dictionary(length, fault=f"the zstd dictionary cannot be read: {error}")


def behind_skipped(file: FileBytes, offset: int) -> int:
    """Where the first frame begins, from `offset` on, that is not one to skip; there, too, where none does."""
    while begins(start := file.read(offset, _SKIPPED_HEADER)[:4]) and start != MAGIC:
        size = int.from_bytes(file.read(offset + 4, 4), "little")
        if offset + _SKIPPED_HEADER + size > file.size:
            break
        offset += _SKIPPED_HEADER + size
    return offset


class ZstdBytes(Streams):
    """What all frames inflate to, one after the other; damage costs the rest of them, from its block on."""

    ERRORS: ClassVar[tuple[type[Exception], ...]] = (zstandard.ZstdError,)

    def __init__(self, file: FileBytes, start: int = 0, dictionary: Dictionary | None = None) -> None:
        super().__init__(file, start)
        self._dictionary = dictionary_of(file) if dictionary is None else dictionary
        self._decoder = zstandard.ZstdDecompressor(dict_data=self._dictionary.data, max_window_size=_WINDOW)
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
        checksum = self._part(_CHECKSUM) if self._checked else b""
        self._ends(self.position + len(checksum))
        if checksum:
            self._frame.decompress(checksum)
        self.position += len(checksum)
        self._frame = None
        return b""

    def _ends(self, position: int) -> None:
        """A frame comes to its end at that offset, whatever its checksum says."""

    def _open(self) -> None:
        """Begin the frame at `position`, or go past one that is skipped."""
        start = self._file.read(self.position, _LONGEST_HEADER)
        if start.startswith(MAGIC):
            if self._dictionary.fault:
                raise zstandard.ZstdError(self._dictionary.fault)
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


class ZstdFrame(ZstdBytes):
    """What one frame inflates to, behind those that are skipped."""

    def __init__(self, file: FileBytes, start: int, dictionary: Dictionary) -> None:
        super().__init__(file, start, dictionary)
        self.end: int | None = None
        """Offset in the file behind the frame once it came to its end, and behind those that are skipped where nothing
        else follows."""
        self.end_is_sure = True

    def _next(self) -> bytes:
        piece = super()._next()
        self._done = self._done or (self.end is not None and self._frame is None)
        return piece

    def _ends(self, position: int) -> None:
        behind = behind_skipped(self._file, position)
        self.end = behind if behind == self._file.size else position
