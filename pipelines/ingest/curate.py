"""One document's way through the steps of a recipe: annotate, edit, measure; then judge, once.

All rules are measured even after one failed, so that a row carries every number and what dropped it does not depend
on the order; only a step that says STOPS (the language) and an empty text end the way early. A step that needs no
text (NEEDS_TEXT = False: the URL filter) is asked before the costly extraction.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply, compose
from winnow.filters.rules import Reject, judge
from winnow.filters.text import Text
from winnow.pipelines.recipe.model import Step

Measures = dict[str, Mapping[str, float | None]]
Broken = tuple[Step, Reject]

EMPTY = Reject("extract.empty", 0.0, 1.0)


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


def before_extraction(steps: Sequence[Step]) -> list[Step]:
    return [s for s in steps if not getattr(s.settings, "NEEDS_TEXT", True)]


def after_extraction(steps: Sequence[Step]) -> list[Step]:
    return [s for s in steps if getattr(s.settings, "NEEDS_TEXT", True)]


def curate(document: Document, steps: Sequence[Step], measures: Measures | None = None) -> Curated:
    """Run `steps` over a document in order; `measures` are those that earlier steps took."""
    done = Curated(document, document.text, dict(measures or {}))
    text = Text(document.text)
    for step in steps:
        if step.annotator:
            done.document = step.annotator.annotate(done.document)
        if step.editor:
            edit = step.editor.edit(done.document, text)
            done.edits[step.name] = edit.counts
            if edit.changes:
                done.changes = compose(done.changes, text.string, edit.changes)
                text = Text(apply(text.string, edit.changes))
                done.document = dataclasses.replace(done.document, text=text.string)
            if not text.string.strip():
                break
        if step.filter:
            done.measures[step.name] = step.filter.measure(done.document, text)
            broken = _judged(step, done.measures)
            done.broken += broken
            if broken and _stops(step):
                break
    return done


def rejudge(steps: Sequence[Step], measures: Measures) -> list[Broken]:
    """What the steps' rules say of measures that were taken before, by these limits or by others: as `curate` does.

    Where nothing is broken but a step did not measure, it is not known what that step would say.
    """
    found: list[Broken] = []
    for chain in (before_extraction(steps), after_extraction(steps)):
        for step in chain:
            broken = _judged(step, measures) if step.name in measures else []
            found += broken
            if broken and _stops(step):
                return found
        if found:
            return found
    return found


def _judged(step: Step, measures: Measures) -> list[Broken]:
    """A rule is told from its namesake in another step by the step's name: `gopher_quality.words`."""
    broken = judge(measures[step.name], step.rules)
    return [(step, dataclasses.replace(reject, rule=f"{step.name}.{reject.rule}")) for reject in broken]


def _stops(step: Step) -> bool:
    return bool(getattr(step.settings, "STOPS", False))
