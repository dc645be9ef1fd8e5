"""The jobs one after the other on an engine; what is damaged is made again."""

import collections
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from winnow.pipelines.clock import Clock
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.keys import compared
from winnow.pipelines.dedup.spans.total import Passages, total_path
from winnow.pipelines.display import Display
from winnow.pipelines.engines.engine import Engine, nobody
from winnow.pipelines.engines.jobs import deduplication, ingestion
from winnow.pipelines.engines.stage import Element
from winnow.pipelines.errors import BuildFailed, Damaged, Gone
from winnow.pipelines.ingest import ingested
from winnow.pipelines.ingest.ingested import Ingested
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
    """What the jobs have left: the work with the list of units named, and what became of the units."""

    work: Work
    ingested: Ingested


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
    recipe, storage, guard = work.job.recipe, work.storage, Guard(work.job.recipe)

    def watch(unit: Element) -> None:
        guard.see(unit, Tally.load(storage, work.job.names.curate(work.job.curated(unit))))

    with clock.job("ingest"):
        engine.run(work, "scan", nobody)
        require_records(work, given, every=every)
        work = replace(work, job=replace(work.job, units=units.made(work)))
        for name in ingestion(work):
            engine.run(work, name, watch if name == "ingest" else nobody)
    found = ingested.load(work)
    guard.hold(found)
    require_documents(work, found, every=every)
    entries = compared(recipe, found) + sum(each.kept for each in work.job.against)
    work = replace(work, job=replace(work.job, compared=entries, characters=found.characters))
    with clock.job("dedup"):
        for name, turned in deduplication(work):
            engine.run(turned, name, nobody)
    work = turned
    settled = Duplicates.load(storage, work.job.names.settled(work.job.deduplicated))
    passages = Passages.load(storage, total_path(work)) if recipe.dedup.passages else None
    hold_lost(recipe, settled, {source: of.kept for source, of in found.sources.items()}, passages)
    with clock.job("write"):
        engine.run(work, "write", nobody)
    return Done(work, found)
