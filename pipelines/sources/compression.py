"""What a compressed file inflates to, whatever it was compressed with: told by how it begins."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from winnow.pipelines.sources import bzip2, gzip_members, xz, zstd
from winnow.pipelines.sources.bzip2 import Bzip2Bytes
from winnow.pipelines.sources.file_bytes import NO_STARTS, FileBytes, Starts, start_before
from winnow.pipelines.sources.gzip_members import InflatedBytes
from winnow.pipelines.sources.inflate import PIECE, Bytes, Hole
from winnow.pipelines.sources.xz import XzBytes
from winnow.pipelines.sources.zstd import ZstdBytes


class Inflating(Bytes, Protocol):
    """Bytes that are made of a file's, forward only; damage ends them, or is a hole in them."""

    inflated: int
    """Bytes so far."""
    between: bool
    """Whether the damage lies between two streams: what was inflated came to its end."""

    @property
    def position(self) -> int:
        """Offset in the file of the first byte not used yet."""

    @property
    def damage(self) -> str | None:
        """What is wrong, of all that was met first."""

    @property
    def starts(self) -> Sequence[tuple[int, int]]:
        """(offset in what the file inflates to, bit in the file) of where inflating can begin, of what was inflated."""

    @property
    def holes(self) -> Sequence[Hole]:
        """Damage behind which it goes on, in what was inflated."""

    @property
    def whole(self) -> bool:
        """Whether everything was inflated, but for holes."""

    def drain(self, most: int | None = None) -> None:
        """Inflate to the end, or about `most` bytes further, and forget it."""


def inflated(file: FileBytes, offset: int = 0) -> Inflating | None:
    """What the file inflates to, to be read from `offset` on: from the last of the file's starts before it.

    None where it is not compressed in a way that is read here.
    """
    start = file.read(0, 10)
    if start.startswith(gzip_members.MAGIC):
        return InflatedBytes(file, 0, all_members=True)
    if bzip2.MAGIC.match(start):
        return Bzip2Bytes(file, _start(file.starts, offset))
    if start.startswith(xz.MAGIC):
        return XzBytes(file)
    return ZstdBytes(file) if zstd.begins(start[:4]) else None


def _start(starts: Starts, offset: int) -> tuple[int, int]:
    place = start_before(starts, offset)
    return (int(starts[place, 0]), int(starts[place, 1])) if place >= 0 else (0, 0)


def starts_of(data: Inflating) -> Starts:
    """Where inflating can begin, for the census of a file that was inflated whole; none if only at its beginning."""
    return np.array(data.starts, np.int64) if len(data.starts) > 1 else NO_STARTS


def lost(file: FileBytes, data: Inflating, offset: int, length: int) -> str:
    """What of the file is damaged in a stretch of what it inflates to, which is read for it; "" where nothing is."""
    end = offset + length
    for at in range(offset, end, PIECE):
        data.read(at, min(PIECE, end - at))
    for hole in data.holes:
        if hole.offset < end and offset < hole.offset + hole.length:
            return f"of the file {hole.length:,} bytes from {hole.position:,} on: {hole.damage}"
    if data.read(end, 1) or data.whole:
        return ""
    return f"of the file {file.size - data.position:,} bytes from {data.position:,} on: {data.damage}"
