"""Builds of a few pages of plain text, piece by piece and in this process: no engine, no sandbox, no model."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import warc_files

from winnow.filters.rules import Rule
from winnow.pipelines.corpus import parts
from winnow.pipelines.corpus.parts import Part
from winnow.pipelines.corpus.receipt import Receipt
from winnow.pipelines.corpus.statistics import Statistics
from winnow.pipelines.corpus.statistics_table import load_part
from winnow.pipelines.corpus.surveyed import COUNTED
from winnow.pipelines.corpus.tables import ChunkTables
from winnow.pipelines.dedup.buckets import joined
from winnow.pipelines.dedup.keys import CONTENT, ChunkKeys, make_keys
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.settle import bands_of, drops_path, join, name_of, settle
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.storage import LocalStorage, write_bytes
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.ingest.unit import Ingest
from winnow.pipelines.ledger import book, sums, tables
from winnow.pipelines.ledger.account import Left, entries_of
from winnow.pipelines.ledger.rules import rows_of
from winnow.pipelines.ledger.statistics import Spread, gathered
from winnow.pipelines.ledger.types import (
    FORMAT,
    Duplicates,
    Entry,
    Examples,
    Kept,
    Ledger,
    RecipeName,
    SourceTotal,
)
from winnow.pipelines.plan.inputs import find_inputs
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk, Input, counted, cut, load_census, save_census
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Dedup, Output, Recipe, Source, Step
from winnow.pipelines.sources.warc.read import WarcSettings
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.views.card import page as card

LOCAL = LocalStorage()
TEXT = [("Content-Type", "text/plain; charset=utf-8")]


@dataclasses.dataclass(frozen=True)
class Long:
    """A filter: how long a text is."""

    RULES = (Rule("characters", min=5.0), Rule("bangs", max=2.0))

    def measure(self, document: Any, text: Any) -> dict[str, float | None]:
        return {"characters": float(len(text.string)), "bangs": float(text.string.count("!"))}


def recipe(*steps: Step, **more: Any) -> Recipe:
    """One source `web`; without steps given, one filter `long`."""
    chain = steps or (Step("long", "long", Long(), Long.RULES),)
    return Recipe(**({"name": "small", "sources": (Source("web", WarcSettings()),), "steps": chain} | more))


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
    """What the pieces of a build leave for the next ones."""

    job: Job
    inputs: list[Input]
    chunks: list[Chunk]
    drops: list[str] = dataclasses.field(default_factory=list)
    parts: list[Part] = dataclasses.field(default_factory=list)

    @property
    def receipts(self) -> list[Receipt]:
        return [Receipt.load(LOCAL, receipt(self.job, part)) for part in self.parts]

    @property
    def tallies(self) -> list[Tally]:
        return [Tally.load(LOCAL, f"{self.job.chunk(chunk)}.json") for chunk in self.chunks]

    @property
    def left(self) -> Left:
        inputs = [(given, counted(LOCAL, self.job.census(given))) for given in self.inputs]
        spreads = (
            load_part(LOCAL, receipt(self.job, part), of.statistics)
            for part, of in zip(self.parts, self.receipts, strict=True)
        )
        return Left(inputs, self.tallies, self.receipts, gathered(spreads), Duplicates())

    def entries(self) -> list[Entry]:
        return entries_of(self.job.recipe, self.left)

    def files(self) -> dict[str, bytes]:
        """The bytes of every part file."""
        return {part.path: Path(self.job.path(part.path)).read_bytes() for part in self.parts}


def receipt(job: Job, part: Part) -> str:
    return job.work("write", f"{part.name(job)}.json")


def ingested(root: Path, made: Recipe, patterns: Sequence[str], chunk_bytes: int = 1 << 20) -> Built:
    """Census and ingest."""
    inputs = find_inputs(LOCAL, made, patterns)
    job = Job(made, str(root), chunk_bytes)
    chunks = []
    for given in inputs:
        with LOCAL.open(given.path) as stream:
            save_census(LOCAL, job.census(given), scan(stream))
        census = load_census(LOCAL, job.census(given))
        chunks += cut(given, census, chunk_bytes, job.ingest_digest(given.source))
    with Sandbox(made.extract) as sandbox:
        for chunk in chunks:
            Ingest(job, chunk, sandbox).run(LOCAL, nobody)
    return Built(job, inputs, chunks)


def deduplicated(built: Built) -> Built:
    """Keys, bands, clusters, drop lists."""
    found = {}
    for chunk in built.chunks:
        make_keys(LOCAL, built.job, chunk)
    for band in bands_of(built.job.recipe.dedup):
        found[band] = join(ChunkKeys(LOCAL, built.job, chunk).entries(band) for chunk in built.chunks)
    copies = found.pop(CONTENT, joined([]))
    settle(LOCAL, built.job, built.chunks, copies, list(found.values()))
    name = name_of(built.job, built.chunks)
    built.drops = [drops_path(built.job, name, chunk) for chunk in built.chunks]
    return built


def written(built: Built) -> Built:
    """Weights, plan, files."""
    size = built.job.recipe.output.part_characters
    weighed = [
        (chunk, drops, parts.weigh(ChunkTables(LOCAL, built.job, chunk, drops), size))
        for chunk, drops in zip(built.chunks, built.drops, strict=True)
    ]
    built.parts = list(parts.plan(weighed, size))
    for part in built.parts:
        parts.write(LOCAL, built.job, part, receipt(built.job, part))
    return built


def whole(root: Path, made: Recipe, patterns: Sequence[str], chunk_bytes: int = 1 << 20) -> Built:
    return written(deduplicated(ingested(root, made, patterns, chunk_bytes)))


def leave(
    root: str, made: Recipe, identity: str, entries: Sequence[Entry], files: Mapping[str, Written],
    tallies: Sequence[Tally] = (), statistics: Statistics | None = None, **more: Any,
) -> Ledger:  # fmt: skip
    """The tables of ledger/, lock, card and ledger of a finished build, as a build leaves them."""
    rules = rows_of(made, {made.sources[0].name: tallies}, Spread(statistics or {}))
    written = tables.write(LOCAL, root, tables.Agreed(entries, rules, statistics or {}))
    totals = {s.name: sums.total_of(e.total for e in entries if e.source == s.name) for s in made.sources}
    found = dataclasses.replace(Ledger(
        format=FORMAT, identity=identity, recipe=RecipeName(made.name, made.about, lock.sha256(made)),
        versions=lock.versions(), sources={name: SourceTotal(None, total) for name, total in totals.items()},
        total=sums.total_of(totals.values()), steps=(), rules=tuple(row.count for row in rules), edits={},
        duplicates=Duplicates(), kept=Kept(**{name: sums.distribution({}) for name in COUNTED}),
        examples=Examples((), {}), files={**files, **written},
    ), **more)  # fmt: skip
    write_bytes(LOCAL, f"{root}/recipe.lock.toml", lock.write_lock(made).encode())
    write_bytes(LOCAL, f"{root}/README.md", card.render(found).encode())
    book.save(LOCAL, root, found)
    return found


def nobody(offset: int, kept: bool) -> None:
    """Listens to no progress."""
