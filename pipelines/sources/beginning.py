"""How a file begins: from it a kind of source says whether the file is of its kind."""

from dataclasses import dataclass
from pathlib import PurePath

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
