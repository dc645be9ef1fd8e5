"""How a file begins: from it a kind of source says whether the file is of its kind."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from winnow.pipelines.sources import compression
from winnow.pipelines.sources.file_bytes import FileBytes

LOOKED_AT = 1 << 16
"""Bytes, at most."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first bytes of a file."""

    path: str
    packed: bytes
    """As they lie in the file."""
    data: bytes
    """As they inflate; the same where the file is not compressed."""

    @property
    def name(self) -> str:
        return PurePath(self.path).name


def beginning(path: str, stream: BinaryIO) -> Beginning:
    """Read the beginning of a seekable binary stream; damage in it is its end."""
    file = FileBytes(stream)
    packed = file.read(0, LOOKED_AT)
    data = (compression.inflated(file) or file).read(0, LOOKED_AT)
    return Beginning(path, packed, data)
