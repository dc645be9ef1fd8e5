"""Job 3: the files of corpus/, rejected/ and clusters/, cut by size over the order of the row key.

Units are weighed, the weights summed in order, and every part knows from which weight to which it reaches: a row
belongs to the part in whose range it ends. So cuts depend on the rows alone, never on units or workers, and since no
row weighs more than a part, none is left empty.
"""

import collections
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from winnow.pipelines.corpus import schema, statistics_table
from winnow.pipelines.corpus.receipt import Receipt, RowCounter, RowKey
from winnow.pipelines.corpus.statistics import RowStatistics
from winnow.pipelines.corpus.survey import Survey
from winnow.pipelines.corpus.tables import UnitTables
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.files.parquet import TableFile, sha256_of
from winnow.pipelines.files.sealed import read_sealed, write_sealed
from winnow.pipelines.plan import names
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, REJECTED, TABLES
from winnow.pipelines.plan.unit import Unit

ROW_WEIGHT = 100
"""Added to a row's characters, so that rows without text fill a file too."""

Weighed = npt.NDArray[np.int64]
Weights = dict[str, dict[str, int]]
"""table -> folder -> weight of a unit's rows."""


class OutOfOrder(BuildFailed):
    """Two rows have one key, or come in the wrong order: something was read or written twice. The build fails."""


@dataclass(frozen=True)
class Part:
    """One file to be written; `pieces` are (unit, weight of all rows before the unit's)."""

    table: str
    folder: str
    number: int
    pieces: tuple[tuple[Unit, int], ...]

    @property
    def path(self) -> str:
        return names.part(self.table, self.folder, self.number)

    @property
    def shown(self) -> str:
        return self.path

    def receipt(self, job: Job) -> str:
        """Path of what tells of the written file."""
        made_of = [(job.curated(unit), before) for unit, before in self.pieces]
        return job.names.receipt(digest("part", self.path, made_of, job.deduplicated, job.output_digest))


def weigh(work: Work, unit: Unit) -> None:
    """The stage `weigh`: leave what a unit gives to each folder."""
    tables, most = UnitTables(work, unit), work.job.recipe.output.part_characters
    weights: Weights = {}
    for table in TABLES:
        for folder, rows in tables.rows(table, slim=True):
            total = weights.setdefault(table, {})
            total[folder] = total.get(folder, 0) + int(_weights(rows, most).sum())
    write_sealed(work.storage, weights_path(work, unit), weights)


def weights_path(work: Work, unit: Unit) -> str:
    name = digest("weights", work.job.curated(unit), work.job.output_digest)
    return work.job.names.weights(work.job.deduplicated, name)


def parts(work: Work, units: Iterable[Unit]) -> list[Part]:
    """The files to be written; every unit must have been weighed."""
    weighed = [(unit, read_sealed(work.storage, weights_path(work, unit))) for unit in units]
    return list(plan(weighed, work.job.recipe.output.part_characters))


def plan(weighed: Sequence[tuple[Unit, Weights]], part_characters: int) -> Iterator[Part]:
    """The parts of every table; `weighed` is in the order of the row key."""
    folders = sorted({(t, f) for _, weights in weighed for t in weights for f in weights[t]})
    for table, folder in folders:
        before, pieces = 0, collections.defaultdict(list)
        for unit, weights in weighed:
            weight = weights.get(table, {}).get(folder, 0)
            if weight:
                for number in range(before // part_characters, (before + weight - 1) // part_characters + 1):
                    pieces[number].append((unit, before))
                before += weight
        for number in sorted(pieces):
            yield Part(table, folder, number, tuple(pieces[number]))


def written(work: Work, part: Part) -> bool:
    """Whether a part file, its statistics and its receipt are there, and the two are what the receipt tells of."""
    path, receipt = work.job.names.path(part.path), part.receipt(work.job)
    if work.storage.size(path) is None:
        return False
    try:
        made = Receipt.load(work.storage, receipt)
        statistics_table.load_part(work.storage, receipt, made.statistics)
        return sha256_of(work.storage, path) == made.file.sha256
    except (Damaged, FileNotFoundError):  # the file is written anew, with its receipt
        return False


def write(work: Work, part: Part) -> None:
    """The stage `write`: a part file, its statistics and, last, its receipt."""
    job, output = work.job, work.job.recipe.output
    target = {CORPUS: schema.corpus, REJECTED: schema.rejected}.get(part.table)
    survey, keys, counter = Survey(job.recipe, part.table), Keys(), RowCounter()
    statistics = RowStatistics(job.recipe, part.table)
    with TableFile(work.storage, job.names.path(part.path), target(job.recipe) if target else schema.CLUSTERS) as file:
        for group in _row_groups(work, part, output.part_characters, output.row_group_characters):
            keys.add(group)
            if part.table != CLUSTERS:
                counter.add(group)
            survey.add(group)
            statistics.add(group)
            for first in range(0, group.num_rows, output.row_group_rows):
                file.write(group.slice(first, output.row_group_rows))
        if not keys.first:
            raise BuildFailed(f"{part.path}: none of the rows that were weighed for it came to be written")
    receipt = part.receipt(job)
    spread = statistics_table.save_part(work.storage, receipt, statistics.result())
    made = Receipt(part.path, file.receipt, keys.first, keys.last, counter.result(), survey.result(), spread)
    made.save(work.storage, receipt)


def _row_groups(work: Work, part: Part, part_size: int, group_size: int) -> Iterator[pa.Table]:
    """The part's rows in order, cut where the running weight passes a multiple of `group_size`."""
    pending: list[pa.Table] = []
    current = -1
    for unit, before in part.pieces:
        for _, rows in UnitTables(work, unit).rows(part.table, part.folder):
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
