"""The one declared schema of a build: every file of corpus/ and of rejected/ has it, whatever is in the rows."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from winnow.filters.document import Document
from winnow.filters.rules import Reject
from winnow.pipelines.recipe.model import Recipe

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
_REJECTED = [
    ("stage", pa.string()), ("rule", pa.string()), ("failed", pa.list_(pa.string())), ("value", pa.float64()),
    ("limit", pa.float64()), ("detail", pa.string()),
]  # fmt: skip

CLUSTERS = pa.schema([
    ("cluster", pa.string()), ("id", pa.string()), ("source", pa.string()), ("file", pa.string()),
    ("offset", pa.int64()), ("part", pa.int64()), ("similarity", pa.float64()), ("kept", pa.bool_()),
])  # fmt: skip


def _measures(recipe: Recipe) -> list[tuple[str, pa.DataType]]:
    return [(s.name, pa.struct([(m, pa.float64()) for m in s.measures])) for s in recipe.steps if s.column]


def corpus(recipe: Recipe) -> pa.Schema:
    """Columns of corpus/: the document, its cluster, meta, one struct a measuring step."""
    return pa.schema([*_DOCUMENT, *_CLUSTER, *_META, *_measures(recipe)])


def rejected(recipe: Recipe) -> pa.Schema:
    """Columns of rejected/: those of corpus/ and why."""
    return pa.schema([*_DOCUMENT, *_CLUSTER, *_META, *_REJECTED, *_measures(recipe)])


def unit_kept(recipe: Recipe) -> pa.Schema:
    """Columns of a unit's kept rows: no cluster yet, and the text before edits where an editor changed it."""
    return pa.schema([("item", pa.int64()), *_DOCUMENT, ("original", pa.string()), *_META, *_measures(recipe)])


def unit_rejected(recipe: Recipe) -> pa.Schema:
    return pa.schema([("item", pa.int64()), *_DOCUMENT, *_META, *_REJECTED, *_measures(recipe)])


def extracted(recipe: Recipe) -> pa.Schema:
    """Columns of a unit's documents as extracted: what the steps that need no text measured, and no `stage` yet for
    those that go on to the others."""
    early = {step.name for step in recipe.steps if not step.needs_text}
    measures = [column for column in _measures(recipe) if column[0] in early]
    return pa.schema([("item", pa.int64()), *_DOCUMENT, *_META, *_REJECTED, *measures])


def storable(document: Document) -> Document:
    """The document with U+FFFD for halves of surrogate pairs, which no UTF-8 and so no file can hold."""
    texts: dict[str, Any] = {name: _whole(value) for name in _TEXTS if (value := getattr(document, name)) is not None}
    meta = {_whole(key): _whole(value) for key, value in document.meta.items()}
    return dataclasses.replace(document, **texts, meta=meta)


_TEXTS = ("text", "url", "title", "date", "captured", "language", "code_language", "license")


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def row(document: Document, item: int, measures: Mapping[str, Mapping[str, float | None]]) -> dict[str, Any]:
    """A document as a row; a step that did not measure it is null, its column too. `item`: its place in the unit."""
    return {
        "item": item, "id": document.id, "text": document.text, "url": document.url, "title": document.title,
        "date": document.date, "captured": document.captured, "source": document.source, "file": document.file,
        "offset": document.offset, "part": document.part, "language": document.language,
        "language_score": document.language_score, "code_language": document.code_language,
        "license": document.license, "characters": len(document.text),
        "meta": [{"key": key, "value": value} for key, value in sorted(document.meta.items())],
        **measures,
    }  # fmt: skip


def extracted_row(
    document: Document, item: int, measures: Mapping[str, Mapping[str, float | None]], stage: str | None = None,
    broken: Sequence[Reject] = (),
) -> dict[str, Any]:  # fmt: skip
    """A document as it was extracted; `stage` and `broken` where it goes no further."""
    ends = why(stage, broken, document.text) if stage else {}
    return row(document, item, measures) | ends


def document_of(row: Mapping[str, Any]) -> Document:
    """The document that a row of a unit's files holds."""
    facts = {name: row[name] for name, _ in _DOCUMENT if name != "characters"}
    return Document(**facts, meta={pair["key"]: pair["value"] for pair in row["meta"]})


def why(stage: str, broken: Sequence[Reject], text: str | None) -> dict[str, Any]:
    """The columns that say why a row was rejected; the first broken rule speaks, `failed` names all."""
    first = broken[0]
    return {
        "stage": stage, "rule": first.rule, "failed": [b.rule for b in broken], "value": first.value,
        "limit": first.limit, "detail": first.detail, "text": text,
    }  # fmt: skip


def sampled(id: str) -> bool:
    """Whether `rejected_text = "sample"` keeps the text of this document: one in sixteen."""
    return id.endswith("0")
