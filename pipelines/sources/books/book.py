"""A book as its reader finds it: what is known of it, and its text as blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from winnow.filters.rules import Reject


class Kind(Enum):
    PROSE = "prose"
    """A paragraph, on one line."""
    LINES = "lines"
    """Verse, a table, an address: its lines are as they stand in the book."""
    HEADING = "heading"
    CHAPTER = "chapter"
    """A heading at which a book can be cut."""
    BREAK = "break"
    """A row of asterisks or the like between two paragraphs."""


HEADINGS = (Kind.HEADING, Kind.CHAPTER)


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    text: str
    gap: int = 1
    """Blank lines before it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a book says of itself; what it does not say is None."""

    title: str | None = None
    author: str | None = None
    language: str | None = None
    date: str | None = None
    """When the work or the edition was published, never when a file of it was made."""
    license: str | None = None
    url: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    facts: Facts
    blocks: Sequence[Block]


class Unreadable(Exception):
    """Why a file gives no book."""

    def __init__(self, rule: str, value: float | None = None, limit: float | None = None, detail: str = "") -> None:
        super().__init__(rule)
        self.reject = Reject(f"books.{rule}", value, limit, detail or None)
