"""Documents and their characters, counted together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Count:
    """So many documents with so many characters of text."""

    documents: int = 0
    characters: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.documents + other.documents, self.characters + other.characters)

    def __sub__(self, other: "Count") -> "Count":
        return Count(self.documents - other.documents, self.characters - other.characters)

    @property
    def json(self) -> list[int]:
        return [self.documents, self.characters]

    @staticmethod
    def of(value: Any) -> "Count":
        documents, characters = value
        return Count(documents, characters)


NONE = Count()


Rules = Mapping[str, Mapping[str, Count]]
"""stage -> rule -> documents, each counted at the rule that it broke first."""


def total(counts: Iterable[Count]) -> Count:
    return sum(counts, NONE)


def summed(counts: Iterable[Rules]) -> Rules:
    """The sum of counts by stage and rule, both in order."""
    found: dict[str, dict[str, Count]] = {}
    for rules in counts:
        for stage, of in rules.items():
            held = found.setdefault(stage, {})
            for rule, count in of.items():
                held[rule] = held.get(rule, NONE) + count
    return {stage: dict(sorted(of.items())) for stage, of in sorted(found.items())}


def dropped(rules: Rules) -> Count:
    """All documents that rules dropped."""
    return total(count for of in rules.values() for count in of.values())
