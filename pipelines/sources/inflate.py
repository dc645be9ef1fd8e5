"""Bytes by offset, wherever they come from: of a file (file_bytes.py), or of what it inflates to, in bounded memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from winnow.pipelines.sources.file_bytes import FileBytes

PIECE = 1 << 18
"""Inflated bytes made at a time, at most: a bomb costs time in proportion to what it is, never memory."""


class Bytes(Protocol):
    """What can be read by offset; `rereadable` when offsets may also go back."""

    rereadable: ClassVar[bool]

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes at `offset`; fewer only where the bytes end."""

    def has(self, offset: int) -> bool:
        """Return whether every byte before `offset` was found; ask after reading there."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of the inflated bytes that stands for damage: zeros, as many as the damage has bytes in the file."""

    offset: int
    length: int
    position: int
    """Of the damage in the file."""
    damage: str
    between: bool
    """Whether what was inflated before it came to its end."""


class Forward:
    """What is inflated piece by piece, and can be read by offsets that do not go back."""

    rereadable: ClassVar[bool] = False

    def __init__(self) -> None:
        self._kept = b""
        self.inflated = 0
        """Bytes inflated so far."""
        self.starts: Sequence[tuple[int, int]] = ()
        """(offset in what the file inflates to, bit in the file) where inflating can begin, as far as it was inflated;
        none where it can only begin at the file's beginning."""
        self.holes: Sequence[Hole] = ()
        """Of what can be inflated on behind damage: that, as far as it was inflated."""

    def read(self, offset: int, size: int) -> bytes:
        kept_at = self.inflated - len(self._kept)
        if offset < kept_at:
            raise ValueError(f"inflated bytes are read forward only: {offset} lies before {kept_at}")
        if self.inflated < offset + size:
            pieces = [self._kept[offset - kept_at :]]
            while self.inflated < offset + size and (piece := self._piece()):
                if self.inflated > offset:
                    pieces.append(piece)
            self._kept = b"".join(pieces)
        start = offset - (self.inflated - len(self._kept))
        return self._kept[start : start + size] if start >= 0 else b""

    def has(self, offset: int) -> bool:
        return offset <= self.inflated

    def drain(self, most: int | None = None) -> None:
        """Inflate to the end, or about `most` bytes further, and forget it."""
        limit = None if most is None else self.inflated + most
        while (limit is None or self.inflated < limit) and self._piece():
            self._kept = b""

    def _piece(self) -> bytes:
        """The next inflated bytes, counted; none at the end or at damage."""
        raise NotImplementedError


class Streams(Forward):
    """What the streams of a file inflate to, one after the other, piece by piece; damage ends them."""

    ERRORS: ClassVar[tuple[type[Exception], ...]] = ()
    """What `_next` raises where they are damaged."""

    def __init__(self, file: FileBytes, position: int = 0) -> None:
        super().__init__()
        self._file = file
        self.position = position
        """Offset in the file of the first byte not used yet."""
        self.damage: str | None = None
        self.between = False
        """Whether the damage lies between two streams: what was inflated came to its end."""
        self._done = False

    @property
    def whole(self) -> bool:
        """Whether everything was inflated, and is what was packed as far as checksums tell."""
        return self._done and self.damage is None

    def _piece(self) -> bytes:
        while not self._done:
            try:
                piece = self._next()
            except self.ERRORS as error:
                self._stop(" ".join(str(error).split()))
                break
            if piece:
                self.inflated += len(piece)
                return piece
        return b""

    def _next(self) -> bytes:
        """Go one part of the file further, and return what it gives; where it is damaged, raise and stay."""
        raise NotImplementedError

    def _stop(self, damage: str) -> None:
        self.damage = damage
        self._done = True


class Slice:
    """A stretch of bytes as a stream that can be read forward."""

    def __init__(self, data: Bytes, offset: int, length: int) -> None:
        self._data = data
        self.at = offset
        """Where it is read on."""
        self._end = offset + length

    def read(self, size: int = -1) -> bytes:
        left = self._end - self.at
        piece = self._data.read(self.at, left if size < 0 else min(size, left))
        self.at += len(piece)
        return piece
