"""Statistics as a Parquet table, a row a sketch: a part's under work/, and all together in ledger/statistics.parquet.

Bins stand there as intervals, so that whoever queries the table needs to know nothing of how they are numbered.
"""

import numpy as np
import pyarrow as pa

from winnow.pipelines.corpus.sketch import Sketch, bins_of, edges_of
from winnow.pipelines.corpus.statistics import Key, Statistics

_BIN = pa.struct([
    ("low", pa.float64()), ("high", pa.float64()), ("documents", pa.int64()), ("characters", pa.int64()),
])  # fmt: skip
"""The values are `low`, where `high` is the same; else those that lie between the two, without them."""
SCHEMA = pa.schema([
    ("source", pa.string()), ("language", pa.string()), ("step", pa.string()), ("measure", pa.string()),
    ("fate", pa.string()), ("documents", pa.int64()), ("unknown", pa.int64()), ("not_measured", pa.int64()),
    ("min", pa.float64()), ("max", pa.float64()), ("bins", pa.list_(_BIN)),
])  # fmt: skip
_KEY, _FACTS = list(Key._fields), ("documents", "unknown", "not_measured", "min", "max")


def table_of(statistics: Statistics) -> pa.Table:
    """One row a sketch, by key."""
    rows = sorted(statistics.items())
    columns = [pa.array([key[i] for key, _ in rows], pa.string()) for i in range(len(_KEY))]
    columns += [pa.array([getattr(sketch, name) for _, sketch in rows], SCHEMA.field(name).type) for name in _FACTS]
    bins, counts, characters = (
        np.concatenate([np.zeros(0, np.int64), *(getattr(sketch, name) for _, sketch in rows)])
        for name in ("bins", "counts", "characters")
    )
    inside = pa.StructArray.from_arrays([*edges_of(bins), counts, characters], fields=list(_BIN))
    ends = np.cumsum([0, *(len(sketch.bins) for _, sketch in rows)], dtype=np.int32)
    return pa.table([*columns, pa.ListArray.from_arrays(pa.array(ends), inside)], SCHEMA)


def statistics_in(table: pa.Table) -> Statistics:
    """What `table_of` made a table of."""
    lists = table["bins"].combine_chunks()
    low, high, counts, characters = (column.to_numpy() for column in lists.flatten().flatten())
    bins = bins_of((low + high) / 2)  # of bins without an end that is infinite
    sizes = np.cumsum([0, *lists.value_lengths().to_pylist()])
    found = {}
    for at, row in enumerate(table.drop_columns("bins").to_pylist()):
        of = slice(sizes[at], sizes[at + 1])
        found[Key(*(row[name] for name in _KEY))] = Sketch(
            row["documents"], row["unknown"], row["not_measured"], row["min"], row["max"], bins[of], counts[of],
            characters[of],
        )  # fmt: skip
    return found
