"""A book in HTML: one page, of Project Gutenberg or of any other origin."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from winnow.pipelines.sources.books import characters
from winnow.pipelines.sources.books.book import Block, Book, Facts
from winnow.pipelines.sources.books.gutenberg import frame, header
from winnow.pipelines.sources.books.languages import code_of
from winnow.pipelines.sources.books.markup import roles, tree, walk
from winnow.pipelines.sources.books.outline import finished

_EBOOK = re.compile(
    r"(?:the project gutenberg (?:e-?book|e-?text) of )?(.+?)(?:,? by (.+?))?(?: \| project gutenberg)?", re.IGNORECASE
)
_AUTHORS = ("author", "dc.creator", "dcterms.creator")
_MOST = 300
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(data: bytes, most_elements: int) -> Book:
    page = tree.parse(data, most_elements)
    blocks, found = unframed(walk.blocks(page.root))
    facts = Facts() if found is None else header.facts(found.header)
    facts = _filled(facts, page.root)
    form = "html" if found is None else "gutenberg-html"
    facts = replace(facts, meta={"form": form, "charset": page.charset, **facts.meta})
    return finished(facts, blocks, found is not None)


def unframed(blocks: Sequence[Block]) -> tuple[list[Block], frame.Frame | None]:
    """The blocks without what Project Gutenberg puts before and behind them, line by line, and its frame."""
    lines = [block.text.split("\n") for block in blocks]
    found = frame.find([line for each in lines for line in each])
    if found is None:
        return [*blocks], None
    inside, kept = found.inside.tolist(), list[Block]()
    for block, each, end in zip(blocks, lines, accumulate(map(len, lines)), strict=True):
        stay = [line for line, keep in zip(each, inside[end - len(each) : end], strict=True) if keep]
        if stay:
            kept.append(block if len(stay) == len(each) else replace(block, text="\n".join(stay)))
    return kept, found


def _filled(facts: Facts, root: Any) -> Facts:
    """The facts, those that no header gave from the page's head."""
    title, author = None, None
    for element in root.iter():
        name = roles.name_of(element)
        if name == "title" and title is None:
            title = _text("".join(element.itertext()))
        elif name == "meta" and (element.get("name") or element.get("property") or "").lower() in _AUTHORS:
            author = author or _text(element.get("content"))
        elif name == "body":
            break
    if title and (match := _EBOOK.fullmatch(title)):
        title, named = match[1], match[2]
        author = author or named
    language = facts.language or code_of(root.get("lang") or root.get(_LANGUAGE))
    return replace(facts, title=facts.title or title, author=facts.author or author, language=language)


def _text(value: str | None) -> str | None:
    return " ".join(characters.clean(value or "").split())[:_MOST] or None
