"""Job 3: the files of corpus/, rejected/ and clusters/, cut by size over the order of the row key.

Chunks are weighed, the weights summed in order, and every part knows from which weight to which it reaches: a row
belongs to the part in whose range it ends. So cuts depend on the rows alone, never on chunks or workers, and since no
row weighs more than a part, none is left empty.
"""

import collections
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from winnow.pipelines.corpus import schema, statistics_table
from winnow.pipelines.corpus.receipt import Receipt, RowCounter, RowKey
from winnow.pipelines.corpus.statistics import RowStatistics
from winnow.pipelines.corpus.survey import Survey
from winnow.pipelines.corpus.tables import CLUSTERS, CORPUS, REJECTED, ChunkTables
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.parquet import TableFile
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk
from winnow.pipelines.recipe.lock import digest, output_digest

ROW_WEIGHT = 100
"""Added to a row's characters, so that rows without text fill a file too."""

Weighed = npt.NDArray[np.int64]
Weights = dict[str, dict[str, int]]
"""table -> folder -> weight of a chunk's rows."""


class OutOfOrder(BuildFailed):
    """Two rows have one key, or come in the wrong order: something was read or written twice. The build fails."""


@dataclass(frozen=True)
class Part:
    """One file to be written; `pieces` are (chunk, drop list, weight of all rows before the chunk's)."""

    table: str
    folder: str
    number: int
    pieces: tuple[tuple[Chunk, str, int], ...]

    @property
    def path(self) -> str:
        return "/".join(p for p in (self.table, self.folder, f"part-{self.number:05d}.parquet") if p)

    def name(self, job: Job) -> str:
        return digest("part", self.path, [(c.name, d, w) for c, d, w in self.pieces], output_digest(job.recipe))


def weigh(tables: ChunkTables, part_characters: int) -> Weights:
    """The weight of a chunk's rows by table and folder."""
    weights: Weights = {}
    for table in (CORPUS, REJECTED, CLUSTERS):
        for folder, rows in tables.rows(table, slim=True):
            total = weights.setdefault(table, {})
            total[folder] = total.get(folder, 0) + int(_weights(rows, part_characters).sum())
    return weights


def plan(weighed: Sequence[tuple[Chunk, str, Weights]], part_characters: int) -> Iterator[Part]:
    """The parts of every table; `weighed` is (chunk, drop list, weights) in the order of the row key."""
    folders = sorted({(t, f) for _, _, weights in weighed for t in weights for f in weights[t]})
    for table, folder in folders:
        before, pieces = 0, collections.defaultdict(list)
        for chunk, drops, weights in weighed:
            weight = weights.get(table, {}).get(folder, 0)
            if weight:
                for number in range(before // part_characters, (before + weight - 1) // part_characters + 1):
                    pieces[number].append((chunk, drops, before))
                before += weight
        for number in sorted(pieces):
            yield Part(table, folder, number, tuple(pieces[number]))


def write(storage: Storage, job: Job, part: Part, receipt: str) -> None:
    """Write one part, its statistics and, last, its receipt: rows, checksums, first and last key, counts, survey."""
    output = job.recipe.output
    target = {CORPUS: schema.corpus, REJECTED: schema.rejected}.get(part.table)
    survey, keys, counter = Survey(job.recipe, part.table), Keys(), RowCounter()
    statistics = RowStatistics(job.recipe, part.table)
    with TableFile(storage, job.path(part.path), target(job.recipe) if target else schema.CLUSTERS) as file:
        for group in _row_groups(storage, job, part, output.part_characters, output.row_group_characters):
            keys.add(group)
            if part.table != CLUSTERS:
                counter.add(group)
            survey.add(group)
            statistics.add(group)
            for first in range(0, group.num_rows, output.row_group_rows):
                file.write(group.slice(first, output.row_group_rows))
    spread = statistics_table.save_part(storage, receipt, statistics.result())
    Receipt(part.path, file.receipt, keys.first, keys.last, counter.result(), survey.result(), spread).save(
        storage, receipt
    )


def _row_groups(storage: Storage, job: Job, part: Part, part_size: int, group_size: int) -> Iterator[pa.Table]:
    """The part's rows in order, cut where the running weight passes a multiple of `group_size`."""
    pending: list[pa.Table] = []
    current = -1
    for chunk, drops, before in part.pieces:
        for _, rows in ChunkTables(storage, job, chunk, drops).rows(part.table, part.folder):
            weights = _weights(rows, part_size)
            ends = before + np.cumsum(weights) - 1
            before += int(weights.sum())
            mine = np.flatnonzero(ends // part_size == part.number)
            for group in np.unique(ends[mine] // group_size).tolist():
                if group != current and pending:
                    yield pa.concat_tables(pending).combine_chunks()
                    pending = []
                current = group
                at = mine[ends[mine] // group_size == group]
                pending.append(rows.slice(int(at[0]), len(at)))
    if pending:
        yield pa.concat_tables(pending).combine_chunks()


def _weights(rows: pa.Table, part_characters: int) -> Weighed:
    """int64 [rows]; at most a part's size, so that no part is left empty by one long row."""
    if "characters" not in rows.column_names:
        return np.full(rows.num_rows, min(ROW_WEIGHT, part_characters), np.int64)
    weights: Weighed = np.minimum(rows["characters"].to_numpy() + ROW_WEIGHT, part_characters)
    return weights


class Keys:
    """The row keys of a part, which must ascend: a row written twice would meet itself."""

    def __init__(self) -> None:
        self.first: RowKey | None = None
        self.last: RowKey | None = None

    def add(self, group: pa.Table) -> None:
        for key in zip(*(group[name].to_pylist() for name in schema.ROW_KEY), strict=True):
            if self.last is not None and key <= self.last:
                raise OutOfOrder(f"{key[1]}: the row at offset {key[2]}, part {key[3]} comes after {self.last[1:]}")
            self.first, self.last = self.first or key, key
