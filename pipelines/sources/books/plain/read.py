"""A book in plain text: of Project Gutenberg or of any other origin, OCR's too."""

from dataclasses import replace

from winnow.pipelines.sources.books import characters, emphasis
from winnow.pipelines.sources.books.book import Block, Book, Facts, Kind, Unreadable
from winnow.pipelines.sources.books.gutenberg import brackets, frame, header
from winnow.pipelines.sources.books.outline import finished
from winnow.pipelines.sources.books.plain import layout, pages
from winnow.pipelines.sources.books.plain.decode import decode
from winnow.pipelines.sources.books.plain.hyphens import Hyphens


def read(data: bytes, most_lines: int) -> Book:
    """The book in the bytes of a file; raise Unreadable where there is none, or too many lines to be held."""
    decoded = decode(data)
    text = characters.clean(decoded.text)
    if (found := text.count("\n") + text.count("\f") + 1) > most_lines:
        raise Unreadable("too_many_lines", found, most_lines)
    lines = text.split("\n")
    framed, facts = frame.find(lines), Facts()
    if framed is not None:
        facts = header.facts(framed.header)
        text = "\n".join(line for line, inside in zip(lines, framed.inside.tolist(), strict=True) if inside)
    form = "text" if framed is None else "gutenberg-text"
    facts = replace(facts, meta={"form": form, "charset": decoded.charset, **facts.meta})
    lines = pages.without_furniture(brackets.drop(text))
    blocks = [_plain(block) for block in layout.blocks(lines, Hyphens(lines))]
    return finished(facts, blocks, framed is not None)


def _plain(block: Block) -> Block:
    return block if block.kind is Kind.BREAK else replace(block, text=emphasis.drop(block.text))
