"""Texts as the job `ingest` leaves them: units whose kept files hold them, for the jobs that come after it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from winnow.filters.document import Document
from winnow.pipelines.corpus import schema
from winnow.pipelines.dedup.drops import drops_of
from winnow.pipelines.engines import jobs
from winnow.pipelines.files.parquet import RowFile
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.tally import Counter, Read
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.numbers import PART_BITS
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit
from winnow.pipelines.recipe.model import Dedup, Recipe, Source
from winnow.pipelines.sources.warc.source import Warc

SOURCE = "texts"


def write(root: Path, texts: Sequence[str], dedup: Dedup, texts_a_unit: int) -> Work:
    """Leave kept files and tallies; the texts are the items of one file, in their order."""
    work = work_of(str(root), len(texts), dedup, texts_a_unit)
    work = replace(work, job=replace(work.job, characters=sum(map(len, texts))))
    for unit in units.load(work):
        leave(work, unit, texts[unit.number : unit.number + unit.items])
    return work


def work_of(root: str, texts: int, dedup: Dedup, texts_a_unit: int) -> Work:
    """The job of so many texts, with its list of units."""
    recipe = Recipe("texts", (Source(SOURCE, Warc(), "warc"),), (), dedup=dedup)
    given = Input(SOURCE, "texts", texts, "")
    made = [_unit(given, first, min(first + texts_a_unit, texts)) for first in range(0, texts, texts_a_unit)]
    work = Work(LocalStorage(), Job(recipe, root, 1, compared=texts))
    return replace(work, job=replace(work.job, units=units.save(work, made)))


def deduplicate(work: Work) -> Work:
    """The jobs of deduplication, stage by stage in this process; the work after them."""
    for name, turned in jobs.deduplication(work):
        for stage in jobs.JOBS[name]:
            for element in stage.elements(turned):
                jobs.run(turned, stage, element)
    return turned


def survivors(work: Work) -> Iterator[tuple[int, int, float, bool]]:
    """(place, place of the one kept for it, similarity, exact) of every text that has a copy, in order."""
    for unit in units.load(work):
        drops = drops_of(work, unit)
        places = (drops.numbers >> PART_BITS) + unit.number
        kept = [int(id) for id in drops.survivors.tolist()]
        yield from zip(places.tolist(), kept, drops.similarities.tolist(), drops.exact.tolist(), strict=True)


def _unit(given: Input, first: int, last: int) -> Unit:
    return Unit(SOURCE, (Piece(given, Cut(first, last, first, last, last - first, "")),), first, f"unit-{first}")


def leave(work: Work, unit: Unit, texts: Sequence[str]) -> None:
    """Leave the files of one unit, whose items give these texts; ids are the texts' places."""
    names, name, counter, file = work.job.names, work.job.curated(unit), Counter(), unit.pieces[0].input.path
    kept = RowFile(work.storage, names.kept(name), schema.unit_kept(()))
    rejected = RowFile(work.storage, names.rejected(name), schema.unit_rejected(()), key="stage")
    with kept, rejected:
        for item, text in enumerate(texts):
            place = unit.number + item
            document = schema.storable(Document(f"{place:032}", text, SOURCE, file=file, offset=place))
            kept.add(schema.row(document, item, (), {}))
            counter.keep(file, item, len(text))
    read = {file: Read(len(texts), {})}
    counter.tally(read, kept.receipt, rejected.receipt).save(work.storage, names.curate(name))
