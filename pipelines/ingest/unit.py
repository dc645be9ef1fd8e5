"""Job 1, one chunk of it: read its records, extract, curate, and leave two Parquet files and a tally.

Every span of the chunk ends in exactly one place: a row of the kept file, a row of the rejected file, or a count of
a record type that carries no document.
"""

import dataclasses
import io
import itertools
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from winnow.filters.document import Document
from winnow.filters.edits import inverse
from winnow.filters.rules import Reject
from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.tables import sampled
from winnow.pipelines.engines.progress import NOWHERE
from winnow.pipelines.errors import BuildFailed, Damaged, described, is_documents
from winnow.pipelines.extraction.extract import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.files.parquet import RowFile
from winnow.pipelines.files.sealed import write_sealed
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ingest import curate
from winnow.pipelines.ingest.curate import Measures
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk, load_census
from winnow.pipelines.recipe.lock import digest
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.sources.base import CARRIERS, DOCUMENT, GAP, Record, Span
from winnow.pipelines.sources.file_bytes import Changed
from winnow.pipelines.sources.warc import read as warc
from winnow.pipelines.sources.warc.scan import Census

_LINE_END = re.compile(r"\r\n?")

MEASURE = "measure"
"""The stage of documents whose measuring failed."""
CRASH = Reject("read.crash", detail="a fresh process that worked on this record alone was killed by it")
Progress = Callable[[int, bool], None]
"""Told of every record that begins (offset, False), of its end (NOWHERE, False), and if it is kept (offset, True)."""


@dataclass
class Tally:
    """What became of a chunk; data, summed into the ledger, never a metric."""

    records: int = 0
    others: dict[str, int] = field(default_factory=dict)
    kept: list[int] = field(default_factory=lambda: [0, 0])
    rejected: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """stage -> rule -> [documents, characters], by the first rule broken."""
    broken: dict[str, list[int]] = field(default_factory=dict)
    """rule -> [documents that break it, documents that break no other]."""
    edits: dict[str, dict[str, int]] = field(default_factory=dict)
    """step -> what it did -> how often."""

    def reject(self, stage: str, broken: list[Reject], characters: int) -> None:
        count = self.rejected.setdefault(stage, {}).setdefault(broken[0].rule, [0, 0])
        count[0] += 1
        count[1] += characters
        for reject in broken:
            both = self.broken.setdefault(reject.rule, [0, 0])
            both[0] += 1
            both[1] += len(broken) == 1


