"""Which rules drop the same documents: how many failed both of two rules, by source, counted while rows are written."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.sketch import Ints
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
        sources = group["source"].combine_chunks().dictionary_encode()
        rows, rules, names = _failed(group["failed"].combine_chunks())
        shape = len(sources.dictionary), len(names), len(names)
        documents, characters = np.zeros(shape, np.int64).ravel(), np.zeros(shape).ravel()
        source, weight = sources.indices.to_numpy().astype(np.int64)[rows], group["characters"].to_numpy()[rows]
        for apart in range(np.bincount(rows).max(initial=0)):  # each rule of a row with the one so many places behind
            one = np.flatnonzero(rows[: len(rows) - apart] == rows[apart:])
            pairs = np.ravel_multi_index((source[one], rules[one], rules[one + apart]), shape)
            documents += np.bincount(pairs, minlength=len(documents))
            characters += np.bincount(pairs, weight[one], minlength=len(characters))  # whole numbers below 2^53
        for at in np.flatnonzero(documents).tolist():
            number, rule, other = np.unravel_index(at, shape)
            key = sources.dictionary[int(number)].as_py(), names[rule], names[other]
            self._found[key] = self._found.get(key, NONE) + Count(int(documents[at]), int(characters[at]))

    def result(self) -> Overlaps:
        return dict(sorted(self._found.items()))


def _failed(failed: pa.ListArray) -> tuple[Ints, Ints, list[str]]:
    """(row, rule), each int64 [rules that some row failed], ascending and each pair once; the names of the rules."""
    found = failed.flatten().dictionary_encode()
    names = found.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda at: names[at])
    places = np.argsort(np.array(order, np.int64))
    rows = pc.list_parent_indices(failed).to_numpy().astype(np.int64)
    pairs = np.unique(rows * len(names) + places[found.indices.to_numpy()])
    return *np.divmod(pairs, max(len(names), 1)), [names[at] for at in order]


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
