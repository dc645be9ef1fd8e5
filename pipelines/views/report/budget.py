"""How much a report may weigh: texts are cut shorter, then documents left out, until the page is small enough."""

from collections.abc import Iterator, Mapping
from typing import Any

from winnow.pipelines.views.report.documents import TEXT, shorter
from winnow.pipelines.views.report.page import packed

MOST_BYTES = 13_500_000
"""Of the data in the page; with styles, scripts and charts the page stays under 15 MB."""
_CUTS = (TEXT, 4_000, 2_000, 1_000, 500)
_DOCUMENTS = (1_000, 300, 0)


def fitted(data: Mapping[str, Any], most: int = MOST_BYTES) -> bytes:
    """The data, packed, with as much of the texts as there is room for; a function of the data alone."""
    for tried in _tries(data):
        found = packed(tried)
        if 4 * len(found) <= 3 * most:  # base64
            break
    return found


def _tries(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield data
    for most in _CUTS[1:]:
        data = {**data, "documents": [shorter(document, most) for document in data["documents"]]}
        yield data
    for documents in _DOCUMENTS:
        yield first(data, documents)


def first(data: Mapping[str, Any], documents: int) -> dict[str, Any]:
    """The data with so many documents, the most important; wherever another is named it is no more."""
    return {
        **data, "documents": data["documents"][:documents], "edited": _below(data["edited"], documents),
        "rules": [_of_rule(rule, documents) for rule in data["rules"]],
        "clusters": [
            {**cluster, "members": _below(cluster["members"], documents),
             "diffs": [diff for diff in cluster["diffs"] if diff["of"] < documents]}
            for cluster in data["clusters"]
        ],
    }  # fmt: skip


def _of_rule(rule: Mapping[str, Any], most: int) -> dict[str, Any]:
    near = {side: {fate: _below(of, most) for fate, of in fates.items()} for side, fates in rule["near"].items()}
    groups = [{**group, "bins": [_of_bar(bar, most) for bar in group["bins"]]} for group in rule["groups"]]
    return {**rule, "groups": groups, "near": near}


def _of_bar(bar: Mapping[str, Any], most: int) -> dict[str, Any]:
    return {**bar, "documents": {fate: _below(of, most) for fate, of in bar["documents"].items()}}


def _below(numbers: list[int], most: int) -> list[int]:
    return [number for number in numbers if number < most]
