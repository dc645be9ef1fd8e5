"""The sampled documents of a report: their facts, measures and texts, with the places that rules measured.

Places in texts are counted in UTF-16 code units, as JavaScript counts them.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any

from winnow.filters.edits import Change, Span, inverse, read, recover
from winnow.pipelines.corpus import schema
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import CORPUS
from winnow.pipelines.recipe.model import Recipe, column_of
from winnow.pipelines.views import rows
from winnow.pipelines.views.report import marks
from winnow.pipelines.views.report.rules import json_number
from winnow.pipelines.views.report.samples import Chosen, Place, by_group

TEXT = 8_000
"""Characters of a text that are shown at most."""
COMPARED = 40_000
"""Characters of the texts of a cluster that are held against one another."""
_FACT = 500
"""Characters of an address, a title or any other fact."""
_PLACES = 400
"""Of one rule in one text."""
_FACTS = ("id", "url", "title", "source", "date", "captured", "license")
_NO_TEXT = "The recipe keeps no text of this document."
_NEVER = "It was dropped before it had a text."
_TOO_LONG = "The text is too long to mark places in it."
_NO_CODE = "The steps that measured this document are not at hand, so no places are marked."


@dataclass(frozen=True)
class Shown:
    """A document, and its text as it was extracted where that is held against others."""

    json: dict[str, Any]
    extracted: str | None = None


def documents(
    storage: Storage, root: str, recipe: Recipe | None, rules: Sequence[str], chosen: Chosen
) -> dict[Place, Shown]:
    """Place -> the document there. Each row group that holds one is read once. Memory: the shown texts, a row group."""
    numbers, found = {rule: number for number, rule in enumerate(rules)}, dict[Place, Shown]()
    clustered = {place for members in chosen.clusters.values() for place in members}
    for (path, group), places in by_group(chosen.places):
        table = rows.group(storage, f"{root}/{path}", path.partition("/")[0], group)
        for place in places:
            if not 0 <= place.row < len(table):
                raise BadCall(f"{root}/{path}: row {place.row} of row group {group} is sampled and is not there; build "
                              "it again with the same command")  # fmt: skip
            row = table.slice(place.row, 1).to_pylist()[0]
            json = _document(row, path.partition("/")[0], recipe, numbers, chosen.rules[place])
            found[place] = Shown(json, _extracted(row) if place in clustered else None)
    return found


def _extracted(row: Mapping[str, Any]) -> str | None:
    return None if row["text"] is None else recover(row["text"], row["edits"] or ())[:COMPARED]


def _document(
    row: Mapping[str, Any], table: str, recipe: Recipe | None, numbers: Mapping[str, int], asked: set[str]
) -> dict[str, Any]:
    text, edits = row["text"] or "", read(row["edits"] or ())
    failed = list(row.get("failed") or ())
    places, note = marked(row, recipe, {*failed, *asked} & numbers.keys())
    return {
        **{name: _cut(row[name], _FACT) for name in _FACTS},
        "language": _cut(row["code_language"] or row["language"], _FACT),
        "characters": row["characters"], "table": table, "stage": row.get("stage"), "rule": row.get("rule"),
        "value": json_number(row.get("value")), "limit": json_number(row.get("limit")),
        "detail": _cut(row.get("detail"), _FACT), "failed": failed,
        "measures": list(_measures(row, numbers)),
        **cut(text, [(numbers[rule], *place) for rule, of in places.items() for place in of],
              edits if table == CORPUS else None, TEXT),
        "note": note, "cluster": row["cluster"], "cluster_size": row["cluster_size"],
    }  # fmt: skip


def marked(row: Mapping[str, Any], recipe: Recipe | None, wanted: set[str]) -> tuple[dict[str, list[Span]], str | None]:
    """Places in a row's text by rule, and why there are none, or no text."""
    if row["text"] is None:
        return {}, _NO_TEXT if row["characters"] else _NEVER
    if not wanted:
        return {}, None
    if recipe is None:
        return {}, _NO_CODE
    if len(row["text"]) > marks.LONGEST:
        return {}, _TOO_LONG
    back = read(row["edits"] or ())
    document = dataclasses.replace(schema.document_of(row), text=recover(row["text"], row["edits"] or ()))
    steps = recipe.steps_of(row["source"])
    return marks.marks(steps, document, wanted, inverse(row["text"], back)), None


def _measures(row: Mapping[str, Any], numbers: Mapping[str, int]) -> Iterator[tuple[int, float]]:
    """(number of the measure, value) of what is known."""
    for step in row["measured"]:
        for measure, value in (row.get(column_of(step)) or {}).items():
            if value is not None and math.isfinite(value) and (number := numbers.get(f"{step}.{measure}")) is not None:
                yield number, value


def cut(text: str, spans: Sequence[tuple[int, int, int]], edits: Sequence[Change] | None, most: int) -> dict[str, Any]:
    """The beginning of a text with what lies in it; spans are (number of the rule, start, end)."""
    shown, inside, beyond = text[:most], list[tuple[int, int, int]](), dict[int, int]()
    for number, of in groupby(sorted(spans), itemgetter(0)):
        places = list(_together(of))
        near = [place for place in places if place[1] < len(shown)][:_PLACES]
        inside += near
        if len(places) > len(near):
            beyond[number] = len(places) - len(near)
    at, first = _units(shown), () if edits is None else _first(edits, most)
    before = [[at(edit.start), at(edit.end), _cut(edit.replacement, most)] for edit in first]
    return {
        "text": shown,
        "cut": len(text) - len(shown),
        "spans": [[number, at(start), at(end)] for number, start, end in inside],
        "beyond": sorted(map(list, beyond.items())),
        "before": None if edits is None else before,
    }


def shorter(document: Mapping[str, Any], most: int) -> dict[str, Any]:
    """A document as `documents` gives it with no more than so many characters of its text."""
    text = document["text"]
    if len(text) <= most:
        return dict(document)
    end, beyond = _units(text)(most), dict(document["beyond"])
    for number, start, _ in document["spans"]:
        if start >= end:
            beyond[number] = beyond.get(number, 0) + 1
    before = document["before"]
    return {
        **document, "text": text[:most], "cut": document["cut"] + len(text) - most,
        "spans": [[number, start, min(stop, end)] for number, start, stop in document["spans"] if start < end],
        "beyond": sorted(map(list, beyond.items())),
        "before": before and [[start, stop, _cut(was, most)] for start, stop, was in before if stop <= end],
    }  # fmt: skip


def _together(spans: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Ascending places of one rule, those that overlap as one."""
    held: tuple[int, int, int] | None = None
    for number, start, end in spans:
        if held is None or start >= held[2]:
            if held is not None:
                yield held
            held = number, start, end
        else:
            held = number, held[1], max(held[2], end)
    if held is not None:
        yield held


def _first(edits: Sequence[Change], most: int) -> Iterator[Change]:
    """Those of the shown text, as long as what they put back is no longer than that."""
    put = 0
    for edit in edits:
        put += len(edit.replacement)
        if edit.end > most or put > 2 * most:
            return
        yield edit


def _units(text: str) -> Any:
    """From characters to UTF-16 code units."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return lambda at: min(at, len(text))
    ends = [0, *accumulate(1 + (character > "\uffff") for character in text)]
    return lambda at: ends[min(at, len(text))]


def _cut(value: str | None, most: int) -> str | None:
    return value if value is None or len(value) <= most else value[: most - 1] + "…"
