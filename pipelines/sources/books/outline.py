"""What every book goes through, whatever its form: the makers' paragraphs out, its headings found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from winnow.pipelines.sources.books import title_page
from winnow.pipelines.sources.books.book import HEADINGS, Block, Book, Facts, Kind
from winnow.pipelines.sources.books.gutenberg import header, notes
from winnow.pipelines.sources.books.gutenberg.frame import is_about_gutenberg
from winnow.pipelines.sources.books.headings import is_chapter, is_heading

_CONTENTS = 5
"""Headings with nothing between them, from so many on, are a table of contents."""
_WORDS = re.compile(r"\W+")
_IDLE = re.compile(
    r"\W*(?:(?:foot)?notes?|fussnoten|fußnoten|notes de bas de page|voetnoten|illustrations?)\W*", re.IGNORECASE
)
"""Headings of what was left out."""
_FEW_CHAPTERS = 3
"""A book with fewer chapters by their headings is cut at any heading."""
_END = (Block(Kind.HEADING, ""),)
_MOST_ABOUT = 1500
"""Characters of a paragraph of a Gutenberg file that is about the project and no part of the book."""


def finished(facts: Facts, blocks: Sequence[Block], gutenberg: bool) -> Book:
    """The book of these blocks."""
    if gutenberg:
        blocks = [b for b in blocks if len(b.text) > _MOST_ABOUT or not is_about_gutenberg(b.text)]
    kept, credits = notes.drop([block for block in blocks if block.text.strip()], gutenberg)
    headed = [*_with_contents(map(_headed, kept))]
    date = facts.date or next(filter(None, map(header.edition_year, credits)), None) or title_page.year(headed)
    if sum(block.kind is Kind.CHAPTER for block in headed) < _FEW_CHAPTERS:
        headed = [replace(block, kind=Kind.CHAPTER) if block.kind is Kind.HEADING else block for block in headed]
    return Book(replace(facts, date=date), _without_idle([*headed]))


def _headed(block: Block) -> Block:
    """A block that is a heading, as one."""
    if block.kind is Kind.PROSE and is_chapter(block.text):
        return replace(block, kind=Kind.CHAPTER)
    if block.kind is Kind.LINES and block.text.count("\n") <= 2 and is_chapter(block.text.partition("\n")[0]):
        rest = block.text.partition("\n")[2]
        if len(rest) < 100 and not rest.endswith((",", ";")):
            return replace(block, kind=Kind.CHAPTER)
    if block.kind is Kind.PROSE and is_heading(block.text, block.gap):
        return replace(block, kind=Kind.HEADING)
    return block


def _with_contents(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks, a row of headings without anything between them as one block of lines."""
    run = list[Block]()
    for block in blocks:
        if block.kind is Kind.CHAPTER:
            run.append(block)
            continue
        yield from _contents(run)
        run = []
        yield block
    yield from _contents(run)


def _contents(run: Sequence[Block]) -> Iterator[Block]:
    """A row that is a table of contents as one block. Headings that it names already begin the text, and so does the
    last one if it stands further below than the others."""
    if len(run) < _CONTENTS:
        yield from run
        return
    seen, end = set[str](), 0
    while end < len(run) and (key := _first_words(run[end])) not in seen:
        seen.add(key)
        end += 1
    if end == len(run) and run[-1].gap > max(block.gap for block in run[1:-1]):
        end -= 1
    yield Block(Kind.LINES, "\n".join(block.text for block in run[:end]), run[0].gap)
    yield from run[end:]


def _first_words(block: Block) -> str:
    return " ".join(_WORDS.sub(" ", block.text.casefold()).split()[:2])


def _without_idle(blocks: Sequence[Block]) -> list[Block]:
    """Rows of asterisks stay between two paragraphs only; headings of what was left out do not."""
    kept = list[Block]()
    for block in [*blocks, *_END]:
        if kept and kept[-1].kind in HEADINGS and block.kind in HEADINGS and _IDLE.fullmatch(kept[-1].text):
            kept.pop()
        if kept and kept[-1].kind is Kind.BREAK and block.kind in (Kind.BREAK, *HEADINGS):
            kept.pop()
        if block.kind is not Kind.BREAK or (kept and kept[-1].kind not in HEADINGS):
            kept.append(block)
    return kept[:-1]
