"""A build, from the call to the card:  inputs -> ingest -> dedup -> write -> ledger -> card.

Each job leaves files under work/ that are recognised by name, so that a build killed at any moment goes on where it
was; nothing that it promises depends on how often that happened.
"""

import collections
import contextlib
import itertools
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from winnow.pipelines.annotators.language import Language
from winnow.pipelines.annotators.models import path_of
from winnow.pipelines.corpus import survey
from winnow.pipelines.corpus.tables import CORPUS, REJECTED
from winnow.pipelines.dedup.settle import drops_path, name_of, settled_path
from winnow.pipelines.display import Display
from winnow.pipelines.engines.local import Engine, LocalEngine, chunks_of, parts_of
from winnow.pipelines.engines.pool import Pool
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.files.storage import LocalStorage, Storage, write_bytes, write_json
from winnow.pipelines.ledger import balance as ledger
from winnow.pipelines.ledger import integrity
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.plan.inputs import find_inputs
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import MIB, Chunk, Input
from winnow.pipelines.plan.work import receipt_path
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.card import page as card
from winnow.pipelines.views.funnel import errors

LEAST_ERRORS = 10
"""Fewer records with unexpected errors never fail a build, however few it has."""
HEALS = 3
"""How often one file of work/ is made again before the build gives up."""


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    recipe: Recipe
    inputs: tuple[str, ...]
    output: str
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    chunk_mib: float = 8.0
    replace: bool = False
    beam: tuple[str, ...] = ()
    """Options for Beam; empty runs on this machine's processes."""


def build(request: Request, display: Display) -> Folder:
    """Build, go on, or find it done. BadCall and BuildFailed say what is wrong."""
    storage = storage_for(request.output, *request.inputs, beam=request.beam)
    inputs = find_inputs(storage, request.recipe, request.inputs)
    _models(request.recipe)
    folder = Folder(storage, request.output, request.recipe, inputs)
    with folder.claimed(replace=request.replace):
        if folder.stands:
            display.say(folder.stands)
            return folder
        job = Job(request.recipe, folder.root, max(1, int(request.chunk_mib * MIB)))
        clock = Clock()
        with contextlib.ExitStack() as stack:
            pool = None if request.beam else stack.enter_context(Pool(request.workers))
            engine = LocalEngine(pool, storage, display) if pool else _beam(request, display)
            made = {"identity": folder.identity} | _healed(engine, storage, job, inputs, clock, display)
        folder.tidy(made["files"])
        _leave(storage, job, made)
        write_json(storage, job.path("run.json"), clock.report(request, pool, made))
        folder.finish()
    return folder


def storage_for(*paths: str, beam: Sequence[str] = ()) -> Storage:
    """Local files where all paths are local: importing Beam takes seconds, and only the workers need it then."""
    if any("://" in path for path in paths):
        from winnow.pipelines.beam.run import storage_of

        return storage_of(paths, beam)
    return LocalStorage()


def _beam(request: Request, display: Display) -> Engine:
    from winnow.pipelines.beam.run import BeamEngine, runner_of

    return BeamEngine(runner_of(request.beam), display)


def _models(recipe: Recipe) -> None:
    """Miss a model now rather than in the first worker."""
    for step in recipe.steps:
        if isinstance(step.settings, Language):
            path_of(step.settings.model, step.settings.sha256)


def _healed(
    engine: Engine, storage: Storage, job: Job, inputs: Sequence[Input], clock: "Clock", display: Display
) -> dict[str, Any]:
    """`_run`; where files that it left for itself are damaged, those pieces are made again."""
    removed: collections.Counter[str] = collections.Counter()
    while True:
        try:
            return _run(engine, storage, job, inputs, clock)
        except Damaged as damage:
            removed.update(set(damage.remove) or {""})
            if max(removed.values()) > HEALS:
                raise BuildFailed(f"{damage}, again and again; is the disk sound?") from damage
            display.say(f"{damage}; it is made again")
            for path in damage.remove:
                storage.delete(path)


def _run(engine: Engine, storage: Storage, job: Job, inputs: Sequence[Input], clock: "Clock") -> dict[str, Any]:
    """The three jobs, reconciled one with the next; returns the ledger."""
    with clock.stage("ingest"):
        engine.ingest(job, inputs)
        _expect(storage, [f"{job.census(i)}.json" for i in inputs], "files", "a census")
        chunks = chunks_of(storage, job, inputs)
        _expect(storage, [f"{job.chunk(c)}.json" for c in chunks], "chunks", "a tally")
    tallies = [read_sealed(storage, f"{job.chunk(c)}.json") for c in chunks]
    if chunks:
        with clock.stage("dedup"):
            engine.dedup(job, chunks)
            name = name_of(job, chunks)
            _expect_drops(storage, job, name, chunks)
        with clock.stage("write"):
            engine.write(job, chunks)
    return _reconcile(storage, job, inputs, chunks, tallies)


def _expect_drops(storage: Storage, job: Job, name: str, chunks: Sequence[Chunk]) -> None:
    """One that is gone while its build counts as settled is made again."""
    drops, settled = [drops_path(job, name, chunk) for chunk in chunks], settled_path(job, name)
    if storage.size(settled) is None:
        _expect(storage, drops, "chunks", "a drop list")
        return
    there = set(storage.files(job.work("dedup", name)))
    for path in drops:
        if path not in there:
            raise Damaged(f"{path}: is gone", (settled,))


