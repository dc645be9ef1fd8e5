"""Which rules drop the same documents: how many failed both of two rules, by source, counted while rows are written."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.plan.names import REJECTED

SCHEMA = pa.schema([
    ("source", pa.string()), ("rule", pa.string()), ("other", pa.string()), ("documents", pa.int64()),
    ("characters", pa.int64()),
])  # fmt: skip

Overlaps = dict[tuple[str, str, str], Count]
"""(source, rule, other) -> documents that failed both; all that failed the rule where the two are the same. Each pair
once, by name."""


class RowOverlaps:
    """The overlaps of one table's rows. Memory: the pairs of rules that some document failed together."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._found: Overlaps = {}

    def add(self, group: pa.Table) -> None:
        if self._table != REJECTED or not group.num_rows:
            return
        failed = group["failed"].combine_chunks()
        rules, sources = (c.dictionary_encode() for c in (failed.flatten(), group["source"].combine_chunks()))
        many = len(rules.dictionary)
        names = np.array(rules.dictionary.to_pylist(), object)
        places = np.argsort(np.argsort(names))  # numbers in the order of the names
        rows, of = pc.list_parent_indices(failed).to_numpy().astype(np.int64), places[rules.indices.to_numpy()]
        rows, of = np.divmod(np.unique(rows * many + of), max(many, 1))  # each rule once a row, ascending
        pairs = (len(sources.dictionary), many, many)
        documents, characters = np.zeros(pairs, np.int64).ravel(), np.zeros(pairs).ravel()
        source, weight = sources.indices.to_numpy().astype(np.int64)[rows], group["characters"].to_numpy()[rows]
        for apart in range(np.bincount(rows).max(initial=0)):  # each rule of a row with the one so many places behind
            same = np.flatnonzero(rows[: len(rows) - apart] == rows[apart:])
            at = (source[same] * many + of[same]) * many + of[same + apart]
            documents += np.bincount(at, minlength=len(documents))
            characters += np.bincount(at, weight[same], minlength=len(characters))  # whole numbers below 2^53
        sorted_names = sorted(names)
        for at in np.flatnonzero(documents).tolist():
            number, rule, other = (int(n) for n in np.unravel_index(at, pairs))
            key = sources.dictionary[number].as_py(), sorted_names[rule], sorted_names[other]
            self._found[key] = self._found.get(key, NONE) + Count(int(documents[at]), int(characters[at]))

    def result(self) -> Overlaps:
        return dict(sorted(self._found.items()))


def merged(parts: Iterable[Overlaps]) -> Overlaps:
    """The sum, whatever the order. Memory: the sum, and one."""
    found: Overlaps = {}
    for part in parts:
        for key, count in part.items():
            found[key] = found.get(key, NONE) + count
    return dict(sorted(found.items()))


def table_of(overlaps: Mapping[tuple[str, str, str], Count], order: Sequence[str] = ()) -> pa.Table:
    """One row a pair; rules stand in this order, all others behind them by name."""
    places = {rule: place for place, rule in enumerate(order)}

    def place(rule: str) -> tuple[int, str]:
        return places.get(rule, len(places)), rule

    rows = []
    for (source, *pair), count in overlaps.items():
        rule, other = sorted(pair, key=place)
        rows.append((source, place(rule), place(other), count))
    rows.sort(key=lambda row: row[:3])
    columns = zip(*((source, rule[1], other[1], n.documents, n.characters) for source, rule, other, n in rows),
                  strict=True)  # fmt: skip
    return pa.table([list(column) for column in columns], SCHEMA) if rows else SCHEMA.empty_table()


def overlaps_in(table: pa.Table) -> Overlaps:
    """What `table_of` made a table of."""
    found = {}
    for row in table.to_pylist():
        rule, other = sorted((row["rule"], row["other"]))
        found[row["source"], rule, other] = Count(row["documents"], row["characters"])
    return dict(sorted(found.items()))