class Ingest:
    """The ingest of one chunk."""

    def __init__(self, job: Job, chunk: Chunk, sandbox: Sandbox, poisoned: frozenset[int] = frozenset()) -> None:
        self.job, self.chunk, self.sandbox, self.poisoned = job, chunk, sandbox, poisoned
        self.recipe = job.recipe
        self.source = job.recipe.source(chunk.input.source)
        self.steps = job.recipe.steps_of(self.source.name)
        self.early = curate.before_extraction(self.steps)
        self.late = curate.after_extraction(self.steps)
        self.tally = Tally()

    def run(self, storage: Storage, progress: Progress) -> None:
        """Write `NAME.kept.parquet`, `NAME.rejected.parquet` and, last, `NAME.json`.

        Where the input is not what its census saw, that is `Damaged`: the census is made again, of the file as it is.
        """
        try:
            self._run(storage, progress)
        except Changed as changed:
            raise Damaged(str(changed), (f"{self.job.census(self.chunk.input)}.json",)) from None  # this says it all

    def _run(self, storage: Storage, progress: Progress) -> None:
        began, child = time.process_time(), self.sandbox.cpu_seconds
        census = load_census(storage, self.job.census(self.chunk.input))
        spans = census.spans[self.chunk.first : self.chunk.last]
        path = self.job.chunk(self.chunk)
        kept = RowFile(storage, f"{path}.kept.parquet", schema.chunk_kept(self.steps))
        rejected = RowFile(storage, f"{path}.rejected.parquet", schema.chunk_rejected(self.steps), key="stage")
        with storage.open(self.chunk.input.path) as stream, kept, rejected:
            given = cast(BinaryIO, _Input(self.chunk.input.path, stream))
            for span, record in enumerate(self._records(given, spans, census, progress), self.chunk.first):
                row = self._row(span, record)
                progress(NOWHERE, False)  # what fails from here on is no record's doing
                if row is None:
                    continue
                if "stage" in row:
                    rejected.add(row)
                else:
                    kept.add(row)
                    progress(record.offset, True)
        write_sealed(storage, f"{path}.json", {
            "chunk": self.chunk.name, "file": self.chunk.input.path, "start": self.chunk.start, "end": self.chunk.end,
            **dataclasses.asdict(self.tally), "kept_file": kept.receipt, "rejected_file": rejected.receipt,
            "cpu_seconds": {"extract": self.sandbox.cpu_seconds - child, "rest": time.process_time() - began},
        })  # fmt: skip

    def _records(self, stream: BinaryIO, spans: Iterable[Span], census: Census, progress: Progress) -> Iterator[Record]:
        """One record a span; those that killed their process are not read again."""
        for killers, run in itertools.groupby(spans, self._is_killer):
            crashed = (self._unread(span, CRASH) for span in _begun(run, progress))
            for record in crashed if killers else self._read(stream, list(run), census, progress):
                self.tally.records += 1
                yield record

    def _read(self, stream: BinaryIO, spans: Sequence[Span], census: Census, progress: Progress) -> Iterator[Record]:
        """One record a span; where reading fails as nobody foresaw, what stands for it, and the next one is read."""
        how = census.layout, self.source.read, census.seen(self.chunk.input.path)
        at = 0
        while at < len(spans):
            try:
                for record in warc.read(stream, _begun(spans[at:], progress), *how):
                    yield record
                    at += 1
                return
            except Exception as error:
                if not is_documents(error):
                    raise
                yield self._unread(spans[at], Reject("read.error", detail=described(error)))
                at += 1

    def _is_killer(self, span: Span) -> bool:
        return span.offset in self.poisoned

    def _unread(self, span: Span, why: Reject) -> Record:
        """What stands for a record that could not be read: a row, or a count where it carries no document."""
        if span.kind not in CARRIERS and span.kind != GAP:
            return Record(span.offset, span.kind)
        id = digest("crash", self.chunk.input.ends, span.offset)
        return Record(span.offset, GAP if span.kind == GAP else DOCUMENT, id, reject=why)

    def _row(self, span: int, record: Record) -> dict[str, Any] | None:
        if record.kind not in (DOCUMENT, GAP):
            self.tally.others[record.kind] = self.tally.others.get(record.kind, 0) + 1
            return None
        document = schema.storable(Document(
            id=record.id, text="", source=self.source.name, file=self.chunk.input.path, offset=record.offset,
            url=record.url, captured=record.captured, license=self.source.license, meta=record.meta,
        ))  # fmt: skip
        if record.reject is not None or record.content is None:
            return self._rejected(span, document, {}, "read", [record.reject or Reject("read.no_content")])
        url = self._curated(document, self.early, {})
        if isinstance(url, Reject):
            return self._rejected(span, document, {}, MEASURE, [url])
        if url.broken:
            return self._judged(span, url)
        document = url.document
        result = self._extract(record)
        if isinstance(result, Reject):
            return self._rejected(span, document, url.measures, "extract", [result])
        if not result.text.strip():
            return self._rejected(span, document, url.measures, "extract", [curate.EMPTY])
        facts = {k: v for k, v in (("author", result.author), ("site_name", result.site)) if v}
        document = schema.storable(dataclasses.replace(
            document, text=result.text, title=result.title, date=result.date, meta={**record.meta, **facts},
            license=result.license or document.license,
        ))  # fmt: skip
        done = self._curated(document, self.late, url.measures)
        if isinstance(done, Reject):
            return self._rejected(span, document, url.measures, MEASURE, [done])
        return self._judged(span, done)

    def _curated(self, document: Document, steps: Sequence[Step], measures: Measures) -> curate.Curated | Reject:
        """What the steps make of a document; where one fails as nobody foresaw, the reject that says so."""
        try:
            return curate.curate(document, steps, measures)
        except Exception as error:
            if not is_documents(error):
                raise
            return Reject("measure.error", detail=described(error))

    def _extract(self, record: Record) -> Extracted | Reject:
        assert record.content is not None
        if record.mime == "text/plain":
            return Extracted(text=_LINE_END.sub("\n", record.content))
        return self.sandbox.extract(record.content, record.url, record.captured)

    def _judged(self, span: int, done: curate.Curated) -> dict[str, Any]:
        for step, counts in done.edits.items():
            total = self.tally.edits.setdefault(step, {})
            for what, times in counts.items():
                total[what] = total.get(what, 0) + times
        if done.broken:
            document = dataclasses.replace(done.document, text=done.original)
            rejects = [reject for _, reject in done.broken]
            return self._rejected(span, document, done.measures, done.broken[0][0].name, rejects)
        if not done.document.text.strip():
            document = dataclasses.replace(done.document, text=done.original)
            return self._rejected(span, document, done.measures, "edit", [Reject("edit.empty", 0.0, 1.0)])
        self.tally.kept[0] += 1
        self.tally.kept[1] += len(done.document.text)
        edits = inverse(done.original, done.changes)
        return schema.row(done.document, span, self.steps, done.measures, edits)

    def _rejected(
        self, span: int, document: Document, measures: Measures, stage: str, broken: list[Reject]
    ) -> dict[str, Any]:
        self.tally.reject(stage, broken, len(document.text))
        keep = self.recipe.rejected_text
        wanted = keep == "all" or (keep == "sample" and sampled(document.id))
        text = document.text if document.text and wanted else None
        return schema.row(document, span, self.steps, measures) | schema.why(stage, broken, text)


class _Input(io.RawIOBase):
    """The input's stream: where it cannot be read, that is nothing about the record at hand."""

    def __init__(self, path: str, stream: BinaryIO) -> None:
        self._path, self._stream = path, stream

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except Exception as error:  # of whatever storage
            raise BuildFailed(f"{self._path} cannot be read: {described(error)}") from error

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)


def _begun(spans: Iterable[Span], progress: Progress) -> Iterator[Span]:
    """Tell of a record before it is read: reading may be what kills the process, and the driver must know at which."""
    for span in spans:
        progress(span.offset, False)
        yield span
