"""The sample through the steps of a recipe: every measure of every document, whatever the limits are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from winnow.filters.document import Document
from winnow.pipelines.display import Show
from winnow.pipelines.fit.reference import name_of, place_of
from winnow.pipelines.ingest.chain import carefully
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.text import clean

Floats = npt.NDArray[np.float64]
_BEGINNING = 80
"""Characters of a document that are shown."""
_NAME = 200
_EVERY = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """A document of the sample, as it is shown."""

    id: str
    place: str
    text: str


@dataclass
class Measured:
    """The values of the sample; those of a document have its place in `seen`."""

    seen: list[Seen] = field(default_factory=list)
    values: dict[tuple[str, str], Floats] = field(default_factory=dict)
    """(step, measure) -> float64 [documents], NaN where nothing is known."""
    failed: int = 0
    """Documents at which a step failed: they are left out."""


def measure(documents: Iterable[Document], steps: Sequence[Step], show: Show) -> Measured:
    """Ask every step of every document."""
    found, columns = Measured(), {(step.name, name): list[float]() for step in steps for name in step.measures}
    chain = [without_limits(step) for step in steps]
    for number, document in enumerate(documents, 1):
        done = carefully(document, chain, {})
        if done.error is not None:
            found.failed += 1
            continue
        found.seen.append(seen(document))
        for (step, name), column in columns.items():
            value = done.measures.get(step, {}).get(name)
            column.append(np.nan if value is None else value)
        if number % _EVERY == 0:
            show(number, number, number)
    found.values = {key: np.array(column, np.float64) for key, column in columns.items()}
    return found


def seen(document: Document) -> Seen:
    """A document as it is shown: its name may be as long as a text."""
    return Seen(
        clean(name_of(document)[:_NAME]), clean(place_of(document)[:_NAME]), clean(document.text[:_BEGINNING])
    )  # fmt: skip


def without_limits(step: Step) -> Step:
    """The step as one that ends no document's way."""
    return replace(step, rules=())
