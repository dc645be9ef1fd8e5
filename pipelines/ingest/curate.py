"""The stage `curate`: the recipe's steps over a unit's documents. Each ends in the kept file or the rejected file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from winnow.filters.document import Document
from winnow.filters.edits import inverse
from winnow.filters.rules import Reject
from winnow.pipelines import progress
from winnow.pipelines.corpus import schema
from winnow.pipelines.files.parquet import RowFile, read_batches
from winnow.pipelines.ingest.chain import Curated, Measures, carefully
from winnow.pipelines.ingest.reading import CRASH
from winnow.pipelines.ingest.tally import Counter, Reading
from winnow.pipelines.plan import word_lists
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit

EMPTIED = Reject("edit.empty", 0.0, 1.0)


def curate(work: Work, unit: Unit) -> None:
    """Leave a unit's kept rows, its rejected rows and, last, its tally."""
    steps, names, name = work.job.recipe.steps_of(unit.source), work.job.names, work.job.curated(unit)
    told = names.reading(work.job.read(unit))
    read, judging = Reading.load(work.storage, told), _Judging(work, unit)
    kept = RowFile(work.storage, names.kept(name), schema.unit_kept(steps))
    rejected = RowFile(work.storage, names.rejected(name), schema.unit_rejected(steps), key="stage")
    with kept, rejected:
        for batch in read_batches(work.storage, names.extracted(work.job.read(unit)), read.extracted, (told,)):
            for row in judging.rows(batch.to_pylist()):
                progress.between()  # what fails from here on is no record's doing
                if row.get("stage"):
                    rejected.add(row)
                else:
                    kept.add(row)
                    progress.kept()
    judging.counter.tally(read.files, kept.receipt, rejected.receipt).save(work.storage, names.curate(name))


class _Judging:
    """The steps of a recipe over the rows of one unit."""

    def __init__(self, work: Work, unit: Unit) -> None:
        self.recipe, self.number, self.poisoned = work.job.recipe, unit.number, frozenset(work.job.poisoned)
        self.steps = self.recipe.steps_of(unit.source)
        self.late = word_lists.at_hand(work, [step for step in self.steps if step.needs_text])
        self.counter = Counter()

    def rows(self, extracted: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in extracted:
            number = self.number + row["item"]
            progress.at(number)
            yield self._ended(row) if row["stage"] else self._row(row, number in self.poisoned)

    def _ended(self, row: dict[str, Any]) -> dict[str, Any]:
        """A document that came to its end before."""
        self.counter.reject(row["file"], row["stage"], row["failed"], row["characters"])
        return row | {"text": self._text(row["id"], row["text"])}

    def _row(self, row: dict[str, Any], crashed: bool) -> dict[str, Any]:
        document, item = schema.document_of(row), row["item"]
        measures = schema.measures_of(row, self.steps)
        if crashed:
            return self._rejected(item, document, measures, "read", [CRASH])
        return self._judged(item, carefully(document, self.late, measures))

    def _judged(self, item: int, done: Curated) -> dict[str, Any]:
        for step, counts in done.edits.items():
            self.counter.edit(step, counts)
        stage, rejects = done.end()
        if not stage and not done.document.text.strip():
            stage, rejects = "edit", [EMPTIED]
        if stage:
            return self._rejected(item, replace(done.document, text=done.original), done.measures, stage, rejects)
        self.counter.keep(done.document.file, item, len(done.document.text))
        return schema.row(done.document, item, self.steps, done.measures, inverse(done.original, done.changes))

    def _rejected(
        self, item: int, document: Document, measures: Measures, stage: str, broken: list[Reject]
    ) -> dict[str, Any]:
        self.counter.reject(document.file, stage, [reject.rule for reject in broken], len(document.text))
        text = self._text(document.id, document.text)
        return schema.row(document, item, self.steps, measures) | schema.why(stage, broken, text)

    def _text(self, id: str, text: str | None) -> str | None:
        """A rejected document's text, as far as the recipe keeps it."""
        return text if text and schema.keeps_text(self.recipe, id) else None
