"""A file's raw bytes by offset, and a checksum of every aligned block of them: made by the census, checked ever after.

The census reads a file whole; its units are read later, perhaps after a kill, by other processes. With the checksums
every byte that a row is made of is one that the census saw, so the digest in the ledger is that of the file that was
read. They guard against files that are written to, not against a forger, so CRC-32 and Adler-32 side by side will do:
BLAKE2 takes six times as long, which would be 7 % of all scanning and reading.
"""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from winnow.pipelines.errors import BuildFailed

BLOCK = 1 << 16
"""Bytes of a block; the last of a file may be shorter."""
_AHEAD = 4 * BLOCK
"""Bytes read at a time, at least."""
SUM = 8
"""Bytes of a block's checksum."""
Starts = NDArray[np.int64]
"""[n, 2]: (offset in what a file inflates to, its place in the file in bits), both ascending, the first offset 0."""
NO_STARTS: Starts = np.empty((0, 2), np.int64)
Stretches = NDArray[np.int64]
"""[n, 2]: (offset, length), in ascending order."""


def start_before(starts: Starts, offset: int) -> int:
    """The place of the last start at or before an offset in what the file inflates to; -1 where there is none."""
    return int(np.searchsorted(starts[:, 0], offset, side="right")) - 1


class Changed(BuildFailed):
    """An input is not, or no longer, the file that its census saw. `path` is the input's."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(path, what)
        self.path = path
        self.what = what

    def __str__(self) -> str:
        return f"{self.path} was changed during the build: {self.what}; once it stays as it is, give the command again"


@dataclass(frozen=True, slots=True)
class Seen:
    """The file at `path` as its census saw it."""

    path: str
    size: int
    blocks: bytes
    """`SUM` bytes a block."""

    def check_size(self, size: int) -> None:
        if size != self.size:
            raise Changed(self.path, f"it had {self.size:,} bytes, now {size:,}")

    def check(self, block: int, data: bytes | memoryview) -> None:
        """Raise Changed unless `data` are the bytes that the block of this number had."""
        if checksum(data) != self.blocks[block * SUM : (block + 1) * SUM]:
            raise Changed(self.path, f"other bytes in the {BLOCK >> 10} KiB from offset {block * BLOCK} on")


def checksum(data: bytes | memoryview) -> bytes:
    return isal_zlib.crc32(data).to_bytes(4, "big") + isal_zlib.adler32(data).to_bytes(4, "big")


def touched(offset: int, length: int) -> range:
    """Return the numbers of the blocks that hold these bytes."""
    return range(offset // BLOCK, (offset + length + BLOCK - 1) // BLOCK)


class FileBytes:
    """A seekable file, read in whole blocks.

    With `digest`, its SHA-256 and the checksums of its blocks come out of the reading itself, each byte hashed once.
    With `seen`, no byte of a block is handed out that is not what the census saw there: Changed says so. `starts` and
    `aside` are the census's, for readers.
    """

    rereadable: ClassVar[bool] = True

    def __init__(
        self, stream: BinaryIO, *, digest: bool = False, seen: Seen | None = None, starts: Starts = NO_STARTS,
        aside: Stretches = NO_STARTS,
    ) -> None:  # fmt: skip
        self._stream = stream
        self.starts, self.aside = starts, aside
        self.size = stream.seek(0, 2)
        self.given = 0
        """Bytes handed out so far: the measure of work done."""
        self._hash = hashlib.sha256() if digest else None
        self._hashed = 0
        self._sums: list[bytes] = []
        self._window = b""
        self._at = 0
        self._seen = seen
        self._sound = (0, 0)
        """A stretch of the window that was held against what the census saw."""
        self._ever_sound: set[int] = set()
        """Numbers of the blocks that were, in any window."""
        if seen is not None:
            seen.check_size(self.size)

    def read(self, offset: int, size: int) -> bytes:
        size = min(size, self.size - offset)
        if size <= 0:
            return b""
        start = offset - self._at
        if start < 0 or start + size > len(self._window):
            self._catch_up(offset)
            self._load(offset, max(size, _AHEAD))
            start = offset - self._at
        if self._seen is not None and not self._sound[0] <= offset <= offset + size <= self._sound[1]:
            self._compare(self._seen, touched(offset, size))
        self.given += size
        return self._window[start : start + size]

    @property
    def name(self) -> str:
        """Of the file, without the folders that it lies in; empty where it is not known."""
        return "" if self._seen is None else self._seen.path.rpartition("/")[2]

    def ends_in_zeros(self, offset: int) -> bool:
        """Whether zeros follow from here on and nothing else, as in files of whole blocks."""
        size = 1  # for what follows is seldom a zero
        while data := self.read(offset, size):
            if data.strip(b"\0"):
                return False
            offset, size = offset + len(data), BLOCK
        return True

    def has(self, offset: int) -> bool:
        return offset <= self.size

    def sha256(self) -> str:
        """Return the digest of the whole file in hex, reading what was not read yet."""
        self._catch_up(self.size)
        return "" if self._hash is None else self._hash.hexdigest()

    def blocks(self) -> bytes:
        """Return the checksums of the whole file's blocks, reading what was not read yet."""
        self._catch_up(self.size)
        return b"".join(self._sums)

    def check(self, offset: int, length: int) -> None:
        """Raise Changed unless all blocks of this stretch are what the census saw, those too that nobody has read."""
        if self._seen is not None:
            for block in touched(offset, length):
                if block not in self._ever_sound:
                    self.read(block * BLOCK, 1)

    def _catch_up(self, offset: int) -> None:
        while self._hash is not None and self._hashed < offset:
            self._load(self._hashed, _AHEAD)

    def _load(self, offset: int, size: int) -> None:
        """Make the window the whole blocks that hold these bytes."""
        blocks = touched(offset, size)
        self._at = blocks.start * BLOCK
        self._stream.seek(self._at)
        missing = min(blocks.stop * BLOCK, self.size) - self._at
        end = self._at + missing
        pieces = []
        while missing and (piece := self._stream.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        self._window = b"".join(pieces)
        self._sound = (0, 0)
        if self._hash is not None and self._at <= self._hashed < end:
            self._hash.update(self._window[self._hashed - self._at :])
            self._sums += [checksum(self._block(block)) for block in blocks if self._hashed <= block * BLOCK < end]
            self._hashed = end

    def _block(self, block: int) -> memoryview:
        start = block * BLOCK - self._at
        return memoryview(self._window)[start : start + BLOCK]

    def _compare(self, seen: Seen, blocks: range) -> None:
        for block in blocks:
            if not self._sound[0] <= block * BLOCK < self._sound[1]:
                seen.check(block, self._block(block))
                self._ever_sound.add(block)
        self._sound = (blocks.start * BLOCK, blocks.stop * BLOCK)


class Part(FileBytes):
    """A stretch of a file, as if it were one of its own."""

    def __init__(self, file: FileBytes, offset: int, length: int) -> None:
        self._file, self._offset = file, offset
        self.size = length
        self.given = 0
        self.starts, self.aside = NO_STARTS, NO_STARTS

    def read(self, offset: int, size: int) -> bytes:
        data = self._file.read(self._offset + offset, max(0, min(size, self.size - offset)))
        self.given += len(data)
        return data
