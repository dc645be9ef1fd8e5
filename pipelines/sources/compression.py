"""What a compressed file inflates to, whatever it was compressed with: told by how it begins."""

from typing import Protocol

from winnow.pipelines.sources import gzip_members, zstd
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import InflatedBytes
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.zstd import ZstdBytes


class Inflating(Bytes, Protocol):
    """Bytes that are made of a file's, forward only; damage ends them."""

    inflated: int
    """Bytes so far."""
    position: int
    """Offset in the file of the first byte not used yet."""
    damage: str | None
    between: bool
    """Whether the damage lies between two streams: what was inflated came to its end."""

    @property
    def whole(self) -> bool:
        """Whether everything was inflated."""

    def drain(self, most: int) -> None:
        """Inflate to the end, or about `most` bytes further, and forget it."""


def inflated(file: FileBytes) -> Inflating | None:
    """What the file inflates to; None where it is not compressed in a way that is read here."""
    start = file.read(0, 4)
    if start.startswith(gzip_members.MAGIC):
        return InflatedBytes(file, 0, all_members=True)
    return ZstdBytes(file) if zstd.begins(start) else None
