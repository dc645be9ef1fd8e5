"""Where in a shown text the places stand that a document's rules measured.

A rule measured the text as the editors before it had left it; a row of corpus/ holds the text after all editors, one of
rejected/ the text as extracted. So the editors are asked again, from the text as extracted on, and what a step shows is
carried to the shown text. An editor that cannot be asked here ends it: of later steps nothing is known.
"""

import dataclasses
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence

from winnow.filters.document import Document
from winnow.filters.edits import Change, Span, compose, inverse
from winnow.filters.steps import Shows
from winnow.filters.text import Text
from winnow.pipelines.errors import BadCall, BuildFailed, is_documents
from winnow.pipelines.ingest import ask
from winnow.pipelines.ingest.ask import StepFailed
from winnow.pipelines.recipe.model import Step

LONGEST = 500_000
"""Characters of a text in which places are marked."""

_NOT_HERE = (StepFailed, BadCall, BuildFailed, ImportError, OSError, ValueError)
"""What a step raises that cannot be asked: its model or its list is gone, or the document is too much for it."""


def marks(
    steps: Iterable[Step], document: Document, wanted: Collection[str], shown: Sequence[Change] = ()
) -> dict[str, list[Span]]:
    """rule -> places in the shown text, of those `wanted` (as `gopher_quality.words`) whose measure has places.

    `document` has its text as extracted; `shown` are the changes that lead from there to the shown text.
    """
    found: dict[str, list[Span]] = {}
    original, text = document.text, Text.of(document)
    changes: Sequence[Change] = ()
    left = {rule.rsplit(".", 1)[0] for rule in wanted}
    for general in steps:
        step = general.of(document.language)
        if not left:
            break
        try:
            if step.editor:
                edit = ask.edit(step, document, text)
                if edit.changes:
                    changes = compose(changes, text.string, edit.changes)
                    text = text.edited(edit.changes)
                    document = dataclasses.replace(document, text=text.string)
            if step.name in left:
                left.remove(step.name)
                found |= _shown(step, document, text, wanted, [*_back(original, changes), shown])
        except _NOT_HERE:
            return found
    return found


def _shown(
    step: Step, document: Document, text: Text, wanted: Collection[str], carried: Sequence[Sequence[Change]]
) -> dict[str, list[Span]]:
    if not isinstance(step.settings, Shows):
        return {}
    try:
        spans = step.settings.spans(document, text)
        found = {
            rule: _inside(spans[measure], len(text.string))
            for measure in spans if (rule := f"{step.name}.{measure}") in wanted
        }  # fmt: skip
    except Exception as error:
        if not is_documents(error):
            raise
        return {}
    for changes in carried:
        found = {rule: carry(places, changes) for rule, places in found.items()}
    return found


def _inside(spans: Iterable[Span], length: int) -> list[Span]:
    """The places that are some in a text of so many characters: a plug-in may give anything."""
    return [(start, end) for start, end in spans if type(start) is type(end) is int and 0 <= start < end <= length]


def _back(original: str, changes: Sequence[Change]) -> list[Sequence[Change]]:
    return [inverse(original, changes)] if changes else []


def carry(spans: Iterable[Span], changes: Sequence[Change]) -> list[Span]:
    """The places in a text after these changes of places in the text before. One that a change meets takes in all that
    stands there now; one of which nothing is left is left out."""
    if not changes:
        return list(spans)
    starts, shifts = [change.start for change in changes], [0]
    for change in changes:
        shifts.append(shifts[-1] + len(change.replacement) - (change.end - change.start))
    found: list[Span] = []
    for start, end in spans:
        at = bisect_right(starts, start)
        inside = at and changes[at - 1].end > start
        begin = changes[at - 1].start + shifts[at - 1] if inside else start + shifts[at]
        at = bisect_right(starts, end - 1)
        if at and changes[at - 1].end > end:
            stop = changes[at - 1].start + shifts[at - 1] + len(changes[at - 1].replacement)
        else:
            stop = end + shifts[at]
        if begin < stop:
            found.append((begin, stop))
    return found
