"""Every measure of the recipe: what its limits did, how its values are spread, and documents to look at."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from winnow.pipelines.corpus import finished_files
from winnow.pipelines.corpus.statistics import FATES
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ledger.rules import SCHEMA
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Ledger, Limits, RuleCount
from winnow.pipelines.plan.names import ledger_table
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.text import clean
from winnow.pipelines.views.report.bins import Bins, bins_for
from winnow.pipelines.views.report.spreads import SHORT, Group, Table, grouped, groups_of, table_of

MOST_GROUPS = 4_000
"""Of all rules together: the general ones, and languages with limits of their own."""
MOST_BINS = 160_000
"""Of all sketches together, about: some 3 MB of the page."""
LEAST_BINS = 24
MANY = 1_000
"""Documents that a rule has judged without one that broke it, before it is called dead."""
RUNAWAY = 1 / 3
"""Of the documents that reached a rule: one that dropped more is called runaway."""
_LINE = 200
_COUNTS = ("judged", "unknown", "broken", "alone", "dropped")


def rules(storage: Storage, root: str, ledger: Ledger, spread: Spread, recipe: Recipe | None) -> list[dict[str, Any]]:
    """Every measure in the recipe's order."""
    rows = {row["rule"]: row for row in _table(storage, root).to_pylist()}
    sketches, uses = grouped(spread), {step.name: step for step in ledger.steps}
    about = abouts(recipe)
    most = max(1, MOST_GROUPS // max(1, len(ledger.rules)) - 1)
    groups = {rule.rule: groups_by_limits(rule, sketches, most) for rule in ledger.rules}
    bins = MOST_BINS // max(1, sum(map(len, groups.values())))
    found = []
    for rule in ledger.rules:
        row = rows.get(rule.rule, {"use": "", "sources": []})
        found.append({
            "rule": rule.rule, "step": rule.step, "measure": rule.measure, "use": row["use"],
            "about": about.get(rule.rule, ""),
            "min": json_number(rule.min), "max": json_number(rule.max), "paper": rule.paper, "sources": row["sources"],
            "stops": rule.step in uses and uses[rule.step].stops,
            **{name: getattr(rule, name) for name in _COUNTS}, "state": state(rule),
            "groups": [group_json(group, max(LEAST_BINS, bins)) for group in groups[rule.rule]],
            "more_languages": max(0, len(rule.languages) - most),
            "near": {"min": {"kept": [], "dropped": []}, "max": {"kept": [], "dropped": []}},
        })  # fmt: skip
    return found


def state(rule: RuleCount) -> str:
    """ "dead", "runaway" or ""."""
    if rule.judges and rule.judged >= MANY and not rule.broken:
        return "dead"
    return "runaway" if rule.dropped > RUNAWAY * (rule.judged + rule.unknown) else ""


def abouts(recipe: Recipe | None) -> dict[str, str]:
    """rule -> what it measures, in a line; of the steps whose code is at hand and that say so."""
    found = {}
    for step in recipe.steps if recipe else ():
        told = getattr(step.settings, "ABOUT", {})
        for rule in step.rules:
            line = told.get(rule.name) if isinstance(told, Mapping) else None
            if isinstance(line, str):  # a plug-in's may be anything
                found[f"{step.name}.{rule.name}"] = clean(line)[:_LINE]
    return found


def groups_by_limits(rule: RuleCount, sketches: Mapping[tuple[str, str], Any], most: int) -> list[Group]:
    """The groups of a rule's documents, at most so many of them for one language; `sketches` are those of `grouped`."""
    by_language = sketches.get((rule.step, rule.measure), {})
    return groups_of(by_language, Limits(rule.min, rule.max), rule.languages, most)


def group_json(group: Group, most: int, sketch: bool = True) -> dict[str, Any]:
    """A group with its sketch of at most about so many bins, and the bins of its picture."""
    full = table_of(group.sketches)
    known = [limit for limit in (group.limits.min, group.limits.max) if limit is not None]
    bins = bins_for(full.middle, full.total, known)
    ends = [(s.min, s.max) for s in group.sketches.values() if s.min is not None and s.max is not None]
    return {
        "label": group.label, "languages": list(group.languages),
        "min": json_number(group.limits.min), "max": json_number(group.limits.max), "documents": group.documents,
        "least": json_number(min((low for low, _ in ends), default=None)),
        "most": json_number(max((high for _, high in ends), default=None)),
        **({"sketch": table_of(group.sketches, most).json} if sketch else {}),
        "scale": bins.scale, "bins": _bins(full, bins),
    }  # fmt: skip


def _bins(full: Table, bins: Bins) -> list[dict[str, Any]]:
    at, size = bins.of(full.middle), len(bins.edges)
    counts = {fate: np.zeros(size, np.int64) for fate in full.counts}
    for fate, own in full.counts.items():
        np.add.at(counts[fate], at, own)
    return [
        {"low": low, "high": high, **{SHORT[fate]: int(counts[fate][number]) for fate in counts},
         "documents": {"kept": [], "dropped": [], "another": []}}
        for number, (low, high) in enumerate(bins.edges)
    ]  # fmt: skip


def json_number(value: float | None) -> float | None:
    """As JSON can hold it: what is beyond all numbers is null."""
    return value if value is not None and math.isfinite(value) else None


def plain(spread: Spread, sources: Sequence[str]) -> list[dict[str, Any]]:
    """The lengths of documents: of all sources, then of each."""
    groups = []
    for source in (None, *sources) if len(sources) > 1 else sources:
        sketches = {fate: spread.of("", "characters", (fate,), source) for fate in FATES}
        group = Group("all sources" if source is None else source, (), Limits(None, None), sketches)
        groups.append(group_json(group, 0, sketch=False))
    return [{"measure": "characters", "groups": groups}]


def _table(storage: Storage, root: str) -> pa.Table:
    with storage.open(f"{root}/{ledger_table('rules')}") as stream:
        return finished_files.whole(stream, SCHEMA)
