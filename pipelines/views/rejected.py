"""Rejected documents of a finished build by rule, language and source: some of them, chosen by a hash.

One narrow pass over rejected/; whole rows are read only where a chosen one stands.
"""

import heapq
import itertools
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.schema import ROW_KEY
from winnow.pipelines.corpus.surveyed import rank_of
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import REJECTED
from winnow.pipelines.text import clean
from winnow.pipelines.views.lookup import Row
from winnow.pipelines.views.rows import files, group, groups

SHOWN = 20
_NARROW = ("id", *ROW_KEY, "rule", "language", "code_language")


@dataclass(frozen=True)
class Wanted:
    """Which documents; None is any."""

    rule: str | None = None
    """That they broke first."""
    language: str | None = None
    source: str | None = None


@dataclass
class Rejected:
    """What was found."""

    rows: list[Row] = field(default_factory=list)
    """Whole, those with the least hash of id and row key first."""
    documents: int = 0
    """That match, shown or not."""
    languages: Counter[str] = field(default_factory=Counter)
    """Of the documents that match but for their language; those of a known one."""


def command(dir: str, rule: str, language: str) -> str:
    """The command that shows some documents of a language that a rule dropped, as a shell takes it."""
    words = ["winnow", "rejected", dir, "--rule", rule, "--language", language]
    return " ".join(shlex.quote(clean(word)) for word in words)


def rejected(storage: Storage, root: str, wanted: Wanted, most: int = SHOWN) -> Rejected:
    """Up to `most` documents that match. Memory: those, and the narrow columns of a row group."""
    found, places = Rejected(), list[tuple[str, str, int, int]]()
    for path in files(storage, root, REJECTED):
        for number, batch in groups(storage, path, REJECTED, _NARROW):
            near = _matching(batch, wanted)
            spoken = pc.coalesce(near["code_language"], near["language"])
            found.languages.update(each for each in spoken.to_pylist() if each)
            at = near["place"] if wanted.language is None else near.filter(_is(spoken, wanted.language))["place"]
            found.documents += len(at)
            chosen = ((rank_of(row), path, number, place) for place, row in _rows(batch, at))
            places = heapq.nsmallest(most, [*places, *heapq.nsmallest(most, chosen)])
    found.rows = [row for _, row in sorted(_whole(storage, places), key=lambda of: of[0])]
    return found


def _matching(batch: pa.Table, wanted: Wanted) -> pa.Table:
    """The rows that match but for their language, and their places in the batch."""
    batch = batch.append_column("place", pa.array(range(len(batch)), pa.int64()))
    for name, value in (("rule", wanted.rule), ("source", wanted.source)):
        batch = batch if value is None else batch.filter(_is(batch[name], value))
    return batch


def _is(column: pa.ChunkedArray, value: str) -> Any:
    return pc.fill_null(pc.equal(column, value), False)


def _rows(batch: pa.Table, at: pa.ChunkedArray) -> Iterator[tuple[int, Row]]:
    """(place, row) of some places."""
    narrow = batch.take(at).select(["id", *ROW_KEY])
    return zip(at.to_pylist(), narrow.to_pylist(), strict=True)


def _whole(storage: Storage, places: list[tuple[str, str, int, int]]) -> Iterator[tuple[str, Row]]:
    """(rank, whole row) of (rank, path, row group, place in it); each row group is read once."""
    by_group = itertools.groupby(sorted(places, key=lambda of: of[1:]), lambda of: of[1:3])
    for (path, number), inside in by_group:
        rows = group(storage, path, REJECTED, number)
        for rank, _, _, place in inside:
            yield rank, rows.slice(place, 1).to_pylist()[0]
