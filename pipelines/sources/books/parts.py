"""A long book as several documents, cut where chapters begin.

Chapters are taken together as long as they have at most `most` characters in all. A chapter that alone has more is cut
between its paragraphs; a paragraph is never cut. Headings that follow one another at once begin one chapter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winnow.pipelines.sources.books.book import HEADINGS, Block, Kind


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    first: str | None
    """The heading of its first chapter, and of its last; None where it has none."""
    last: str | None


def parts(blocks: Sequence[Block], most: int) -> list[Part]:
    """The parts of a book, in order; one where `most` is 0."""
    if most == 0:
        return [_part(blocks)] if blocks else []
    found, held, size = list[Part](), list[Block](), 0
    for chapter in _chapters(blocks):
        length = _length(chapter)
        if held and size + length > most:
            found.append(_part(held))
            held, size = [], 0
        if length > most:
            *whole, chapter = _cut(chapter, most)
            found += map(_part, whole)
            length = _length(chapter)
        held += chapter
        size += length
    return [*found, _part(held)] if held else found


def _chapters(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks from one heading that begins a chapter to the next; what is before the first is one too."""
    chapter = list[Block]()
    for block in blocks:
        if block.kind is Kind.CHAPTER and any(each.kind not in HEADINGS for each in chapter):
            yield chapter
            chapter = []
        chapter.append(block)
    if chapter:
        yield chapter


def _cut(chapter: Sequence[Block], most: int) -> list[list[Block]]:
    """A chapter in pieces of whole paragraphs."""
    pieces, size = [list[Block]()], 0
    for block in chapter:
        length = len(block.text) + 2
        if size + length > most and any(each.kind not in HEADINGS for each in pieces[-1]):
            pieces.append([])
            size = 0
        pieces[-1].append(block)
        size += length
    return pieces


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) + 2 for block in blocks)


def _part(blocks: Sequence[Block]) -> Part:
    chapters = [" ".join(block.text.split()) for block in blocks if block.kind is Kind.CHAPTER]
    text = "\n\n".join(block.text for block in blocks)
    return Part(text, chapters[0] if chapters else None, chapters[-1] if chapters else None)
