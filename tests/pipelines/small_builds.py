"""Builds of a few pages of plain text, stage by stage of the table and in this process: no engine and no model."""

import dataclasses
import operator
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import warc_files

from winnow.filters.rules import Rule
from winnow.pipelines.corpus import parts
from winnow.pipelines.corpus.facts import FACTS
from winnow.pipelines.corpus.parts import Part
from winnow.pipelines.corpus.receipt import Receipt
from winnow.pipelines.corpus.surveyed import merge
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import total
from winnow.pipelines.dedup.against import find as find_earlier
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.keys import compared
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.dedup.settings import Losses, NearDuplicates
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.stage import Stage
from winnow.pipelines.files.parquet import Written, read_batches
from winnow.pipelines.files.storage import LocalStorage, Storage, write_bytes
from winnow.pipelines.ingest.ingested import Ingested
from winnow.pipelines.ingest.ingested import load as load_ingested
from winnow.pipelines.ingest.tally import Reading, Tally
from winnow.pipelines.ledger import book, sums, tables
from winnow.pipelines.ledger.account import Left, account, entries_of, left_by
from winnow.pipelines.ledger.lengths import lengths_of
from winnow.pipelines.ledger.rules import rows_of
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import (
    FORMAT,
    Entry,
    Examples,
    Kept,
    Ledger,
    Lost,
    Met,
    RecipeName,
    SourceTotal,
    Total,
)
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.plan import inputs, units, word_lists
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Input, Unit
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Dedup, Output, Recipe, Source, Step
from winnow.pipelines.sources.warc.source import Warc
from winnow.pipelines.views.beside import beside, write_beside
from winnow.pipelines.views.report import written as report

LOCAL = LocalStorage()
TEXT = [("Content-Type", "text/plain; charset=utf-8")]


def read_bytes(storage: Storage, path: str) -> bytes:
    with storage.open(path) as file:
        return file.read()


@dataclasses.dataclass(frozen=True)
class Long:
    """A filter: how long a text is."""

    RULES = (Rule("characters", min=5.0), Rule("bangs", max=2.0))

    def measure(self, document: Any, text: Any) -> dict[str, float | None]:
        return {"characters": float(len(text.string)), "bangs": float(text.string.count("!"))}


@dataclasses.dataclass(frozen=True)
class Kills:
    """A filter that kills its process where a text has this word. For builds whose workers are other processes."""

    word: str
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("never", max=1.0),)

    def measure(self, document: Any, text: Any) -> dict[str, float | None]:
        if self.word in text.string:
            os.kill(os.getpid(), signal.SIGSEGV)
        return {"never": 0.0}


def recipe(*steps: Step, **more: Any) -> Recipe:
    """One source `web`; without steps given, one filter `long`."""
    chain = steps or (Step("long", "long", Long(), Long.RULES),)
    return Recipe(**({"name": "small", "sources": (Source("web", Warc(), "warc"),), "steps": chain} | more))


EXACT_ONLY = Dedup(near=None)
NEAR = Dedup(near=NearDuplicates(shingle_words=2))
SMALL_PARTS = Output(part_characters=1000, row_group_characters=300, row_group_rows=2)


def warc(path: Path, texts: Sequence[str], zipped: bool = True) -> Path:
    """A WARC file with a page for each text, and a request before the first."""
    pages: list[dict[str, Any]] = [{"kind": "request", "body": b"", "http": [("Host", "example.org")]}]
    pages += [{"body": text.encode(), "http": TEXT} for text in texts]
    path.write_bytes(warc_files.write(pages, zipped=zipped))
    return path


@dataclasses.dataclass
class Built:
    """What the stages of a build leave for the next ones."""

    work: Work
    inputs: list[Input]
    units: list[Unit]

    @property
    def job(self) -> Job:
        return self.work.job

    @property
    def parts(self) -> list[Part]:
        return parts.parts(self.work)

    @property
    def receipts(self) -> list[Receipt]:
        return [Receipt.load(LOCAL, part.receipt(self.job)) for part in self.parts]

    @property
    def tallies(self) -> list[Tally]:
        return [Tally.load(LOCAL, self.job.names.curate(self.job.curated(unit))) for unit in self.units]

    def rows(self, kind: Literal["extracted", "kept", "rejected"]) -> list[dict[str, Any]]:
        """Of all units, in the order of the input; the rejected lie in groups by stage."""
        return [
            {"unit": unit.number} | row
            for unit, tally in zip(self.units, self.tallies, strict=True)
            for row in sorted(self._rows(kind, unit, tally), key=operator.itemgetter("item", "part"))
        ]

    def _rows(self, kind: str, unit: Unit, tally: Tally) -> list[dict[str, Any]]:
        names, name, read = self.job.names, self.job.curated(unit), self.job.read(unit)
        path, receipt = {
            "extracted": (names.extracted(read), Reading.load(LOCAL, names.reading(read)).extracted),
            "kept": (names.kept(name), tally.kept_file), "rejected": (names.rejected(name), tally.rejected_file),
        }[kind]  # fmt: skip
        return [row for batch in read_batches(LOCAL, path, receipt, ()) for row in batch.to_pylist()]

    @property
    def left(self) -> Left:
        return left_by(self.work, self.inputs, self.ingested)

    @property
    def ingested(self) -> Ingested:
        return load_ingested(self.work)

    def entries(self) -> list[Entry]:
        return entries_of(self.job.recipe, self.left)

    def files(self) -> dict[str, bytes]:
        """The bytes of every part file."""
        return {part.path: Path(self.job.names.path(part.path)).read_bytes() for part in self.parts}


