"""What fitting found, as fitted.json holds it: docs/steps.md says what each field is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FORMAT = 1


@dataclass(frozen=True, slots=True)
class StopWord:
    """A word, and the documents of the sample that hold it."""

    word: str
    documents: int


@dataclass(frozen=True, slots=True)
class StopWords:
    """The stop words that were found for a step."""

    step: str
    words: tuple[StopWord, ...]
    least: float
    """So many of them the fitted limit asks for."""
    holding: int
    """Documents of the sample that hold as many."""
    before: int
    """Documents that hold as many as the recipe asks for of the recipe's own."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one side, and what it drops."""

    value: float
    dropped: int
    """Documents of the sample beyond it."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """A document just beyond a limit."""

    id: str
    place: str
    """Its address, or its file and place there."""
    value: float
    text: str
    """Its beginning, on one line."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a rule: what lies below `min` is dropped, or above `max`."""

    side: Literal["min", "max"]
    fitted: Limit | None
    """None where the limit stays as it is."""
    why: str
    """It stays; empty where it was fitted."""
    recipe: Limit | None
    """What the recipe has."""
    published: Limit | None
    beyond: tuple[Beyond, ...]
    """The nearest documents that the limit drops, nearest first: the fitted one, else the recipe's."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """How a measure is spread: of each bar the documents between its edge and the next. A fitted limit is an edge.

    What lies farther out is counted in the first or the last bar.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    whole: bool
    """Each bar is one whole number."""


@dataclass(frozen=True, slots=True)
class FittedRule:
    """A rule of the recipe over the sample."""

    step: str
    measure: str
    documents: int
    """That have a value."""
    least: float | None
    median: float | None
    most: float | None
    sides: tuple[Side, ...]
    histogram: Histogram


@dataclass(frozen=True, slots=True)
class Reference:
    """What was read."""

    given: tuple[str, ...]
    files: int
    records: int
    documents: int
    languages: Mapping[str, int]
    """Documents by language, most first; "unknown" where none is known."""
    lost: Mapping[str, int]
    """Records without text, and documents that a step failed at, by rule."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """All of it."""

    format: int
    recipe: str
    source: str
    """The recipe's, whose steps measured."""
    language: str
    drop: float
    """The share of documents that a rule may drop."""
    reference: Reference
    sample: int
    """Documents that were measured."""
    dropped: int
    """Of them those that any rule drops by the fitted limits; by limits that stay where they stay."""
    dropped_before: int
    """By the recipe's limits as they are."""
    stop_words: tuple[StopWords, ...]
    rules: tuple[FittedRule, ...]