def _expect(storage: Storage, paths: Sequence[str], what: str, result: str) -> None:
    """A runner can lose elements and report success; what is missing is counted here."""
    missing = [path for path in paths if storage.size(path) is None]
    if missing:
        raise BuildFailed(f"{len(missing)} of {len(paths)} {what} ended without {result}, the first is {missing[0]}: "
                          "the runner lost them; run the same command again")  # fmt: skip


def _reconcile(
    storage: Storage, job: Job, inputs: Sequence[Input], chunks: Sequence[Chunk], tallies: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Hold every count against every other and put the ledger together."""
    parts = parts_of(storage, job, chunks)
    _expect(storage, [receipt_path(job, p) for p in parts], "files", "a receipt")
    receipts = [read_sealed(storage, receipt_path(job, p)) for p in parts]
    for fault in integrity.short(integrity.sizes(storage, job.root), {r["path"]: r for r in receipts}):
        raise Damaged(f"{job.root}/{fault}")  # the file that its receipt tells of is written again
    for before, after in itertools.pairwise(receipts):
        if before["path"].rsplit("/", 1)[0] == after["path"].rsplit("/", 1)[0] and before["last"] >= after["first"]:
            raise ledger.Unbalanced(f"{after['path']}: its first row does not come after the last of {before['path']}")
    rows = ledger.merged_rows(receipts)
    files = ledger.files(storage, job, inputs, chunks, rows)
    by_source = {source: ledger.totals(entries.values()) for source, entries in files.items()}
    for source, total in by_source.items():
        share, most = ledger.dropped_share(job.recipe, total), job.recipe.max_dropped_share
        if share > most:
            raise BuildFailed(
                f"the steps dropped {share:.1%} of the documents of source {source!r}, and the recipe's "
                f"max_dropped_share is {most:.1%}: look into rejected/, then mend a limit or raise the share"
            )
        failed, records = errors(total), total["records"] + total["gaps"]
        if failed >= LEAST_ERRORS and failed > job.recipe.max_error_share * records:
            raise BuildFailed(
                f"{failed:,} of {records:,} records of source {source!r} met an unexpected error, and the recipe's "
                f"max_error_share is {job.recipe.max_error_share:.1%}: look in rejected/ for rules that end in .error "
                "or .crash"
            )
    surveys = [(r["path"].split("/", 1)[0], r["survey"]) for r in receipts]
    kept = survey.merge(s for table, s in surveys if table == CORPUS)
    gone = survey.merge(s for table, s in surveys if table == REJECTED)
    settled = settled_path(job, name_of(job, chunks))
    return {
        "format": ledger.FORMAT,
        "recipe": {"name": job.recipe.name, "about": job.recipe.about, "sha256": lock.sha256(job.recipe)},
        "versions": lock.versions(),
        "sources": {
            s: {"license": job.recipe.source(s).license, "files": files[s], "total": by_source[s]} for s in files
        },
        "total": ledger.totals(by_source.values()),
        "steps": [{"name": step.name, "use": step.use, "sources": list(step.sources)} for step in job.recipe.steps],
        "rules": ledger.rules(job.recipe, tallies),
        "edits": ledger.edits(tallies),
        "duplicates": read_sealed(storage, settled) if chunks else {},
        "kept": {name: ledger.distribution(counts) for name, counts in kept["counts"].items()},
        "examples": {"kept": kept["examples"].get("", []), "rejected": gone["examples"]},
        "files": {r["path"]: {"rows": r["rows"], "bytes": r["bytes"], "sha256": r["sha256"]} for r in receipts},
    }


def _leave(storage: Storage, job: Job, made: dict[str, Any]) -> None:
    """Write lock, card and, last, the ledger."""
    write_bytes(storage, job.path("recipe.lock.toml"), lock.write_lock(job.recipe).encode())
    write_bytes(storage, job.path("README.md"), card.render(made).encode())
    write_json(storage, job.path("ledger.json"), made)


class Clock:
    """Wall time by job, for run.json, which no promise covers."""

    def __init__(self) -> None:
        self.began, self.stages = time.time(), dict[str, float]()

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.stages[name] = round(self.stages.get(name, 0.0) + time.monotonic() - began, 3)

    def report(self, request: Request, pool: Pool | None, made: dict[str, Any]) -> dict[str, Any]:
        seconds, total = time.time() - self.began, made["total"]
        documents = total["records"] + total["gaps"]
        return {
            "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.began)), "seconds": round(seconds, 3),
            "stages": self.stages, "documents_a_second": round(documents / seconds, 3), "workers": request.workers,
            "chunk_mib": request.chunk_mib, "beam": list(request.beam), "machine": _machine(),
        } | (pool.usage.report(seconds * request.workers) if pool else {})  # fmt: skip


def _machine() -> dict[str, Any]:
    name = os.uname()
    return {"system": f"{name.sysname} {name.release}", "processor": name.machine, "cpus": os.cpu_count(),
            "python": sys.version.split()[0]}  # fmt: skip
