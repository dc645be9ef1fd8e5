"""What a kind of input must say, and nothing else: how a file is taken apart into items, and how an item is read.

    scan    a file's raw bytes -> its census: every item and every gap, in order, by code that reads no content
    read    a file and some of its items -> one record for each, with the documents that it gives

Outside of `sources/` there are items, records and documents, whatever a file is. A new kind is one file or folder here,
one line in the catalogue of `pipelines.recipe.catalogue`, and one test.
"""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, ClassVar, Literal, Protocol

import numpy as np

from winnow.filters.rules import Reject
from winnow.pipelines.sources.file_bytes import (
    NO_STARTS,
    SUM,
    FileBytes,
    Seen,
    Starts,
    Stretches,
    start_before,
    touched,
)
from winnow.pipelines.sources.items import GAP as GAP
from winnow.pipelines.sources.items import MOST_KINDS as MOST_KINDS
from winnow.pipelines.sources.items import UNKNOWN as UNKNOWN
from winnow.pipelines.sources.items import Item as Item
from winnow.pipelines.sources.items import Items as Items

PLAIN = "text/plain"
"""The media type of content that is the text itself; of any other the main text is extracted."""
OWN = "own"
"""The media type of content that its source's `convert` makes text of."""
MAX_DETAIL = 200
"""Characters of what a reject quotes of the input."""


class CensusError(ValueError):
    """The items of a census do not tile its file: a fault of the source's, never of the input."""


@dataclass(frozen=True, slots=True)
class Census:
    """A file taken apart: items that follow one another from its beginning to its end."""

    size: int
    """Bytes of the file."""
    sha256: str
    items: Items
    blocks: bytes
    """The checksum of every block of the file (`FileBytes`)."""
    layout: str = ""
    """What the source tells its reader of how the file is made; nobody else asks."""
    counted: Literal["bytes", "inflated", "positions"] = "bytes"
    """What offsets count: bytes of the file; bytes of the one stream that it inflates to; items, where a container
    gives no byte ranges."""
    extent: int = -1
    """What the items' lengths add up to; -1 for the file's size, which it is where bytes are counted."""
    starts: Starts = field(default_factory=lambda: NO_STARTS, compare=False)
    """Where inflating can begin, if not only at the file's beginning; a reader finds them at `file.starts`. Where
    positions are counted, the items before which a file is best cut, and where their bytes begin."""
    aside: Stretches = field(default_factory=lambda: NO_STARTS, compare=False)
    """Items that say something of others, such as the license of what lies in an archive with it, so that units with
    none of them need their bytes too; a reader finds them at `file.aside`."""
    whole: bool = True
    """Whether its items are all of the file's, or a run of them."""

    def __post_init__(self) -> None:
        if self.extent < 0:
            object.__setattr__(self, "extent", self.size)
        self.check()

    @property
    def cuttable(self) -> bool:
        """Whether a run of its items can be read without all that is before it."""
        return self.counted != "inflated" or len(self.starts) > 0

    def size_of(self, first: int, last: int) -> int:
        """Bytes of the file that items first to last (exclusive) take up, in proportion where none are known."""
        extent = int(self.items.lengths[first:last].sum())
        return extent if self.counted == "bytes" else self.size * extent // max(1, self.extent)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """(offset, length) of the bytes of the file that items first to last (exclusive, at least one) are read from:
        of all of it where their place in it is not known."""
        held = self.items[first:last]
        begin, end = held[0].offset, held.end
        if self.counted == "bytes":
            return begin, end - begin
        if not len(self.starts) or self.counted == "positions":
            return 0, self.size
        first_start = start_before(self.starts, begin)
        bits = self.starts[first_start:, 1]
        behind = bits[np.searchsorted(self.starts[:, 0], end) - first_start :]
        offset = int(bits[0]) // 8
        return offset, (-(-int(behind[0]) // 8) if len(behind) else self.size) - offset

    def blocks_of(self, first: int, last: int) -> bytes:
        """The checksums of the blocks from which items first to last (exclusive, at least one) are read."""
        spans = [self.span(first, last)]
        if len(self.aside):
            spans += self.aside.tolist() if self.counted == "bytes" else [(0, self.size)]
        pieces = (touched(*span) for span in spans)
        return b"".join(self.blocks[SUM * piece.start : SUM * piece.stop] for piece in pieces)

    def check(self) -> None:
        """Raise CensusError unless the items follow one another from 0 to `extent`, none empty, and no block lacks."""
        first = 0 if self.whole or not len(self.items) else self.items[0].offset
        if (at := self.items.astray(first)) is not None:
            before = self.items[at - 1] if at else Item(0, 0, GAP)
            ends = before.offset + before.length
            raise CensusError(f"{self.items[at]} does not begin at {ends}, where the one before ends")
        end = self.items.end
        if (self.whole and end != self.extent) or (self.counted == "bytes" and self.extent != self.size):
            raise CensusError(f"the items end at {end}, but the file has {self.size} bytes to tile ({self.extent})")
        if len(self.starts) and (self.counted == "bytes" or not _ascend(self.starts, self.extent, 8 * self.size)):
            raise CensusError("the starts do not ascend from offset 0 on, or lie outside of the file")
        if len(self.aside) and not ((self.aside >= 0).all() and (self.aside.sum(axis=1) <= self.extent).all()):
            raise CensusError("what is aside lies outside of the file")
        if len(self.blocks) != SUM * len(touched(0, self.size)):
            raise CensusError(f"{len(self.blocks)} bytes of checksums are not those of a file of {self.size} bytes")

    def bounded(self, carriers: Sequence[str]) -> "Census":
        """This census with a bounded number of kinds: each has a line in ledger and card, and files name their own."""
        return replace(self, items=self.items.bounded(carriers))

    def seen(self, path: str) -> Seen:
        """Return the file's bytes as this census saw them; its path is for the message."""
        return Seen(path, self.size, self.blocks)


