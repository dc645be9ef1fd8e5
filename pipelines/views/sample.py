"""Some documents of a finished build, kept or dropped, by rule, language and source: chosen by a hash, or as those
whose value lies nearest to a rule's limit.

One narrow pass over the tables that are asked for; whole rows are read only where a chosen one stands.
"""

import heapq
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.sampled import distances
from winnow.pipelines.corpus.schema import ROW_KEY
from winnow.pipelines.corpus.surveyed import rank_of
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ledger.types import RuleCount
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.recipe.model import column_of
from winnow.pipelines.views.lookup import Row
from winnow.pipelines.views.rows import files, group, groups

SHOWN = 20
_NARROW = ("id", *ROW_KEY, "language", "code_language")
_Place = tuple[float, str, str, int, int]
"""Distance to the limit, 0 where none is asked for; rank; path, row group and row."""


@dataclass(frozen=True)
class Wanted:
    """Which documents; None is any."""

    rule: str | None = None
    """That they broke first; of kept ones, that measured them."""
    language: str | None = None
    source: str | None = None


@dataclass
class Sample:
    """What was found."""

    rows: list[Row] = field(default_factory=list)
    """Whole: those nearest to the limit first, or those with the least hash of id and row key."""
    documents: int = 0
    """That match, shown or not."""
    languages: Counter[str] = field(default_factory=Counter)
    """Of the documents that match but for their language; those of a known one."""


def sample(
    storage: Storage, root: str, wanted: Wanted, most: int = SHOWN, tables: Sequence[str] = (REJECTED,),
    near: RuleCount | None = None,
) -> Sample:  # fmt: skip
    """Up to `most` documents that match; with `near` those whose value of that rule is nearest to their limit, of those
    that have both. Memory: the documents shown, and the narrow columns of a row group."""
    found, places = Sample(), list[_Place]()
    for table in tables:
        narrow = [*_NARROW, *(["rule"] if table == REJECTED else []), *([_struct(near)] if near else [])]
        for path in files(storage, root, table):
            for number, batch in groups(storage, path, table, narrow):
                of = _matching(batch, wanted)
                spoken = pc.coalesce(of["code_language"], of["language"])
                found.languages.update(each for each in spoken.to_pylist() if each)
                of = of if wanted.language is None else of.filter(_is(spoken, wanted.language))
                of, away = _distances(of, near) if near else (of, np.zeros(len(of)))
                found.documents += len(of)
                chosen = ((far, rank_of(row), path, number, at) for far, at, row in _rows(of, away, most))
                places = heapq.nsmallest(most, [*places, *heapq.nsmallest(most, chosen)])
    found.rows = [row for _, row in sorted(_whole(storage, root, places), key=lambda of: of[0])]
    return found


def _matching(batch: pa.Table, wanted: Wanted) -> pa.Table:
    """The rows that match but for their language, and their places in the batch."""
    batch = batch.append_column("place", pa.array(range(len(batch)), pa.int64()))
    for name, value in (("rule", wanted.rule), ("source", wanted.source)):
        if value is not None and name in batch.column_names:
            batch = batch.filter(_is(batch[name], value))
    return batch


def _is(column: pa.ChunkedArray, value: str) -> Any:
    return pc.fill_null(pc.equal(column, value), False)


def _struct(rule: RuleCount) -> str:
    return column_of(rule.step)


def _distances(batch: pa.Table, rule: RuleCount) -> tuple[pa.Table, np.ndarray]:
    """The rows that have a value and a limit, and how far apart these are, as a share of the limit if it is not 0."""
    values = pc.struct_field(batch[_struct(rule)].combine_chunks(), rule.measure).to_numpy(zero_copy_only=False)
    codes = batch["language"].to_pylist()
    limits = {code: rule.limits(code) for code in {*codes}}
    away = np.full(len(values), np.inf)
    for side in ("min", "max"):
        ends = np.array([getattr(limits[code], side) for code in codes], float)  # None is not a number
        with np.errstate(invalid="ignore"):
            away = np.fmin(away, distances(values, ends))
    known = np.isfinite(away)
    return batch.filter(pa.array(known)), away[known]


def _rows(batch: pa.Table, away: np.ndarray, most: int) -> Iterator[tuple[float, int, Row]]:
    """(distance, place, row) of the nearest, those as far away as the last of them too."""
    last = np.partition(away, most - 1)[most - 1] if len(away) > most else np.inf
    at = np.flatnonzero(away <= last)
    narrow = batch.take(pa.array(at)).select(["id", *ROW_KEY, "place"]).to_pylist()
    return ((far, row.pop("place"), row) for far, row in zip(away[at].tolist(), narrow, strict=True))


def _whole(storage: Storage, root: str, places: list[_Place]) -> Iterator[tuple[tuple[float, str], Row]]:
    """(distance and rank, whole row) of some places; each row group is read once."""
    by_group = itertools.groupby(sorted(places, key=lambda of: of[2:]), lambda of: of[2:4])
    for (path, number), inside in by_group:
        table = path.removeprefix(f"{root}/").partition("/")[0]
        rows = group(storage, path, table, number)
        for far, rank, _, _, place in inside:
            yield (far, rank), rows.slice(place, 1).to_pylist()[0]


def fate_table(row: Mapping[str, Any]) -> str:
    """Of which table a row is."""
    return REJECTED if "rule" in row else CORPUS
