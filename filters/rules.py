"""Rules and how they are judged: a filter measures, a recipe judges.

A filter yields named numbers; a `Rule` sets the limits of one of them. The boundary itself is kept:
a document fails when its value is below `min` or above `max`. An unknown value (None) is never judged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """The limits of one measure. None means no limit; 0 is a limit like any other."""

    name: str
    """The measure it judges, as the filter names it: `mean_word_length`."""
    min: float | None = None
    max: float | None = None
    paper: str = ""
    """Where the limit was published: paper and section."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a document was dropped: the rule, what was measured, and the limit it broke."""

    rule: str
    value: float | None = None
    limit: float | None = None
    detail: str | None = None


def judge(measures: Mapping[str, float | None], rules: Iterable[Rule]) -> list[Reject]:
    """Return every broken rule, in the order of `rules`; an empty list keeps the document."""
    broken = []
    for rule in rules:
        value = measures[rule.name]
        if value is None:
            continue
        if rule.min is not None and value < rule.min:
            broken.append(Reject(rule.name, value, rule.min))
        elif rule.max is not None and value > rule.max:
            broken.append(Reject(rule.name, value, rule.max))
    return broken
