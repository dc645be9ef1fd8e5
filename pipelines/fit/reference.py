"""The reference text of a language: which files a user names, and the documents in them."""

import collections
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from winnow.filters.document import Document
from winnow.pipelines.corpus import schema
from winnow.pipelines.display import Show
from winnow.pipelines.errors import BadCall
from winnow.pipelines.extraction.extracted import LINE_END
from winnow.pipelines.files.storage import Storage, is_remote
from winnow.pipelines.ingest import reading
from winnow.pipelines.ingest.documents import of_content, of_record
from winnow.pipelines.plan import kinds
from winnow.pipelines.plan.inputs import identify
from winnow.pipelines.plan.names import BUILD, CORPUS, LEDGER
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe import catalogue
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.base import PLAIN, Record

KINDS = ("parquet", "jsonl", "text")
"""Whose records are text already; a corpus is made of any other first."""
ID = "id"
"""The column, and the key in `meta`, of what a document is called where it comes from."""
_EVERY = 1000
"""Records between two looks at how far it is."""


@dataclass(frozen=True)
class File:
    """A file of a reference, and how it is read."""

    source: Source
    input: Input


@dataclass
class Met:
    """What a reference holds, as far as it was read."""

    records: int = 0
    documents: int = 0
    lost: collections.Counter[str] = field(default_factory=collections.Counter)
    """Records without text, by the rule that says why."""


def files_of(storage: Storage, words: Sequence[str], source: Source, output: str) -> tuple[list[File], str]:
    """(the files that these paths and patterns name, what the user is told of them), sorted by path.

    `source` is the recipe's, whose settings say which column is what where a file is of its kind. A folder that holds a
    build stands for its corpus/. BadCall where nothing can be read.
    """
    named = [_corpus_of(storage, word) for word in words]
    found = kinds.find(storage, named, output)
    if not any(kind in KINDS for kind in found.kinds):
        raise BadCall(
            f"--reference {' '.join(words)}: {found.shown}; reference text is read from Parquet, lines of JSON and "
            "plain text. Build a corpus of it first (winnow build, with a recipe for that kind), and give its directory"
        )
    others = {kind: paths for kind, paths in found.kinds.items() if kind not in KINDS}
    told = f"left out: {kinds.Found(others).shown.removeprefix('found ')}" if others else ""
    pairs = sorted((path, kind) for kind, paths in found.kinds.items() if kind in KINDS for path in paths)
    try:
        return [_file(storage, kind, source, path) for path, kind in pairs], told
    except OSError as error:
        raise BadCall(f"--reference: a file cannot be read: {error}") from error


def documents(storage: Storage, files: Sequence[File], met: Met, show: Show) -> Iterator[Document]:
    """Every document of the files, in their order. What gives none is counted in `met`."""
    before = 0
    for file in files:
        seen = reading.census_of(storage, file.source, file.input)
        for number, record in enumerate(reading.records_of(storage, file.source, file.input, seen)):
            if record.kind not in file.source.read.CARRIERS and record.reject is None:
                continue
            met.records += 1
            yield from _of_record(file, record, met)
            if number % _EVERY == 0:
                show(before + file.input.size * number // len(seen.items), met.records, met.documents)
        before += file.input.size
        show(before, met.records, met.documents)


def name_of(document: Document) -> str:
    """What a document is called: by its own column `id`, else by the id that was made of its content."""
    return document.meta.get(ID) or document.id


def place_of(document: Document) -> str:
    """Where a document is found: its address, else its file and place there."""
    return document.url or f"{document.file}, {document.offset:,}"


def _corpus_of(storage: Storage, word: str) -> str:
    folder = word.rstrip("/") or "/"
    if storage.size(f"{folder}/{LEDGER}") is not None:
        return f"{folder}/{CORPUS}"
    if storage.size(f"{folder}/{BUILD}") is not None:
        raise BadCall(f"--reference {word}: the build is not finished; give the same winnow build command again first")
    if not is_remote(word) and not os.path.exists(word) and not storage.match(word):
        raise BadCall(f"--reference {word}: there is no such file or folder, and no file matches it as a pattern")
    return word


def _file(storage: Storage, kind: str, source: Source, path: str) -> File:
    own = Source(source.name, _read(kind, source), kind)
    return File(own, identify(storage, own, path))


def _read(kind: str, source: Source) -> Any:
    """How files of a kind are read: as the recipe says where its source is of that kind."""
    read: Any = source.read if source.kind == kind else catalogue.SOURCES[kind]()
    if kind == "text":
        return read
    meta = read.meta if ID in read.meta else (*read.meta, ID)
    return replace(read, meta=meta, language=read.language or "language")


def _of_record(file: File, record: Record, met: Met) -> Iterator[Document]:
    if record.reject is not None:
        met.lost[record.reject.rule] += 1
        return
    for part, content in enumerate(record.contents):
        if content.mime != PLAIN:
            met.lost["page"] += 1  # of which the text would have to be extracted
            continue
        met.documents += 1
        document = of_content(of_record(file.source, file.input.path, record), part, content)
        yield schema.storable(replace(document, text=LINE_END.sub("\n", content.text)))
