"""A build, from the call to the card:  inputs -> ingest -> dedup -> write -> ledger -> card.

Each job leaves files under work/ that are recognised by name, so that a build killed at any moment goes on where it
was; nothing that it promises depends on how often that happened.
"""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from winnow.pipelines.annotators.identifier import Identifies
from winnow.pipelines.clock import Clock
from winnow.pipelines.dedup.against import find
from winnow.pipelines.display import Display
from winnow.pipelines.engines.drive import drive, healed
from winnow.pipelines.engines.engine import Engine
from winnow.pipelines.engines.local import LocalEngine
from winnow.pipelines.engines.pool import Pool
from winnow.pipelines.files.storage import LocalStorage, Storage, is_remote, write_bytes, write_json
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.account import account, left_by
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.output.path import resolved
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.inputs import MIB, find_inputs, without_input
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.beside import beside, write_beside
from winnow.pipelines.views.report import written as report


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    recipe: Recipe
    inputs: tuple[str, ...]
    output: str
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    unit_mib: float = 8.0
    replace: bool = False
    require_all: bool = False
    """Whether a source of the recipe that is given no input is an error."""
    found: bool = False
    """Whether the inputs were found and not named: a source of which nothing can be read is then rows, and no error."""
    beam: tuple[str, ...] = ()
    """Options for Beam; empty runs on this machine's processes."""
    against: tuple[str, ...] = ()
    """Directories of earlier builds: what they keep is dropped."""


def build(request: Request, display: Display) -> Folder:
    """Build, go on, or find it done. BadCall and BuildFailed say what is wrong."""
    storage = storage_for(request.output, *request.inputs, *request.against, beam=request.beam)
    against = find(storage, request.recipe, request.against, resolved(request.output)) if request.against else ()
    inputs = find_inputs(storage, request.recipe, request.inputs, display.say, require_all=request.require_all)
    if skipped := without_input(request.recipe, {given.source for given in inputs}):
        display.say(f"skipped, for there is no --input for them: {', '.join(skipped)}")
    _models(request.recipe)
    folder = Folder(storage, request.output, request.recipe, inputs, beside, against)
    with folder.claimed(replace=request.replace):
        if folder.stands:
            display.say(folder.stands)
            return folder
        _make(request, folder, inputs, against, display)
        folder.finish()
    return folder


def _make(
    request: Request, folder: Folder, inputs: Sequence[Input], against: tuple[Earlier, ...], display: Display
) -> None:  # fmt: skip
    """The jobs, what they come to, and the files that say so."""
    job = Job(request.recipe, folder.root, max(1, int(request.unit_mib * MIB)), against)
    work = Work(folder.storage, job)
    clock = Clock()
    with contextlib.ExitStack() as stack:
        pool = None if request.beam else stack.enter_context(Pool(request.workers))
        engine = LocalEngine(pool, display) if pool else _beam(request, display)

        def run() -> Ledger:
            done = drive(engine, work, inputs, clock, every=not request.found)
            left = left_by(done.work, inputs, done.ingested)
            return account(work.storage, folder.root, request.recipe, folder.identity, left)

        made = healed(work, display, run)
    folder.tidy(made.files)
    _leave(work, made, clock)
    names = work.job.names
    spent = pool.usage.report(clock.seconds * request.workers) if pool else {}
    write_json(work.storage, names.run, {
        **clock.report(made.total.documents), "workers": request.workers, "unit_mib": request.unit_mib,
        "beam": list(request.beam), **spent,
    })  # fmt: skip


def storage_for(*paths: str, beam: Sequence[str] = ()) -> Storage:
    """Local files where all paths are local: importing Beam takes seconds, and only the workers need it then."""
    if any(map(is_remote, paths)):
        from winnow.pipelines.beam.run import storage_of

        return storage_of(paths, beam)
    return LocalStorage()


def _beam(request: Request, display: Display) -> Engine:
    from winnow.pipelines.beam.run import BeamEngine, runner_of

    return BeamEngine(runner_of(request.beam), display)


def _models(recipe: Recipe) -> None:
    """Miss a model now rather than in the first worker."""
    for step in recipe.steps:
        if isinstance(step.settings, Identifies):
            step.settings.require()


def _leave(work: Work, made: Ledger, clock: Clock) -> None:
    """Write lock, card, what belongs to it, report and, last, the ledger."""
    names = work.job.names
    write_bytes(work.storage, names.lock, lock.write_lock(work.job.recipe).encode())
    write_beside(work.storage, work.job.root, made)
    with clock.job("report"):
        report.leave(work.storage, work.job.root, made, work.job.recipe)
    book.save(work.storage, work.job.root, made)
