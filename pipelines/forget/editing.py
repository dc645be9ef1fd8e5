"""The editors of a recipe over texts as extracted that lie in a finished build: once more, and without any filter."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from winnow.filters.edits import Change, compose, inverse, recover, written
from winnow.filters.text import Text
from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.ingest import ask
from winnow.pipelines.ingest.ask import StepFailed
from winnow.pipelines.ingest.chain import MEASURE
from winnow.pipelines.plan import word_lists
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Step

_EDIT = "edit"


@dataclass(slots=True)
class Edited:
    """What the editors made of a text."""

    original: str
    text: str
    changes: Sequence[Change] = ()
    counts: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """step -> what it did -> how often."""

    @property
    def edits(self) -> list[dict[str, Any]]:
        """As the column `edits` has them."""
        return written(inverse(self.original, self.changes))


class Editing:
    """The steps of each source that need a text."""

    def __init__(self, work: Work) -> None:
        self._steps = {
            source.name: word_lists.at_hand(work, [s for s in work.job.recipe.steps_of(source.name) if s.needs_text])
            for source in work.job.recipe.sources
        }

    def counts(self, row: Mapping[str, Any]) -> dict[str, Mapping[str, int]]:
        """What the editors did to the text of a row of corpus/ or rejected/ while it was built."""
        stage, steps = row.get("stage"), self._steps[row["source"]]
        if not any(step.editor for step in steps):
            return {}
        if stage not in (None, DEDUP, _EDIT, MEASURE, *(step.name for step in steps)):
            return {}  # it came to its end before its text was asked for
        return self._run(row, list(_reached(row, steps))).counts

    def edit(self, row: Mapping[str, Any]) -> Edited:
        """The text of a row that no step dropped, edited."""
        return self._run(row, self._steps[row["source"]])

    def _run(self, row: Mapping[str, Any], steps: Sequence[Step]) -> Edited:
        original = recover(row["text"] or "", row["edits"] or ())
        document, done = dataclasses.replace(schema.document_of(row), text=original), Edited(original, original)
        text = Text.of(document)
        for step in (general.of(document.language) for general in steps if general.editor):
            try:
                edit = ask.edit(step, dataclasses.replace(document, text=done.text), text)
            except StepFailed:  # as it did then: the row says so
                break
            done.counts[step.name] = edit.counts
            if edit.changes:
                done.changes = compose(done.changes, done.text, edit.changes)
                text = text.edited(edit.changes)
                done.text = text.string
            if not done.text.strip():
                break
        return done


def _reached(row: Mapping[str, Any], steps: Sequence[Step]) -> Iterator[Step]:
    """The steps that the document came to: up to the one that stopped it, or that failed."""
    failed, detail = row.get("failed") or (), row.get("detail") or ""
    for step in steps:
        if row.get("stage") == MEASURE and detail.startswith(f"step {step.name!r}:"):
            return
        yield step
        if step.stops and any(rule.rpartition(".")[0] == step.name for rule in failed):
            return
