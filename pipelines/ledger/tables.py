"""The tables of DIR/ledger/: what would make ledger.json grow with the number of files, or be too wide for it.

They are written when all counts agree and before ledger.json, which names each of them with its rows, bytes and sha256,
so that whoever checks a build checks them too. Another table is one file here and one line in TABLES.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from winnow.pipelines.corpus import overlaps, sampled, statistics_table
from winnow.pipelines.corpus.overlaps import Overlaps
from winnow.pipelines.corpus.statistics import Statistics
from winnow.pipelines.files.parquet import TableFile, Written
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ledger import files, rules, statistics
from winnow.pipelines.ledger.types import Entry
from winnow.pipelines.plan.names import ledger_table


@dataclass(frozen=True)
class Agreed:
    """What a build counted, once all counts agree."""

    entries: Sequence[Entry]
    """Of every file, by source and path."""
    rules: Sequence[rules.RuleRow]
    """In the recipe's order."""
    statistics: Statistics
    samples: pa.Table = field(default_factory=sampled.SCHEMA.empty_table)
    overlaps: Overlaps = field(default_factory=dict)


@dataclass(frozen=True)
class LedgerTable:
    """One Parquet file; what it holds is a function of what was counted, its rows in one order."""

    name: str
    schema: pa.Schema
    batches: Callable[[Agreed], Iterator[pa.Table]]
    """Each becomes a row group."""

    @property
    def path(self) -> str:
        """Under the build's directory."""
        return ledger_table(self.name)


FILES = LedgerTable("files", files.SCHEMA, lambda agreed: files.batches(agreed.entries))
RULES = LedgerTable("rules", rules.SCHEMA, lambda agreed: rules.batches(agreed.rules))
STATISTICS = LedgerTable("statistics", statistics_table.SCHEMA, lambda agreed: statistics.batches(agreed.statistics))
SAMPLES = LedgerTable("samples", sampled.SCHEMA, lambda agreed: _cut(agreed.samples))
OVERLAPS = LedgerTable("overlaps", overlaps.SCHEMA, lambda agreed: _cut(_overlaps(agreed)))
TABLES = (FILES, RULES, STATISTICS, SAMPLES, OVERLAPS)
ROWS = 50_000
"""Of a row group of a table that is held whole."""


def write(storage: Storage, root: str, agreed: Agreed) -> dict[str, Written]:
    """Write every table; path -> what was written."""
    written = {}
    for table in TABLES:
        with TableFile(storage, f"{root}/{table.path}", table.schema) as file:
            for batch in table.batches(agreed):
                file.write(batch)
        written[table.path] = file.receipt
    return written


def _cut(rows: pa.Table) -> Iterator[pa.Table]:
    return (rows.slice(first, ROWS) for first in range(0, rows.num_rows, ROWS))


def _overlaps(agreed: Agreed) -> pa.Table:
    return overlaps.table_of(agreed.overlaps, [row.name for row in agreed.rules])
