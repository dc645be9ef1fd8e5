"""A book in EPUB: the pages of its spine, one after another, without those that are about the book."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from winnow.pipelines.sources.books.book import Block, Book, Kind, Unreadable
from winnow.pipelines.sources.books.epub import package
from winnow.pipelines.sources.books.epub.archive import Archive
from winnow.pipelines.sources.books.gutenberg import header
from winnow.pipelines.sources.books.markup import roles, tree, walk
from winnow.pipelines.sources.books.markup.read import unframed
from winnow.pipelines.sources.books.outline import finished
from winnow.pipelines.sources.file_bytes import FileBytes

_ABOUT = frozenset({
    "titlepage", "halftitlepage", "halftitle", "imprint", "colophon", "copyright-page", "toc", "landmarks", "loi",
    "lot", "lov", "loa", "cover", "page-list", "endnotes", "rearnotes", "footnotes", "doc-toc", "doc-cover",
    "doc-colophon", "doc-endnotes", "doc-pagelist",
})  # fmt: skip
"""What a page, or a section that it consists of, calls itself."""
_NAMED = re.compile(
    r"(?:^|[^a-z])(?:nav|toc|cover(?:page)?|title[-_ ]?page|half[-_ ]?title(?:[-_ ]?page)?|colophon|imprint|uncopyright"
    r"|copyright(?:[-_ ]?page)?|wrap0000|endnotes|footnotes|contents|newsletter|adcard|backad)(?:[^a-z]|$)"
)
_COPYRIGHT = re.compile(
    r"all rights reserved|isbn[\s:-]*[\dx-]{10}|copyright ©|©\s*(?:copyright\s*)?\d{4}|first published (?:in|by)",
    re.IGNORECASE,
)
_SHORT = 3_000
"""Characters that a page about the book has at most, where only its name or its words tell."""
_GAP = 4


def read(file: FileBytes, most_bytes: int, most_elements: int) -> Book:
    archive = Archive(file, most_bytes)
    found = package.read(archive)
    blocks, left = list[Block](), most_elements
    for entry in found.pages:
        if entry.skipped:
            continue
        page = tree.parse(archive.read(entry.name), left) if left > 0 else None
        if page is None:
            raise Unreadable("too_many_elements", most_elements, most_elements)
        left -= sum(1 for _ in page.root.iter())
        if not _calls_itself_about(page.root):
            here = walk.blocks(page.root)
            if here and not _is_about(entry, here):
                blocks += [replace(here[0], gap=_GAP), *here[1:]]
    blocks, frame = unframed(blocks)
    facts = found.facts
    if frame is not None and "gutenberg" not in facts.meta:
        facts = replace(facts, meta={**header.facts(frame.header).meta, **facts.meta})
    facts = replace(facts, meta={"form": "epub", **facts.meta})
    return finished(facts, blocks, frame is not None)


def _calls_itself_about(root: Any) -> bool:
    """Whether the body, or the one section in it, says what it is."""
    body = next((each for each in root.iter() if roles.name_of(each) == "body"), None)
    for _ in range(3):
        if body is None:
            return False
        if roles.roles(body) & _ABOUT:
            return True
        children = [each for each in body if roles.name_of(each)]
        body = (
            children[0] if len(children) == 1 and roles.name_of(children[0]) in ("section", "div", "article") else None
        )
    return False


def _is_about(entry: package.Entry, blocks: Sequence[Block]) -> bool:
    """Whether a short page is about the book: by its name, or by the words of a copyright page."""
    size = sum(len(block.text) for block in blocks)
    if size > _SHORT:
        return False
    file = entry.name.rpartition("/")[2].rpartition(".")[0]
    return bool(_NAMED.search(file.lower()) or _NAMED.search(entry.id.lower())) or any(
        _COPYRIGHT.search(block.text) for block in blocks if block.kind is not Kind.HEADING
    )
