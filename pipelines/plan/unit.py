"""Inputs and units: what is given, and what is read, extracted and judged together and done again where it fails.

A unit is a run of items over one or more files of one source: a large file gives many, small files share one.
"""

from dataclasses import dataclass

from winnow.pipelines.digest import digest


@dataclass(frozen=True, slots=True)
class Input:
    """One file of one source."""

    source: str
    path: str
    size: int
    ends: str
    """Digest of its first and last mebibyte: with path and size, the identity that needs no whole reading."""

    @property
    def name(self) -> str:
        return digest("input", self.source, self.path, self.size, self.ends)

    @property
    def shown(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class Cut:
    """A run of a file's items."""

    first: int
    last: int
    """Items `first` to `last` (exclusive)."""
    start: int
    end: int
    """Offsets of its first byte and the one after its last."""
    size: int
    """Bytes of the file that it takes up."""
    content: str
    """Digest of the items themselves and of the blocks that they touch."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one file's items."""

    input: Input
    cut: Cut


@dataclass(frozen=True, slots=True)
class Unit:
    """Pieces of one source, in the order of the row key."""

    source: str
    pieces: tuple[Piece, ...]
    number: int
    """Of its first item among all items of the build."""
    name: str
    """Hash of the inputs' identities, the items and their bytes, and of what reading and extraction depend on."""

    @property
    def items(self) -> int:
        return sum(piece.cut.last - piece.cut.first for piece in self.pieces)

    @property
    def size(self) -> int:
        return sum(piece.cut.size for piece in self.pieces)

    @property
    def shown(self) -> str:
        """For messages: the file and the bytes, or the first of the files."""
        first, more = self.pieces[0], len(self.pieces) - 1
        if more:
            return f"{first.input.path} and {more} more"
        return f"{first.input.path} [{first.cut.start}, {first.cut.end})"