def ingested(
    root: Path, made: Recipe, patterns: Sequence[str], unit_bytes: int = 1 << 20, against: tuple[Earlier, ...] = ()
) -> Built:  # fmt: skip
    """The job `ingest`, stage by stage."""
    given = inputs.find_inputs(LOCAL, made, patterns)
    job = Job(made, str(root), unit_bytes, against)
    work = Work(LOCAL, dataclasses.replace(job, inputs=inputs.save(LOCAL, job.names, given)))
    word_lists.save(work)
    _run(work, jobs.SCAN)
    work = dataclasses.replace(work, job=dataclasses.replace(work.job, units=units.made(work)))
    for name in jobs.ingestion(work):
        _run(work, jobs.JOBS[name])
    found = load_ingested(work)
    entries = compared(made, found) + sum(each.kept for each in against)
    job = dataclasses.replace(work.job, compared=entries, characters=found.characters)
    return Built(Work(LOCAL, job), given, units.load(work))


def deduplicated(built: Built) -> Built:
    for job, work in jobs.deduplication(built.work):
        _run(work, jobs.JOBS[job])
    return dataclasses.replace(built, work=work)


def written(built: Built) -> Built:
    _run(built.work, jobs.WRITE)
    return built


def _run(work: Work, job: Sequence[Stage]) -> None:
    """Each stage on all its elements, in this process."""
    for stage in job:
        for element in stage.elements(work):
            jobs.run(work, stage, element)


def whole(
    root: Path, made: Recipe, patterns: Sequence[str], unit_bytes: int = 1 << 20, against: tuple[Earlier, ...] = ()
) -> Built:  # fmt: skip
    return written(deduplicated(ingested(root, made, patterns, unit_bytes, against)))


def finished(
    root: Path, made: Recipe, patterns: Sequence[str], unit_bytes: int = 1 << 20, against: Sequence[Path] = ()
) -> tuple[Built, Ledger]:  # fmt: skip
    """A whole build with its ledger; `against` are roots of others."""
    found = find_earlier(LOCAL, made, list(map(str, against)), str(root))
    built = whole(root, made, patterns, unit_bytes, found)
    identity = Folder(LOCAL, str(root), made, built.inputs, beside, found).identity
    ledger = account(LOCAL, str(root), made, identity, built.left)
    write_bytes(LOCAL, f"{root}/recipe.lock.toml", lock.write_lock(made).encode())
    write_beside(LOCAL, str(root), ledger)
    report.leave(LOCAL, str(root), ledger, made, print)
    book.save(LOCAL, str(root), ledger)
    return built, ledger


def _copies(totals: Mapping[str, Total]) -> dict[str, dict[str, int]]:
    """As if sources had lost only copies of their own documents."""
    lost = {name: total(of.rejected.get(DEDUP, {}).values()).documents for name, of in totals.items()}
    return {name: {name: documents} for name, documents in lost.items() if documents}


def leave(
    root: str, made: Recipe, identity: str, entries: Sequence[Entry], files: Mapping[str, Written],
    left: Left | None = None, **more: Any,
) -> Ledger:  # fmt: skip
    """The tables of ledger/, lock, card and ledger of a finished build, as a build leaves them."""
    spread = Spread(left.statistics if left else {})
    rules = rows_of(made, left.ingested.sources if left else {}, spread)
    agreed = (entries, rules, left.statistics, left.samples, left.overlaps) if left else (entries, rules, {})
    written = tables.write(LOCAL, root, tables.Agreed(*agreed))
    kept, met = (merge(surveys) for surveys in (((left.kept,), (left.kept, left.rejected)) if left else ((), ())))
    totals = {s.name: sums.total_of(e.total for e in entries if e.source == s.name) for s in made.sources}
    ledger = dataclasses.replace(Ledger(
        format=FORMAT, identity=identity, recipe=RecipeName(made.name, made.about, lock.sha256(made)),
        versions=lock.made_by(made), skipped=(),
        sources={name: SourceTotal("warc", None, False, total) for name, total in totals.items()},
        total=sums.total_of(totals.values()), steps=(), rules=tuple(row.count for row in rules), edits={},
        duplicates=Duplicates(dropped=_copies(totals)), probed=Probed(), lost=Lost(Losses(), (), 0),
        kept=Kept(**{name: sums.distribution(of) for name, of in kept.counts.items()}),
        met=Met(**{name: sums.distribution(met.counts[name]) for name in FACTS}),
        against=(), examples=Examples((), {}), files={**files, **written},
        lengths=lengths_of(spread),
    ), **more)  # fmt: skip
    write_bytes(LOCAL, f"{root}/recipe.lock.toml", lock.write_lock(made).encode())
    write_beside(LOCAL, str(root), ledger)
    book.save(LOCAL, root, ledger)
    return ledger
