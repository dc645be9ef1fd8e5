"""One document's way through the steps of a recipe: annotate, edit, measure; then judge, once.

All rules are measured even after one failed, so that a row carries every number and what dropped it does not depend
on the order; only a step that says STOPS (the language) and an empty text end the way early. A step that needs no
text (NEEDS_TEXT = False: the URL filter) is asked before the costly extraction.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from winnow.filters.document import Document
from winnow.filters.edits import Change, compose
from winnow.filters.rules import Reject, judge
from winnow.filters.text import Text
from winnow.pipelines.errors import described, is_documents
from winnow.pipelines.ingest import ask
from winnow.pipelines.ingest.ask import StepFailed
from winnow.pipelines.recipe.model import Step

Measures = dict[str, Mapping[str, float | None]]
Broken = tuple[Step, Reject]

MEASURE = "measure"
"""The stage of documents whose measuring failed."""


@dataclass(slots=True)
class Curated:
    """What the steps made of a document."""

    document: Document
    original: str
    """The text as extracted, before edits."""
    measures: Measures = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    edits: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """step -> what it did -> how often."""
    changes: Sequence[Change] = ()
    """What all editors together changed in `original`."""
    error: Reject | None = None
    """Says which step failed as nobody foresaw, and ended the way."""

    def end(self) -> tuple[str, list[Reject]]:
        """(stage, rejects) where the document was dropped on its way; ("", []) where it was not."""
        if self.error:
            return MEASURE, [self.error]
        if self.broken:
            return self.broken[0][0].name, [reject for _, reject in self.broken]
        return "", []


def carefully(document: Document, steps: Sequence[Step], measures: Measures) -> Curated:
    """Run `steps` over a document in order; `measures` are those that earlier steps took.

    Where a step fails as nobody foresaw, what was done before, with the `error`.
    """
    done = Curated(document, document.text, dict(measures))
    try:
        _run(steps, done)
    except Exception as error:
        if not is_documents(error):
            raise
        said = str(error) if isinstance(error, StepFailed) else described(error)
        done.error = Reject(f"{MEASURE}.error", detail=said)
    return done


def _run(steps: Sequence[Step], done: Curated) -> None:
    """Each step is noted in `done` once it is through."""
    text = Text.of(done.document)
    for general in steps:
        if general.annotator:
            done.document = ask.annotate(general, done.document)
        step = general.of(done.document.language)
        if step.editor:
            edit = ask.edit(step, done.document, text)
            done.edits[step.name] = edit.counts
            if edit.changes:
                done.changes = compose(done.changes, text.string, edit.changes)
                text = text.edited(edit.changes)
                done.document = dataclasses.replace(done.document, text=text.string)
            if not text.string.strip():
                break
        if step.filter:
            done.measures[step.name] = ask.measure(step, done.document, text)
            broken = _judged(step, done.measures)
            done.broken += broken
            if broken and step.stops:
                break


def rejudge(steps: Sequence[Step], measures: Measures, language: str | None) -> list[Broken]:
    """What the rules of `steps` say of measures that were taken before of a document in this language, whatever the
    limits then: as `carefully` does.

    Where nothing is broken and a step has no measures, nobody knows what it would say.
    """
    found: list[Broken] = []
    for early in (True, False):
        for step in steps:
            if step.needs_text != early and step.name in measures:
                broken = _judged(step.of(language), measures)
                found += broken
                if broken and step.stops:
                    return found
        if found:
            break
    return found


def _judged(step: Step, measures: Measures) -> list[Broken]:
    """A rule is told from its namesake in another step by the step's name: `gopher_quality.words`."""
    broken = judge(measures[step.name], step.rules)
    return [(step, dataclasses.replace(reject, rule=f"{step.name}.{reject.rule}")) for reject in broken]
