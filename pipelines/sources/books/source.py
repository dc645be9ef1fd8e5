"""Books, a file each: plain text, HTML or EPUB, whatever its name says.

A file is one item, and its book one record: of a long one the parts are its documents. What is packed is not read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import NotAllowed, within
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources.base import GAP, Content, Item, Record
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.books import forms
from winnow.pipelines.sources.books.book import Book, Unreadable
from winnow.pipelines.sources.books.epub.read import read as read_epub
from winnow.pipelines.sources.books.markup.read import read as read_markup
from winnow.pipelines.sources.books.parts import Part, parts
from winnow.pipelines.sources.books.plain.read import read as read_plain
from winnow.pipelines.sources.books.scan import BOOK, scan
from winnow.pipelines.sources.file_bytes import FileBytes

_PIECE = 1 << 20
_SAID = 4096
_GUTENBERG = re.compile(rb"project gutenberg", re.IGNORECASE)
_LEAST_PART = 10_000


@dataclass(frozen=True, slots=True)
class Books:
    """What of a book is too much, and where a long one is cut."""

    part_characters: int = 200_000
    """A longer book becomes several documents, cut between chapters; 0 leaves it whole. 200,000 characters are some
    50,000 tokens, a long context of today, and below the 100,000 words above which Gopher's rules drop a document."""
    max_file_bytes: int = 512 * 1024 * 1024
    """Of any file; the pictures of an EPUB are not read."""
    max_text_bytes: int = 64 * 1024 * 1024
    """Of a text or a page, and of all pages of an EPUB inflated (the largest text of Project Gutenberg has some 30)."""
    max_elements: int = 1_500_000
    """Start tags of a page, elements of all pages of an EPUB, lines of a plain text."""

    CARRIERS: ClassVar[tuple[str, ...]] = (BOOK,)
    UNREAD: ClassVar[tuple[str, ...]] = (
        "books.format", "books.no_spine", "books.encoding", "books.encrypted", "books.unreadable",
    )  # fmt: skip

    def __post_init__(self) -> None:
        within(self, "part_characters", 0, 1_000_000_000)
        if 0 < self.part_characters < _LEAST_PART:
            raise NotAllowed("part_characters", self.part_characters, f"allowed is 0, or {_LEAST_PART:,} and more")
        for size in ("max_file_bytes", "max_text_bytes", "max_elements"):
            within(self, size, 1, 1_000_000_000_000)

    scan = staticmethod(scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        """An EPUB, or a text or page that says it is Project Gutenberg's; of any other text nothing says so."""
        epub = start.packed.startswith(b"PK\x03\x04") and b"application/epub+zip" in start.packed[:_SAID]
        return epub or _GUTENBERG.search(start.data[:_SAID]) is not None

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        for item in items:
            if layout:
                what = Reject("books.packed", detail=f"{layout} is not read here: unpack the file")
                yield Record(item.offset, GAP, _identity(file), reject=what)
                continue
            try:
                book = self._book(file)  # first: a file that was read whole is not read again for its id
                yield self._record(item.offset, _identity(file), book)
            except Unreadable as error:
                yield Record(item.offset, BOOK, _identity(file), reject=error.reject)

    def _book(self, file: FileBytes) -> Book:
        start = file.read(0, forms.START)
        if file.size > self.max_file_bytes:
            raise Unreadable("too_large", file.size, self.max_file_bytes)
        if forms.is_zip(start):
            return read_epub(file, self.max_text_bytes, self.max_elements)
        if told := forms.other(start):
            raise Unreadable("format", detail=f"{told[0]} is not read here: make text of it, as by {told[1]}")
        if file.size > self.max_text_bytes:
            raise Unreadable("too_large", file.size, self.max_text_bytes)
        data = file.read(0, file.size)
        read = read_markup if forms.is_markup(start) else read_plain
        return read(data, self.max_elements)

    def _record(self, offset: int, identity: str, book: Book) -> Record:
        found = parts(book.blocks, self.part_characters)
        if not found:
            raise Unreadable("no_text", detail="nothing is left of it but what is about the book")
        facts = book.facts
        contents = tuple(
            Content(part.text, title=facts.title, date=facts.date, language=facts.language, license=facts.license,
                    meta=_of_part(part, number, len(found)))
            for number, part in enumerate(found, 1)
        )  # fmt: skip
        meta = {**facts.meta, **({"author": facts.author} if facts.author else {})}
        return Record(offset, BOOK, identity, facts.url, None, contents, meta)


def _of_part(part: Part, number: int, of: int) -> Mapping[str, str]:
    """Which part of its book a document is, and the chapters in it."""
    if of == 1:
        return {}
    chapters = {"first_chapter": part.first, "last_chapter": part.last}
    return {"part": f"{number} of {of}", **{name: heading for name, heading in chapters.items() if heading}}


def _identity(file: FileBytes) -> str:
    """An id of all of a file's bytes, of which only some are held at a time."""
    pieces = (file.read(at, _PIECE) for at in range(0, file.size, _PIECE))
    return digest_of_bytes(b"book", *(digest_of_bytes(piece).encode() for piece in pieces))
