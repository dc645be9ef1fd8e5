"""What a part's rows say of the corpus for its data card: counts, and examples chosen by their content.

It is small, is kept in each part's receipt, and adds up: the card is made of the sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from winnow.pipelines.counts import NONE, Count

EXAMPLES = 10
"""That are kept of each rule, and of what no rule dropped."""
COUNTED = ("language", "domain", "tld", "year", "captured", "license", "made_by")
"""The facts of a document whose values are counted; the last of documents from synthetic sources alone."""
MOST_MADE_BY = 100
"""Characters that are told of by what a text was made."""


def made_by(source: str, by: str) -> str:
    """The value of the fact `made_by`: the name of a source holds no slash."""
    return f"{source}/{by[:MOST_MADE_BY]}"


def told_by(value: str) -> tuple[str, str]:
    """(source, by what) of a value of `made_by`."""
    source, _, by = value.partition("/")
    return source, by


@dataclass(frozen=True, slots=True)
class Example:
    """A document that the card shows."""

    rank: str
    """Hash of its id and row key: those with the least are shown."""
    id: str
    url: str | None
    language: str | None
    characters: int
    rule: str | None
    """That dropped it, or that it came nearest to breaking; None where no rule has a limit for what was measured."""
    value: float | None
    limit: float | None
    text: str
    """Its beginning, on one line."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey found."""

    counts: Mapping[str, Mapping[str, Count]]
    """For each of COUNTED: value -> kept documents."""
    examples: Mapping[str, tuple[Example, ...]]
    """By the rule that dropped them, "" for the kept."""


def merge(surveys: Iterable[Surveyed]) -> Surveyed:
    """The sum of several parts' surveys."""
    counts: dict[str, dict[str, Count]] = {name: {} for name in COUNTED}
    examples: dict[str, tuple[Example, ...]] = {}
    for survey in surveys:
        for name, values in survey.counts.items():
            for value, count in values.items():
                counts[name][value] = counts[name].get(value, NONE) + count
        for kind, found in survey.examples.items():
            examples[kind] = tuple(sorted(examples.get(kind, ()) + found, key=attrgetter("rank"))[:EXAMPLES])
    return Surveyed(counts, dict(sorted(examples.items())))
