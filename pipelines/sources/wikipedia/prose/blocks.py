"""What both forms of a page become before they are text: a run of blocks."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    """2 is a section, 3 one inside it, ..."""
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    """Line breaks are the author's own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list. Lines that follow one another stand without an empty line between them."""

    depth: int
    """1 for the outermost list."""
    mark: str
    """"- ", "3. "; nothing where a line is only set in."""
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Lines:
    """What keeps its lines: verse, code, preformatted text."""

    text: str
    verse: bool = False


Block = Heading | Paragraph | Item | Table | Lines
