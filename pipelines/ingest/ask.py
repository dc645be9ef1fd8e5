"""How a step is asked: what fails in it is told with its name, what a plug-in gives is checked."""

from types import TracebackType

from winnow.filters.document import Document
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.corpus import schema
from winnow.pipelines.errors import BuildFailed, described, is_documents, is_raised_on
from winnow.pipelines.ingest import results
from winnow.pipelines.recipe.model import Step


class StepFailed(Exception):
    """A step failed at a document as nobody foresaw; the message names the step, the error and its place."""


def annotate(step: Step, document: Document) -> Document:
    assert step.annotator
    with _Named(step):
        found = step.annotator.annotate(document)
        return schema.storable(results.annotated(document, found)) if step.foreign else found


def edit(step: Step, document: Document, text: Text) -> Edit:
    assert step.editor
    with _Named(step):
        found = step.editor.edit(document, text)
        return results.edited(text.string, found) if step.foreign else found


def measure(step: Step, document: Document, text: Text) -> dict[str, float | None]:
    assert step.filter
    with _Named(step):
        found = step.filter.measure(document, text)
        return results.measured(found, step.measures) if step.foreign else found


class _Named:
    """Names the step in what it raises: StepFailed is the document's affair, BuildFailed the build's."""

    __slots__ = ("_step",)

    def __init__(self, step: Step) -> None:
        self._step = step

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None or is_raised_on(error):
            return
        said = f"step {self._step.name!r}: {described(error)}"
        raise (StepFailed if is_documents(error) else BuildFailed)(said) from error
