"""The stage `extract`: the documents of a unit, each with its text as extracted, or why it has none.

Steps that need no text (the URL filter) are asked here, before the costly extraction. All other steps come in a stage
of their own, so that another rule or limit extracts nothing again.
"""

import atexit
import collections
import functools
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from winnow.filters.document import Document
from winnow.filters.rules import Reject
from winnow.filters.steps import Screens
from winnow.pipelines import progress
from winnow.pipelines.corpus import schema
from winnow.pipelines.extraction.extracted import LINE_END, Extracted
from winnow.pipelines.extraction.sandbox import Converter, Sandbox, Sandboxes
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.files.parquet import RowFile
from winnow.pipelines.ingest import documents
from winnow.pipelines.ingest.chain import Measures
from winnow.pipelines.ingest.payload_copies import DEDUP, copies_of, why
from winnow.pipelines.ingest.reading import records
from winnow.pipelines.ingest.tally import Read, Reading
from winnow.pipelines.plan import word_lists
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import MOST_PARTS
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.sources.base import GAP, OWN, PLAIN, Content, Record

EMPTY = Reject("extract.empty", 0.0, 1.0)


def extract(work: Work, unit: Unit) -> None:
    """Leave a unit's documents and, last, the tally of its reading."""
    recipe = work.job.recipe
    with _sandboxes(recipe.extract_of(unit.source), recipe.screen_of(unit.source)).borrow() as sandbox:
        extract_with(work, unit, sandbox)


def extract_with(work: Work, unit: Unit, sandbox: Sandbox) -> None:
    """`extract`, with a sandbox of the caller's."""
    began, child, names, name = time.process_time(), sandbox.cpu_seconds, work.job.names, work.job.read(unit)
    reader = _Documents(work, unit, sandbox)
    try:
        with RowFile(work.storage, names.extracted(name), schema.extracted(reader.early)) as file:
            for row in reader.rows():
                progress.between()  # what fails from here on is no record's doing
                file.add(row)
    finally:
        progress.spent(sandbox.cpu_seconds - child)
    spent = {"extract": sandbox.cpu_seconds - child, "rest": time.process_time() - began}
    Reading(reader.read(), file.receipt, spent).save(work.storage, names.reading(name))


class _Documents:
    """The documents of one unit as rows; beside them it counts the items read."""

    def __init__(self, work: Work, unit: Unit, sandbox: Sandbox) -> None:
        self.work, self.unit, self.sandbox = work, unit, sandbox
        self.source = work.job.recipe.source(unit.source)
        early = [step for step in work.job.recipe.steps_of(unit.source) if not step.needs_text]
        self.early = word_lists.at_hand(work, early)
        self.copies = copies_of(work, unit)
        self.paths = [piece.input.path for piece in unit.pieces]
        self._items: collections.Counter[str] = collections.Counter()
        self._documents: collections.Counter[str] = collections.Counter()
        self._others = {path: collections.Counter[str]() for path in self.paths}

    def read(self) -> dict[str, Read]:
        """What was met so far, by file."""
        return {path: Read(self._items[path], dict(self._others[path]), self._documents[path]) for path in self.paths}

    def rows(self) -> Iterator[dict[str, Any]]:
        for place, given, record in records(self.work, self.unit):
            self._items[given.path] += 1
            if record.kind not in self.source.read.CARRIERS and record.kind != GAP:
                self._others[given.path][record.kind] += 1
                progress.between()
                continue
            for row in self._of_record(place, given.path, record):
                self._documents[given.path] += 1
                yield row

    def _of_record(self, place: int, file: str, record: Record) -> Iterator[dict[str, Any]]:
        """One row a document; one row for a record that gave none."""
        document = documents.of_record(self.source, file, record)
        if record.reject is not None or not record.contents:
            reject = record.reject or Reject("read.no_content")
            yield schema.extracted_row(schema.storable(document), place, self.early, {}, "read", [reject])
        elif len(record.contents) > MOST_PARTS:
            reject = Reject("read.parts", len(record.contents), MOST_PARTS)
            yield schema.extracted_row(schema.storable(document), place, self.early, {}, "read", [reject])
        else:
            for part, content in enumerate(record.contents):
                yield self._of_content(place, documents.of_content(document, part, content), content)

    def _of_content(self, place: int, document: Document, content: Content) -> dict[str, Any]:
        progress.at(self.unit.number + place)  # again: the part before was written in between
        early = documents.early(document, self.early)
        stage, rejects = early.end()
        if not stage and place in self.copies:
            stage, rejects = DEDUP, [why(self.copies[place])]
        if stage:
            return schema.extracted_row(early.document, place, self.early, early.measures, stage, rejects)
        return self._extracted(place, early.document, content, early.measures)

    def _extracted(self, place: int, document: Document, content: Content, measures: Measures) -> dict[str, Any]:
        result = self._text(content, document)
        if isinstance(result, Reject):
            return schema.extracted_row(document, place, self.early, measures, "extract", [result])
        if not result.text.strip():
            return schema.extracted_row(document, place, self.early, measures, "extract", [EMPTY])
        facts = {k: v for k, v in (("author", result.author), ("site_name", result.site)) if v}
        document = schema.storable(replace(
            document, text=result.text, title=result.title or document.title, date=result.date or document.date,
            license=result.license or document.license, meta={**document.meta, **facts, **result.meta},
        ))  # fmt: skip
        return schema.extracted_row(document, place, self.early, measures)

    def _text(self, content: Content, document: Document) -> Extracted | Reject:
        if content.mime == PLAIN:
            return Extracted(text=LINE_END.sub("\n", content.text))
        if content.mime == OWN:
            return self.sandbox.convert(cast(Converter, self.source.read), content, document.url)
        return self.sandbox.extract(content.utf8 or content.text, document.url, document.captured)


@functools.cache
def _sandboxes(settings: ExtractSettings, screen: Screens | None) -> Sandboxes:
    """Warm children of this process, whatever number of bundles pass through it, one after another or in threads."""
    sandboxes = Sandboxes(settings, screen)
    atexit.register(sandboxes.close)
    return sandboxes
