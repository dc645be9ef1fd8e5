"""The documents of a report, put where the page shows them: bars of histograms, near misses, clusters."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from winnow.pipelines.plan.names import CORPUS, UNKNOWN
from winnow.pipelines.views.report.bins import Bins
from winnow.pipelines.views.report.samples import Chosen, Place

OF_A_BAR = 6
"""Documents of one fate."""
MOST_MEASURES = 250_000
"""Of all documents together."""


def into_bars(rules: Sequence[dict[str, Any]], documents: Sequence[Mapping[str, Any]]) -> None:
    """Each document into the bars of all its measures, the most important documents first."""
    values: dict[int, list[tuple[int, float]]] = {}
    for number, document in enumerate(documents):
        for rule, value in document["measures"]:
            values.setdefault(rule, []).append((number, value))
    for rule, found in values.items():
        for group, those in _by_group(rules[rule]["groups"], found, documents):
            places = bins_of(group).of(np.array([value for _, value in those]))
            for (number, _), at in zip(those, places.tolist(), strict=True):
                bar = group["bins"][at]["documents"][_fate(documents[number], rules[rule]["rule"])]
                if len(bar) < OF_A_BAR:
                    bar.append(number)


def _by_group(
    groups: Sequence[dict[str, Any]], found: Sequence[tuple[int, float]], documents: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[dict[str, Any], list[tuple[int, float]]]]:
    """Each group of a measure with the documents that its limits are for; those of no group are left out."""
    own = {code: number for number, group in enumerate(groups) for code in group["languages"]}
    general = next((number for number, group in enumerate(groups) if not group["languages"]), None)
    those: dict[int, list[tuple[int, float]]] = {}
    for document, value in found:
        number = own.get(documents[document]["language"] or UNKNOWN, general)
        if number is not None:
            those.setdefault(number, []).append((document, value))
    for number, of in those.items():
        yield groups[number], of


def bins_of(group: Mapping[str, Any]) -> Bins:
    return Bins(group["scale"], tuple((of["low"], of["high"]) for of in group["bins"]))


def _fate(document: Mapping[str, Any], rule: str) -> str:
    if document["table"] == CORPUS:
        return "kept"
    return "dropped" if document["rule"] == rule else "another"


def near_misses(rules: Sequence[dict[str, Any]], chosen: Chosen, numbers: Mapping[Place, int]) -> None:
    of = {rule["rule"]: rule for rule in rules}
    for (rule, side, fate), places in chosen.near.items():
        if rule in of:
            of[rule]["near"][side][fate] = [numbers[place] for place in places if place in numbers]


def fewer_measures(rules: Sequence[Mapping[str, Any]], documents: Sequence[dict[str, Any]]) -> None:
    """Where the documents have too many measures, each keeps those of the bars that show it and of rules it failed."""
    if sum(len(document["measures"]) for document in documents) <= MOST_MEASURES:
        return
    numbers = {rule["rule"]: number for number, rule in enumerate(rules)}
    kept = [{numbers[name] for name in document["failed"] if name in numbers} for document in documents]
    for number, rule in enumerate(rules):
        bars = (bar["documents"] for group in rule["groups"] for bar in group["bins"])
        for document in {at for bar in bars for of in bar.values() for at in of}:
            kept[document].add(number)
    for document, own in zip(documents, kept, strict=True):
        document["measures"] = [[number, value] for number, value in document["measures"] if number in own]
