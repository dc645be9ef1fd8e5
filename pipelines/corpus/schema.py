"""The one declared schema of a build: every file of corpus/ and of rejected/ has it, whatever is in the rows."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from winnow.filters.document import Document
from winnow.filters.edits import Change
from winnow.filters.rules import Reject
from winnow.pipelines.recipe.model import Recipe, Step

ROW_KEY = ("source", "file", "offset", "part")

_DOCUMENT = [
    ("id", pa.string()), ("text", pa.string()), ("url", pa.string()), ("title", pa.string()), ("date", pa.string()),
    ("captured", pa.string()), ("source", pa.string()), ("file", pa.string()), ("offset", pa.int64()),
    ("part", pa.int64()), ("language", pa.string()), ("language_score", pa.float64()),
    ("code_language", pa.string()), ("license", pa.string()), ("characters", pa.int64()),
]  # fmt: skip
_CLUSTER = [("cluster", pa.string()), ("cluster_size", pa.int64())]
_META = [("meta", pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())])))]
"""A map as pairs: the type that Arrow calls map is one that `datasets` cannot open."""
_HOW = [
    ("edits", pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("replacement", pa.string())]))),
    ("measured", pa.list_(pa.string())),
]  # fmt: skip
"""What leads from the text back to the text as extracted, and the steps that measured it."""
_REJECTED = [
    ("stage", pa.string()), ("rule", pa.string()), ("failed", pa.list_(pa.string())), ("value", pa.float64()),
    ("limit", pa.float64()), ("detail", pa.string()),
]  # fmt: skip

CLUSTERS = pa.schema([
    ("cluster", pa.string()), ("id", pa.string()), ("source", pa.string()), ("file", pa.string()),
    ("offset", pa.int64()), ("part", pa.int64()), ("similarity", pa.float64()), ("kept", pa.bool_()),
])  # fmt: skip


def _measures(steps: Sequence[Step]) -> list[tuple[str, pa.DataType]]:
    return [(s.column, pa.struct([(m, pa.float64()) for m in s.measures])) for s in steps if s.column]


def corpus(recipe: Recipe) -> pa.Schema:
    """Columns of corpus/: the document, its cluster, meta, edits, one struct a measuring step."""
    return pa.schema([*_DOCUMENT, *_CLUSTER, *_META, *_HOW, *_measures(recipe.steps)])


def rejected(recipe: Recipe) -> pa.Schema:
    """Columns of rejected/: those of corpus/ and why."""
    return pa.schema([*_DOCUMENT, *_CLUSTER, *_META, *_HOW, *_REJECTED, *_measures(recipe.steps)])


def chunk_kept(steps: Sequence[Step]) -> pa.Schema:
    """Columns of a chunk's kept rows: no cluster yet; `steps` are those of its source."""
    return pa.schema([("span", pa.int64()), *_DOCUMENT, *_META, *_HOW, *_measures(steps)])


def chunk_rejected(steps: Sequence[Step]) -> pa.Schema:
    return pa.schema([("span", pa.int64()), *_DOCUMENT, *_META, *_HOW, *_REJECTED, *_measures(steps)])


def storable(document: Document) -> Document:
    """The document with U+FFFD for halves of surrogate pairs, which no UTF-8 and so no file can hold."""
    texts: dict[str, Any] = {name: _whole(value) for name in _TEXTS if (value := getattr(document, name)) is not None}
    meta = {_whole(key): _whole(value) for key, value in document.meta.items()}
    return dataclasses.replace(document, **texts, meta=meta)


_TEXTS = ("text", "url", "title", "date", "captured", "license")


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def row(
    document: Document, span: int, steps: Sequence[Step], measures: Mapping[str, Mapping[str, float | None]],
    edits: Sequence[Change] = (),
) -> dict[str, Any]:  # fmt: skip
    """A document as a row; the column of a step that did not measure it is null."""
    return {
        "span": span, "id": document.id, "text": document.text, "url": document.url, "title": document.title,
        "date": document.date, "captured": document.captured, "source": document.source, "file": document.file,
        "offset": document.offset, "part": document.part, "language": document.language,
        "language_score": document.language_score, "code_language": document.code_language,
        "license": document.license, "characters": len(document.text),
        "meta": [{"key": key, "value": value} for key, value in sorted(document.meta.items())],
        "edits": [{"start": e.start, "end": e.end, "replacement": e.replacement} for e in edits],
        "measured": [step.name for step in steps if step.name in measures],
        **{step.column: measures[step.name] for step in steps if step.column and step.name in measures},
    }  # fmt: skip


def why(stage: str, broken: list[Reject], text: str | None) -> dict[str, Any]:
    """The columns that say why a row was rejected; the first broken rule speaks, `failed` names all."""
    first = broken[0]
    return {
        "stage": stage, "rule": first.rule, "failed": [b.rule for b in broken], "value": first.value,
        "limit": first.limit, "detail": first.detail, "text": text,
    }  # fmt: skip
