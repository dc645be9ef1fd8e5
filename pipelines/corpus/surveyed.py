"""What a part's rows say of the corpus for its data card: counts, and examples chosen by their content.

It is small, is kept in each part's receipt, and adds up: the card is made of the sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import pyarrow as pa

from winnow.pipelines.corpus import clusters, frequent
from winnow.pipelines.corpus.clusters import Cluster
from winnow.pipelines.corpus.facts import FACTS
from winnow.pipelines.corpus.frequent import Frequent
from winnow.pipelines.corpus.schema import ROW_KEY

EXAMPLES = 10
"""That are kept of each rule, and of what no rule dropped."""
COUNTED = (*FACTS, "made_by")
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


def language_and_rule(language: str, rule: str) -> str:
    """The value of what dropped documents are counted by; no name of a language holds a tab."""
    return f"{language}\t{rule}"


def language_and_rule_of(value: str) -> tuple[str, str]:
    """(language, rule) of such a value."""
    language, _, rule = value.partition("\t")
    return language, rule


def rank_of(row: Mapping[str, Any]) -> str:
    """A hash of a row's id and row key, for the id alone can repeat: rows with the least are shown."""
    return _rank(*(row[name] for name in _RANKED))


def ranks_of(rows: pa.Table) -> list[str]:
    """The rank of every row."""
    return [_rank(*key) for key in zip(*(rows[name].to_pylist() for name in _RANKED), strict=True)]


_RANKED = ("id", *ROW_KEY)


def _rank(*key: str | int) -> str:
    return blake2b("/".join(map(str, key)).encode(), digest_size=8).hexdigest()


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

    counts: Mapping[str, Frequent] = field(default_factory=dict)
    """For each of COUNTED: documents by value; of rejected/ those that have a text or an address."""
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    """By the rule that dropped them, "" for the kept."""
    copies: Frequent = field(default_factory=Frequent)
    """Documents dropped as copies, by registered domain."""
    dropped: Frequent = field(default_factory=Frequent)
    """Documents of a known language that were dropped, by `language_and_rule`."""
    clusters: tuple[Cluster, ...] = ()
    """The largest, of the documents that were surveyed."""


def merge(surveys: Iterable[Surveyed]) -> Surveyed:
    """The sum of several parts' surveys, one after the other. Memory: the sum, and one."""
    found = Surveyed({name: Frequent() for name in COUNTED})
    for survey in surveys:
        counts = {name: frequent.merged((of, survey.counts.get(name, Frequent()))) for name, of in found.counts.items()}
        examples = dict(found.examples)
        for kind, of in survey.examples.items():
            examples[kind] = tuple(sorted(examples.get(kind, ()) + of, key=attrgetter("rank"))[:EXAMPLES])
        found = Surveyed(
            counts, dict(sorted(examples.items())), frequent.merged((found.copies, survey.copies)),
            frequent.merged((found.dropped, survey.dropped)),
            clusters.merged((*found.clusters, *survey.clusters)),
        )  # fmt: skip
    return found
