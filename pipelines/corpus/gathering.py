"""What is gathered of a part's rows while they are written: a table each, beside the part's receipt, which adds up."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from winnow.pipelines.corpus import overlaps, sampled, statistics_table
from winnow.pipelines.corpus.overlaps import RowOverlaps
from winnow.pipelines.corpus.samples import RowSamples
from winnow.pipelines.corpus.statistics import RowStatistics
from winnow.pipelines.corpus.thresholds import thresholds
from winnow.pipelines.files.parquet import TableFile, Written, read_batches
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import part_table
from winnow.pipelines.recipe.model import Recipe

STATISTICS, SAMPLES, OVERLAPS = "statistics", "samples", "overlaps"
SCHEMAS = {STATISTICS: statistics_table.SCHEMA, SAMPLES: sampled.SCHEMA, OVERLAPS: overlaps.SCHEMA}


class Gathering:
    """All that is gathered of the rows of one file. Memory: as of the three that gather."""

    def __init__(self, recipe: Recipe, path: str) -> None:
        table = path.partition("/")[0]
        self._statistics, self._overlaps = RowStatistics(recipe, table), RowOverlaps(table)
        self._samples = RowSamples(thresholds(recipe), path)

    def add(self, rows: pa.Table, ranks: Sequence[str], group_rows: int) -> None:
        """The file's next rows, each with its rank; they are written as row groups of so many."""
        self._statistics.add(rows)
        self._samples.add(rows, ranks, group_rows)
        self._overlaps.add(rows)

    def result(self) -> dict[str, pa.Table]:
        """A table of each of SCHEMAS."""
        return {
            STATISTICS: statistics_table.table_of(self._statistics.result()), SAMPLES: self._samples.result(),
            OVERLAPS: overlaps.table_of(self._overlaps.result()),
        }  # fmt: skip


def save(storage: Storage, receipt: str, tables: Mapping[str, pa.Table]) -> dict[str, Written]:
    """Write what was gathered of the part that has its receipt there; name -> what was written."""
    written = {}
    for name, table in tables.items():
        with TableFile(storage, part_table(receipt, name), SCHEMAS[name]) as file:
            file.write(table)
        written[name] = file.receipt
    return written


def load(storage: Storage, receipt: str, name: str, written: Mapping[str, Written]) -> pa.Table:
    """A table that was gathered of a part; `Damaged` where it is not what was written: the part is made again."""
    rows = read_batches(storage, part_table(receipt, name), written[name], (receipt,))
    return pa.concat_tables([SCHEMAS[name].empty_table(), *rows])
