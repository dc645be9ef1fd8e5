"""The figures of a finished build as one plain value: what `winnow stats` shows, and prints as JSON.

docs/looking.md says what it holds. Counts of documents stand with their characters: [documents, characters].
"""

import dataclasses
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from winnow.pipelines.corpus.finished_files import NotHeld
from winnow.pipelines.corpus.statistics import FATES, KEPT
from winnow.pipelines.corpus.tables import DEDUP, EXACT, NEAR
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger import statistics
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Ledger, RuleCount
from winnow.pipelines.plan.names import RUN, ledger_table
from winnow.pipelines.recipe.strict import suggest
from winnow.pipelines.text import clean
from winnow.pipelines.views.finished import Finished
from winnow.pipelines.views.funnel import funnel
from winnow.pipelines.views.report.facts import copies
from winnow.pipelines.views.report.rules import group_json, groups_by_limits
from winnow.pipelines.views.report.slider import moved
from winnow.pipelines.views.report.spreads import Group, grouped

FACTS = ("language", "domain", "license")
LISTED = 100
"""Values of a fact."""
_QUANTILES = (0.01, 0.25, 0.5, 0.75, 0.99)
_SKETCH, _LANGUAGES = 40_000, 20
"""Bins of a sketch, which are all that one has; languages with limits of their own that are told of."""
_BESIDE = 4
"""Other limits that are tried on each side of a limit."""


def stats(build: Finished) -> dict[str, Any]:
    """Totals, funnels, rules, facts, lengths, duplicates, and what the run took."""
    ledger, spread = build.ledger, _spread(build)
    sketches = grouped(spread)
    return {
        "title": ledger.recipe.name,
        "total": _total(ledger, None),
        "sources": [_total(ledger, name) for name in ledger.sources],
        "funnels": [_funnel(ledger, name) for name in (None, *ledger.sources)],
        "rules": [_rule(rule, groups_by_limits(rule, sketches, 0), sketch=False) for rule in ledger.rules],
        "facts": {name: _fact(getattr(ledger.kept, name), getattr(ledger.met, name)) for name in FACTS},
        "lengths": {name: _length(spread, fates) for name, fates in (("kept", [KEPT]), ("dropped", FATES[1:]))}
        | {"octaves": to_json(ledger.lengths)},
        "duplicates": _duplicates(ledger),
        "run": run(build),
    }


def stats_of(build: Finished, name: str) -> dict[str, Any]:
    """One rule: its histograms, and what other limits would keep. BadCall if there is none of the name."""
    rules = {rule.rule: rule for rule in build.ledger.rules}
    if name not in rules:
        raise BadCall(f"rule {clean(name)!r} is none of {clean(build.root)}{suggest(name, rules)}")
    groups = groups_by_limits(rules[name], grouped(_spread(build)), _LANGUAGES)
    found = _rule(rules[name], groups, sketch=True)
    for group in found["groups"]:
        group["others"] = _others(group)
        del group["sketch"]
    return found


def run(build: Finished) -> dict[str, Any] | None:
    """run.json as it stands there; None where it is not, for it is no part of what a build promises."""
    try:
        with build.storage.open(f"{build.root}/{RUN}") as stream:
            found = json.load(stream, parse_constant=lambda name: None)  # NaN, which is no JSON
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _spread(build: Finished) -> Spread:
    path = f"{build.root}/{ledger_table('statistics')}"
    try:
        with build.storage.open(path) as stream:
            return statistics.read(stream)
    except (NotHeld, OSError) as error:
        raise BadCall(f"{path} cannot be read: {error}; build it again with the same command") from error


def _total(ledger: Ledger, source: str | None) -> dict[str, Any]:
    total = ledger.sources[source].total if source is not None else ledger.total
    return {
        "source": source, "files": total.files, "bytes": total.bytes, "records": total.records, "gaps": total.gaps,
        "documents": total.documents, "kept": total.kept.json, "dropped": total.dropped.json,
        "copies": copies(total),
    }  # fmt: skip


def _funnel(ledger: Ledger, source: str | None) -> dict[str, Any]:
    total = ledger.sources[source].total if source is not None else ledger.total
    stages = funnel(ledger, total, source)
    return {"source": source, "start": total.documents, "stages": [
        {"name": stage.name, "dropped": stage.dropped, "left": stage.left, "rules": dict(stage.rules)}
        for stage in stages]}  # fmt: skip


def _rule(rule: RuleCount, groups: list[Group], sketch: bool) -> dict[str, Any]:
    percentiles = rule.percentiles and asdict(rule.percentiles)
    return {
        "rule": rule.rule, "min": rule.min, "max": rule.max, "judged": rule.judged, "unknown": rule.unknown,
        "broken": rule.broken, "alone": rule.alone, "dropped": rule.dropped, "percentiles": percentiles,
        "groups": [_plain(group_json(group, _SKETCH, sketch)) for group in groups],
    }  # fmt: skip


def _plain(group: Mapping[str, Any]) -> dict[str, Any]:
    """A group of the report without the places of its sampled documents."""
    bins = [{name: value for name, value in of.items() if name != "documents"} for of in group["bins"]]
    return {name: value for name, value in group.items() if name != "bins"} | {"bins": bins}


def _others(group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What limits at the nearest edges of bins would do in place of each of the group's own."""
    edges = sorted({edge for of in group["bins"] for edge in (of["low"], of["high"]) if edge is not None})
    found = []
    for side in ("min", "max"):
        own = group[side]
        if own is None:
            continue
        below, above = [e for e in edges if e < own][-_BESIDE:], [e for e in edges if e > own][:_BESIDE]
        for other in (*below, own, *above):
            limits = {"min": group["min"], "max": group["max"]} | {side: other}
            found.append({"side": side, "limit": other, **asdict(moved(group["sketch"], limits["min"], limits["max"]))})
    return found


def _fact(kept: Any, met: Any) -> dict[str, Any]:
    """Kept documents by value, most first, beside those that were met."""
    top = [*kept.top.items()][:LISTED]
    values = [{"value": name, "met": met.top[name].json if name in met.top else None, "kept": of.json}
              for name, of in top]  # fmt: skip
    return {"distinct": kept.distinct, "error": kept.error, "values": values}


def _length(spread: Spread, fates: Collection[str]) -> dict[str, Any]:
    """Of documents that have a text."""
    every = spread.of("", "characters", fates)
    some = every.bins > 0
    counts = every.counts[some]
    texts = dataclasses.replace(every, documents=int(counts.sum()), unknown=0, not_measured=0, bins=every.bins[some],
                                counts=counts, characters=every.characters[some])  # fmt: skip
    quantiles = {f"p{round(100 * q)}": texts.quantile(q) for q in _QUANTILES} if texts.known else None
    return {"documents": texts.known, "quantiles": quantiles}


def _duplicates(ledger: Ledger) -> dict[str, Any]:
    rules = ledger.total.rejected.get(DEDUP, {})
    found = ledger.duplicates
    return {
        "exact": rules[EXACT].documents if EXACT in rules else 0,
        "near": rules[NEAR].documents if NEAR in rules else 0,
        "other": {rule: of.documents for rule, of in rules.items() if rule not in (EXACT, NEAR)},
        "clusters": found.clusters, "members": found.members, "largest": found.largest,
    }  # fmt: skip
