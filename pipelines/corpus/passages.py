"""Rows of documents that lose passages which others have, or are dropped for them: `dedup.spans.cuts` applied."""

import bisect
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from winnow.filters.edits import Span, apply, compose, inverse, read, written
from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.sketch import Ints
from winnow.pipelines.dedup.spans.cuts import RULES, Cuts
from winnow.pipelines.dedup.spans.removal import Cut, changes
from winnow.pipelines.dedup.spans.total import name_of
from winnow.pipelines.recipe.model import Recipe


def shortened(rows: pa.Table, at: Ints, cuts: Cuts, recipe: Recipe) -> pa.Table:
    """Kept rows with their passages cut; `at` is the place of each in the cut list, or -1."""
    texts, edits, removed = (list[Any](), list[Any](), list[Any]())
    for place, text, changed in zip(at.tolist(), rows["text"].to_pylist(), rows["edits"].to_pylist(), strict=True):
        pieces = cuts.pieces(place) if place >= 0 else []
        made = changes(pieces)
        texts.append(apply(text, made))
        removed.append(_removed(recipe, pieces, changed))
        if made:
            changed = written(compose(inverse(text, made), text, read(changed)))
        edits.append(changed)
    characters = rows["characters"].to_numpy() - lost(at, cuts)
    return _with(rows, recipe, {"text": texts, "edits": edits, "characters": characters, "removed": removed})


def lost(at: Ints, cuts: Cuts) -> Ints:
    """int64 [rows]: how many characters each loses."""
    found = np.zeros(len(at), np.int64)
    found[at >= 0] = cuts.removed[at[at >= 0]]
    return found


def rules(found: NDArray[np.str_], at: Ints, cuts: Cuts) -> NDArray[np.str_]:
    """The rules that drop some rows, those that drop for shared passages in their places."""
    gone = np.flatnonzero(at >= 0)
    gone = gone[cuts.gone[at[gone]]]
    every = found.astype("U32")
    every[gone] = [RULES[kind] for kind in cuts.kinds[at[gone]].tolist()]
    return every


def dropped(rows: pa.Table, at: Ints, cuts: Cuts, recipe: Recipe) -> dict[str, list[Any]]:
    """The columns that say why rows were dropped for shared passages: the value is the share that stands elsewhere, the
    detail where the most of it does."""
    limits = {
        kind: settings.max_share if settings else 1.0
        for kind, settings in zip(RULES, (recipe.dedup.spans, recipe.dedup.substrings), strict=True)
    }
    kinds, edits = cuts.kinds[at].tolist(), rows["edits"].to_pylist()
    return {
        "rule": [RULES[kind] for kind in kinds],
        "value": cuts.values[at].tolist(),
        "limit": [limits[kind] for kind in kinds],
        "detail": cuts.firsts[at].astype("U32").tolist(),
        "removed": [_removed(recipe, cuts.pieces(p), e) for p, e in zip(at.tolist(), edits, strict=True)],
    }


def _removed(recipe: Recipe, pieces: Iterable[Cut], edits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The value of the column `removed`: pieces of a text, whose `edits` lead back to the text as extracted."""
    return [
        {"start": start, "end": end, "characters": piece[1] - piece[0], "kind": name_of(recipe, piece[2]),
         "first": piece[3]}
        for piece, (start, end) in zip(pieces, _extracted([piece[:2] for piece in pieces], edits), strict=True)
    ]  # fmt: skip


def _extracted(spans: Sequence[Span], edits: Sequence[Mapping[str, Any]]) -> list[Span]:
    """Where these places of a text are in the text to which its edits lead; what was edited counts as a whole."""
    starts, ends = ([edit[name] for edit in edits] for name in ("start", "end"))
    shifts = list(itertools.accumulate(
        (len(edit["replacement"]) - (edit["end"] - edit["start"]) for edit in edits), initial=0))  # fmt: skip
    found = []
    for start, end in spans:
        first, last = bisect.bisect_right(ends, start), bisect.bisect_left(starts, end)
        begins = min(start, starts[first]) if first < len(starts) else start
        cut = last > 0 and ends[last - 1] > end
        found.append((begins + shifts[first], (ends[last - 1] if cut else end) + shifts[last]))
    return found


def _with(rows: pa.Table, recipe: Recipe, columns: Mapping[str, Any]) -> pa.Table:
    """The rows with other values in these columns, in the types of the corpus."""
    target = schema.corpus(recipe)
    rows = rows.drop_columns([name for name in columns if name in rows.column_names])
    for name, values in columns.items():
        rows = rows.append_column(target.field(name), pa.array(values, target.field(name).type))
    return rows
