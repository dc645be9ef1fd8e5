"""A record's documents before their text is known: what their source says of them, and the steps that need no text."""

from collections.abc import Sequence
from dataclasses import replace

from winnow.filters.document import Document
from winnow.pipelines.corpus import schema
from winnow.pipelines.digest import digest
from winnow.pipelines.ingest.chain import Curated, carefully
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.base import Content, Record


def of_record(source: Source, file: str, record: Record) -> Document:
    """What holds of all documents of a record, and of the one row of a record that gives none."""
    return Document(
        id=record.id, text="", source=source.name, file=file, offset=record.offset, url=record.url,
        captured=record.captured, license=source.license, meta=record.meta,
    )  # fmt: skip


def of_content(record: Document, part: int, content: Content) -> Document:
    """One document of a record, with what is said of it before anything is extracted."""
    return replace(
        record, id=digest(record.id, part) if part else record.id, part=part, title=content.title, date=content.date,
        language=content.language, code_language=content.code_language, license=content.license or record.license,
        meta={**record.meta, **content.meta},
    )  # fmt: skip


def early(document: Document, steps: Sequence[Step]) -> Curated:
    """What the steps that need no text make of a document."""
    return carefully(schema.storable(document), steps, {})
