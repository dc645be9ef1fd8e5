"""A long book as several documents, cut where chapters begin.

Chapters are taken together as long as they have at most `most` characters in all. A chapter that alone has more is cut
between its paragraphs; a paragraph is never cut. Headings that follow one another at once begin one chapter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winnow.pipelines.sources.books.book import HEADINGS, Block, Kind

_SEPARATOR = "\n\n"
_BETWEEN = len(_SEPARATOR)


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
    chapter, has_text = list[Block](), False
    for block in blocks:
        if block.kind is Kind.CHAPTER and has_text:
            yield chapter
            chapter, has_text = [], False
        chapter.append(block)
        has_text = has_text or block.kind not in HEADINGS
    if chapter:
        yield chapter


def _cut(chapter: Sequence[Block], most: int) -> list[list[Block]]:
    """A chapter in pieces of whole paragraphs; headings stay with what follows them."""
    pieces, size, has_text = [list[Block]()], 0, False
    for block in chapter:
        length = len(block.text) + _BETWEEN
        if size + length > most and has_text:
            pieces.append([])
            size, has_text = 0, False
        pieces[-1].append(block)
        size += length
        has_text = has_text or block.kind not in HEADINGS
    return pieces


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) + _BETWEEN for block in blocks)


def _part(blocks: Sequence[Block]) -> Part:
    chapters = [" ".join(block.text.split()) for block in blocks if block.kind is Kind.CHAPTER]
    text = _SEPARATOR.join(block.text for block in blocks)
    return Part(text, chapters[0] if chapters else None, chapters[-1] if chapters else None)
