"""A book in plain text: of Project Gutenberg or of any other origin, OCR's too."""

from dataclasses import replace

from winnow.pipelines.sources.books import characters, emphasis
from winnow.pipelines.sources.books.book import Block, Book, Facts, Kind
from winnow.pipelines.sources.books.gutenberg import brackets, frame, header
from winnow.pipelines.sources.books.outline import finished
from winnow.pipelines.sources.books.plain import layout, pages
from winnow.pipelines.sources.books.plain.decode import decode
from winnow.pipelines.sources.books.plain.hyphens import Hyphens


def read(data: bytes) -> Book:
    decoded = decode(data)
    text = characters.clean(decoded.text)
    lines = text.split("\n")
    found, facts = frame.find(lines), Facts()
    if found is not None:
        facts = header.facts(found.header)
        text = "\n".join(line for line, inside in zip(lines, found.inside.tolist(), strict=True) if inside)
    facts = replace(facts, meta={"form": "text" if found is None else "gutenberg-text", "charset": decoded.charset, **facts.meta})
    lines = pages.without_furniture(brackets.drop(text))
    blocks = [_plain(block) for block in layout.blocks(lines, Hyphens(lines))]
    return finished(facts, blocks, found is not None)


def _plain(block: Block) -> Block:
    return block if block.kind is Kind.BREAK else replace(block, text=emphasis.drop(block.text))
