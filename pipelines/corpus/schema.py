"""The one declared schema of a build: every file of corpus/ and of rejected/ has it, whatever is in the rows."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from winnow.filters.document import Document
from winnow.filters.edits import Change, written
from winnow.filters.rules import Reject
from winnow.pipelines.recipe.model import Recipe, Step

Measures = Mapping[str, Mapping[str, float | None]]
ROW_KEY = ("source", "file", "offset", "part")
CLUSTERED = ("cluster", "cluster_size")
"""What deduplication says of a row of corpus/."""

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
REMOVED = pa.field("removed", pa.list_(pa.struct([
    ("start", pa.int64()), ("end", pa.int64()), ("characters", pa.int64()), ("kind", pa.string()),
    ("first", pa.string()),
])))  # fmt: skip
"""What stands elsewhere and was cut, or had a document dropped: in the text as extracted from where to where, how many
characters of the text it was cut of, what it is, and the id of the document that has the first copy."""
_REJECTED = [
    ("stage", pa.string()), ("rule", pa.string()), ("failed", pa.list_(pa.string())), ("value", pa.float64()),
    ("limit", pa.float64()), ("detail", pa.string()),
]  # fmt: skip

CLUSTERS = pa.schema([
    ("cluster", pa.string()), ("id", pa.string()), ("source", pa.string()), ("file", pa.string()),
    ("offset", pa.int64()), ("part", pa.int64()), ("similarity", pa.float64()), ("kept", pa.bool_()),
])  # fmt: skip
NOVEL_WORDS = pa.field("novel_words", pa.int64())
"""Of a dropped document, where the recipe looks for excerpts: those that the kept one has not (`dedup.novel`)."""


def _measures(steps: Iterable[Step]) -> list[tuple[str, pa.DataType]]:
    return [(s.column, pa.struct([(m, pa.float64()) for m in s.measures])) for s in steps if s.column]


def clusters(recipe: Recipe) -> pa.Schema:
    """Columns of clusters/: who was kept for whom."""
    return CLUSTERS.append(NOVEL_WORDS) if recipe.dedup.contains else CLUSTERS


def corpus(recipe: Recipe) -> pa.Schema:
    """Columns of corpus/: the document, its cluster, meta, edits, one struct a measuring step; what was `removed` where
    the recipe cuts passages."""
    return pa.schema([*_DOCUMENT, *_CLUSTER, *_META, *_HOW, *_removed(recipe), *_measures(recipe.steps)])


def rejected(recipe: Recipe) -> pa.Schema:
    """Columns of rejected/: those of corpus/ and why."""
    return pa.schema([*_DOCUMENT, *_CLUSTER, *_META, *_HOW, *_removed(recipe), *_REJECTED, *_measures(recipe.steps)])


def _removed(recipe: Recipe) -> list[pa.Field]:
    return [REMOVED] if recipe.dedup.passages else []


def unit_kept(steps: Iterable[Step]) -> pa.Schema:
    """Columns of a unit's kept rows: no cluster yet. `steps` are those of its source, here and below."""
    return pa.schema([("item", pa.int64()), *_DOCUMENT, *_META, *_HOW, *_measures(steps)])


def unit_rejected(steps: Iterable[Step]) -> pa.Schema:
    return pa.schema([("item", pa.int64()), *_DOCUMENT, *_META, *_HOW, *_REJECTED, *_measures(steps)])


def extracted(steps: Iterable[Step]) -> pa.Schema:
    """Columns of a unit's documents as extracted: what the steps that need no text measured, and no `stage` yet for
    those that go on to the others."""
    return unit_rejected(step for step in steps if not step.needs_text)


def storable(document: Document) -> Document:
    """The document with U+FFFD for halves of surrogate pairs, which no UTF-8 and so no file can hold."""
    texts: dict[str, Any] = {name: whole(value) for name in _TEXTS if (value := getattr(document, name)) is not None}
    meta = {whole(key): whole(value) for key, value in document.meta.items()}
    return dataclasses.replace(document, **texts, meta=meta)


_TEXTS = ("text", "url", "title", "date", "captured", "language", "code_language", "license")


def whole(text: str) -> str:
    """The text with U+FFFD for halves of surrogate pairs; those of a pair are put together."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def row(
    document: Document, item: int, steps: Sequence[Step], measures: Measures, edits: Iterable[Change] = ()
) -> dict[str, Any]:
    """A document as a row, by the place of its item in the unit; `measures` by step, `edits` lead back to its text as
    extracted. The column of a step that did not measure it is null."""
    return {
        "item": item, "id": document.id, "text": document.text, "url": document.url, "title": document.title,
        "date": document.date, "captured": document.captured, "source": document.source, "file": document.file,
        "offset": document.offset, "part": document.part, "language": document.language,
        "language_score": document.language_score, "code_language": document.code_language,
        "license": document.license, "characters": len(document.text),
        "meta": [{"key": key, "value": value} for key, value in sorted(document.meta.items())],
        "edits": written(edits),
        "measured": [step.name for step in steps if step.name in measures],
        **{step.column: measures[step.name] for step in steps if step.column and step.name in measures},
    }  # fmt: skip


def extracted_row(
    document: Document, item: int, steps: Sequence[Step], measures: Measures, stage: str | None = None,
    broken: Sequence[Reject] = (),
) -> dict[str, Any]:  # fmt: skip
    """A document as it was extracted; `stage` and `broken` where it goes no further."""
    ends = why(stage, broken, document.text) if stage else {}
    return row(document, item, steps, measures) | ends


def document_of(row: Mapping[str, Any]) -> Document:
    """The document that a row of a unit's files holds."""
    facts = {name: row[name] for name, _ in _DOCUMENT if name != "characters"}
    return Document(**facts, meta={pair["key"]: pair["value"] for pair in row["meta"]})


def noted(row: Mapping[str, Any], key: str) -> str | None:
    """What a row's meta says under a key."""
    return next((pair["value"] for pair in row["meta"] or () if pair["key"] == key), None)


def measures_of(row: Mapping[str, Any], steps: Iterable[Step]) -> dict[str, Mapping[str, float | None]]:
    """What `steps` measured of a row of a build, by step."""
    return {s.name: row[s.column] for s in steps if s.column and s.name in row["measured"]}


def why(stage: str, broken: Sequence[Reject], text: str | None) -> dict[str, Any]:
    """The columns that say why a row was rejected; `rule` is the first one broken, `failed` names all."""
    first = broken[0]
    return {
        "stage": stage, "rule": first.rule, "failed": [b.rule for b in broken], "value": first.value,
        "limit": first.limit, "detail": first.detail, "text": text,
    }  # fmt: skip


def keeps_text(recipe: Recipe, id: str) -> bool:
    """Whether the recipe keeps the text of this document where it is rejected."""
    return recipe.rejected_text == "all" or (recipe.rejected_text == "sample" and sampled(id))


def sampled(id: str) -> bool:
    """Whether `rejected_text = "sample"` keeps the text of this document: one in sixteen."""
    return id.endswith("0")
