"""The jobs one after the other on an engine, each reconciled before the next; what is damaged is made again."""

import collections
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from winnow.pipelines.clock import Clock
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.keys import compared
from winnow.pipelines.display import Display
from winnow.pipelines.engines.engine import Engine, nobody
from winnow.pipelines.engines.jobs import JOBS, Element, deduplication
from winnow.pipelines.errors import BuildFailed, Damaged, Gone
from winnow.pipelines.files.listings import Listings
from winnow.pipelines.ingest.readable import require_documents, require_records
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.ledger.guard import Guard
from winnow.pipelines.ledger.lost import hold_lost
from winnow.pipelines.plan import inputs, units, word_lists
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Input

HEALS = 3
"""How often one file of work/ is made again before the build gives up."""
T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """What the jobs have left: the work with the lists of units named, and what became of each unit."""

    work: Work
    tallies: tuple[Tally, ...]


def healed(work: Work, display: Display, run: Callable[[], T]) -> T:
    """`run`; where files that the build left for itself are damaged, those are made again."""
    removed: collections.Counter[str] = collections.Counter()
    while True:
        try:
            return run()
        except Damaged as damage:
            removed.update(set(damage.remove) or {""})
            if max(removed.values()) > HEALS:
                raise BuildFailed(f"{damage}, again and again{_cause(damage)}") from damage
            display.say(f"{damage}; it is made again")
            for path in damage.remove:
                work.storage.delete(path)


def _cause(damage: Damaged) -> str:
    if isinstance(damage, Gone):
        return ": the runner may have lost what makes it, or something deletes it; run the same command again"
    return "; is the disk sound?"


def drive(engine: Engine, work: Work, given: Sequence[Input], clock: Clock, *, every: bool = True) -> Done:
    """All jobs of the table. BadCall where there is a source of which nothing can be read; unless that is said of
    `every` one, where that is so of all."""
    work = replace(work, job=replace(work.job, inputs=inputs.save(work.storage, work.job.names, given)))
    word_lists.save(work)
    guard = Guard(work.job.recipe)

    def watch(unit: Element) -> None:
        guard.see(unit, _tally(work, unit))

    with clock.job("ingest"):
        engine.run(work, "ingest", watch)
        _expect(work, "ingest")
    require_records(work, given, every=every)
    guard.hold()
    made = units.units(work, given)
    tallies = tuple(_tally(work, unit) for unit in made)
    require_documents(work, made, tallies, every=every)
    entries = compared(work.job.recipe, made, tallies)
    work = replace(work, job=replace(work.job, units=units.save(work, made), compared=entries))
    with clock.job("dedup"):
        for job, turned in deduplication(work):
            _run(engine, turned, job)
    work = turned
    settled = Duplicates.load(work.storage, work.job.names.settled(work.job.deduplicated))
    hold_lost(work.job.recipe, settled, ((u.source, t.kept) for u, t in zip(made, tallies, strict=True)))
    with clock.job("write"):
        _run(engine, work, "write")
    return Done(work, tallies)


def _run(engine: Engine, work: Work, job: str) -> None:
    engine.run(work, job, nobody)
    _expect(work, job)


def _tally(work: Work, unit: Element) -> Tally:
    return Tally.load(work.storage, work.job.names.curate(work.job.curated(unit)))


def _expect(work: Work, job: str) -> None:
    """A runner can lose elements and report success; what is missing is counted here."""
    there = Listings(work.storage)
    for stage in JOBS[job]:
        paths = [path for element in stage.elements(work) for path in stage.leaves(work, element)]
        missing = there.missing(paths)
        if missing:
            raise BuildFailed(
                f"{len(missing)} of {len(paths)} files of stage {stage.name!r} are not there, the first is "
                f"{missing[0]}: the runner lost them; run the same command again"
            )
