"""Clusters of copies for a report: their members that were sampled, and how each differs from the kept one."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from winnow.pipelines.corpus.clusters import Cluster
from winnow.pipelines.views.report.documents import Shown
from winnow.pipelines.views.report.samples import Place

_PIECE = re.compile(r"[^.!?…。\n]*[.!?…。\n]*\s*")
MOST_PIECES = 600
"""Sentences of a text that are held against another's: that takes time in their square."""
_BESIDE = 120
"""Characters of equal text that are shown beside a difference."""
_DIFFERENT = 1_500
"""Characters of one difference."""
_WHOLE = 6_000
"""Characters of all of them."""


def clusters(
    chosen: Mapping[str, Sequence[Place]], shown: Mapping[Place, Shown], numbers: Mapping[Place, int],
    known: Sequence[Cluster],
) -> list[dict[str, Any]]:  # fmt: skip
    """The largest first; what only the ledger knows of a cluster is null for those that it does not list."""
    told = {of.cluster: of for of in known}
    return [_cluster(id, places, shown, numbers, told.get(id)) for id, places in chosen.items()]


def _cluster(
    id: str, places: Sequence[Place], shown: Mapping[Place, Shown], numbers: Mapping[Place, int], told: Cluster | None
) -> dict[str, Any]:
    first = shown[places[0]]
    kept = first.extracted if first.json["table"] == "corpus" else None
    return {
        "id": id, "size": first.json["cluster_size"], "exact": told.exact if told else None,
        "near": told.near if told else None, "least": told.least if told else None,
        "sources": dict(told.sources) if told else None, "url": first.json["url"], "title": first.json["title"],
        "members": [numbers[place] for place in places],
        "diffs": [{"of": numbers[place], "pieces": list(pieces(kept, other))} for place in places[1:]
                  if kept is not None and (other := shown[place].extracted) is not None],
    }  # fmt: skip


def pieces(one: str, other: str) -> Iterator[tuple[str, str]]:
    """What of the first text stays ("="), what the other lacks ("-") and what it has instead ("+"), by sentences; none
    where the two are equal. Long stretches that are equal lack their middle."""
    texts: list[list[str]] = [list(filter(None, _PIECE.findall(text)))[:MOST_PIECES] for text in (one, other)]
    if one == other:
        return
    left = _WHOLE
    for tag, a, b, c, d in difflib.SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_opcodes():
        if left <= 0:
            yield "=", "…"
            return
        if tag == "equal":
            text = _middle("".join(texts[0][a:b]), _BESIDE)
            left -= len(text)
            yield "=", text
            continue
        for sign, text in (("-", "".join(texts[0][a:b])), ("+", "".join(texts[1][c:d]))):
            if text:
                left -= min(len(text), _DIFFERENT)
                yield sign, _middle(text, _DIFFERENT // 2)


def _middle(text: str, beside: int) -> str:
    return text if len(text) <= 2 * beside + 20 else f"{text[:beside]} … {text[-beside:]}"