def _ascend(starts: Starts, extent: int, bits: int) -> bool:
    inside = (starts >= 0).all() and (starts[:, 0] <= extent).all() and (starts[:, 1] <= bits).all()
    return bool(starts[0, 0] == 0 and inside and (np.diff(starts, axis=0) > 0).all())


@dataclass(frozen=True, slots=True)
class Content:
    """One document of a record, before its text is extracted. What is not known is None."""

    text: str
    mime: str = PLAIN
    title: str | None = None
    date: str | None = None
    """Of publication, ISO 8601."""
    language: str | None = None
    code_language: str | None = None
    license: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    utf8: bytes | None = field(default=None, compare=False, repr=False)
    """The text in UTF-8, where it is at hand."""


@dataclass(frozen=True, slots=True)
class Record:
    """One item as it was read: the documents in it, or why there are none."""

    offset: int
    """The item's."""
    kind: str
    """`gap` for damage; else the record's own type. It ends as rows if the source's CARRIERS have it, and is only
    counted otherwise."""
    id: str = ""
    """32 hex digits from stable facts, never from a position; parts after the first have ids made of it. (Only where
    reading failed, and the file does not hold the item's bytes as they are, its place stands for them.)"""
    url: str | None = None
    captured: str | None = None
    """ISO 8601 in UTC: 2026-01-31T00:00:00Z."""
    contents: tuple[Content, ...] = ()
    """The documents, part 0 first."""
    meta: Mapping[str, str] = field(default_factory=dict)
    """What holds of every part."""
    reject: Reject | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder that a user gave, as an input."""

    path: str
    """Which names it from now on, and what of it is read: a commit, say. Empty where it is left out."""
    note: str = ""
    """What the user is told of it."""


class Trees(Protocol):
    """How a kind of source reads folders: each is one stream, and then a file as any other."""

    def find(self, path: str, revision: str | None = None) -> Tree:
        """What is read of the folder that is given as PATH, or PATH@REVISION; BadCall where there is none such."""

    def open(self, path: str, known: str = "") -> BinaryIO | None:
        """The stream of a tree's path; None where that is a file's.

        It is laid out anew, unless that was done for the census of the digest `known`.
        """

    def forget(self) -> None:
        """Have all laid out anew: a layout that is kept may not hold any more."""


class Source(Protocol):
    """A kind of input: a frozen dataclass whose fields are the settings of `[source.read]`.

    Where `scan` is a static method, a change in what only reading imports has no file scanned again. A kind that takes
    folders has them in a ClassVar `TREES`; for others a folder stands for the files in it.
    """

    CARRIERS: ClassVar[tuple[str, ...]]
    """Kinds of item that carry documents; items of other kinds are counted by kind."""

    def scan(self, stream: BinaryIO) -> Census:
        """Take apart a seekable binary stream, whatever is in it. Only fields in SCANS may change what comes out.

        Memory is bounded but for the items. It reads no content, so that a reader that stops early is found out.
        """

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        """Yield one record an item, in order; `items` is a run of the census's, whose layout is given.

        What is wrong with a record is its reject, and touches no other. `file` hands out only bytes that the census
        saw, and raises `Changed` else. After an error it is called again for the items behind the one that failed; of
        one stream, until 1 GiB and four times the stream were inflated again for it: then its rest is rows unread.

        A source that gives content of the type OWN also has

            def convert(self, content: Content) -> Extracted | Reject

        which is asked in the extraction's sandbox, a process of its own with a budget of CPU time and memory.
        """


def readable(source: Source) -> tuple[str, ...]:
    """The kinds of item that can give a document; of those in BARREN, which some sources have, none does."""
    return tuple(kind for kind in source.CARRIERS if kind not in getattr(source, "BARREN", ()))


def has_payloads(source: Source) -> bool:
    """Whether its records are what servers sent (PAYLOADS): several can have the same."""
    return bool(getattr(source, "PAYLOADS", False))


def unread(source: Source) -> frozenset[str]:
    """The rules by which a source says of a record that it is none of its kind, if it has such (UNREAD)."""
    return frozenset(getattr(source, "UNREAD", ()))


def why_unread(source: Source, layout: str) -> str:
    """What a source that can say it says of a file of this layout of which nothing can be read; else nothing."""
    ask = getattr(source, "why_unread", None)
    return str(ask(layout)) if ask and layout else ""


def scan_settings(source: Source) -> dict[str, object]:
    """The settings that decide what a scan finds; most kinds have none."""
    return {name: getattr(source, name) for name in getattr(source, "SCANS", ())}


def scan_modules(source: Source) -> set[str]:
    """The modules whose imports are what a scan runs: a static `scan`'s own, for it knows no class, else the class's;
    and of what opens folders."""
    found, trees = inspect.getattr_static(type(source), "scan"), trees_of(source)
    own = found.__func__.__module__ if isinstance(found, staticmethod) else type(source).__module__
    return {own} if trees is None else {own, type(trees).__module__}


def trees_of(source: Source) -> Trees | None:
    """How a kind reads folders, if it does."""
    return getattr(source, "TREES", None)
