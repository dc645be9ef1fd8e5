"""What the ledger sums up: files to totals, units to rules and edits, values to distributions."""

import collections
from collections.abc import Iterable, Mapping

from winnow.filters.rules import Rule
from winnow.pipelines.counts import Count, total
from winnow.pipelines.ingest.tally import Broken, Tally
from winnow.pipelines.ledger.balance import summed
from winnow.pipelines.ledger.types import Distribution, RuleCount, Total
from winnow.pipelines.recipe.model import Recipe

TOP = 100
"""Values of a distribution that are listed; the rest are summed."""


def total_of(totals: Iterable[Total]) -> Total:
    """The sum of files, or of sources."""
    held = list(totals)
    others = collections.Counter[str]()
    for one in held:
        others.update(one.other_records)
    return Total(
        files=sum(one.files for one in held), bytes=sum(one.bytes for one in held),
        records=sum(one.records for one in held), gaps=sum(one.gaps for one in held),
        gap_bytes=sum(one.gap_bytes for one in held), other_records=dict(sorted(others.items())),
        documents=sum(one.documents for one in held), kept=total(one.kept for one in held),
        rejected=summed(one.rejected for one in held),
    )  # fmt: skip


def rules(recipe: Recipe, tallies: Iterable[Tally]) -> tuple[RuleCount, ...]:
    """Every limit of the recipe in its order: how many documents break it, and how many break nothing else."""
    broken: dict[str, Broken] = {}
    for tally in tallies:
        for name, found in tally.broken.items():
            broken[name] = broken.get(name, Broken()) + found
    return tuple(_rule(f"{step.name}.{rule.name}", rule, broken) for step in recipe.steps for rule in step.rules)


def _rule(name: str, rule: Rule, broken: Mapping[str, Broken]) -> RuleCount:
    found = broken.get(name, Broken())
    return RuleCount(name, rule.min, rule.max, rule.paper, found.every, found.alone)


def edits(tallies: Iterable[Tally]) -> dict[str, dict[str, int]]:
    """step -> what it did -> how often."""
    found: dict[str, collections.Counter[str]] = {}
    for tally in tallies:
        for step, counts in tally.edits.items():
            found.setdefault(step, collections.Counter()).update(counts)
    return {step: dict(sorted(counts.items())) for step, counts in sorted(found.items())}


def distribution(counts: Mapping[str, Count]) -> Distribution:
    """The TOP values by documents, and what the others sum to."""
    order = sorted(counts, key=lambda value: (-counts[value].documents, value))
    top = {value: counts[value] for value in order[:TOP]}
    return Distribution(len(order), top, total(counts[value] for value in order[TOP:]))
