"""Job 3: the files of corpus/, rejected/, clusters/ and keys/, cut by size over the order of the row key.

Units are weighed, the weights summed in order, and every part knows from which weight to which it reaches: a row
belongs to the part in whose range it ends. So cuts depend on the rows alone, never on units or workers, and since no
row weighs more than a part, none is left empty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from winnow.pipelines.corpus import gathering, schema
from winnow.pipelines.corpus.gathering import Gathering
from winnow.pipelines.corpus.key_files import GROUP_ROWS, GROUPS, OPTIONS, STATISTICS, KeyCounter, write_shingles
from winnow.pipelines.corpus.key_rows import KeyRows
from winnow.pipelines.corpus.merged_rows import MergedRows
from winnow.pipelines.corpus.receipt import Receipt, RowCounter, RowKey
from winnow.pipelines.corpus.sketch import Ints
from winnow.pipelines.corpus.survey import Survey
from winnow.pipelines.corpus.surveyed import ranks_of
from winnow.pipelines.corpus.tables import Rows
from winnow.pipelines.corpus.tables_of import tables_of
from winnow.pipelines.corpus.weights import Weights, gathered, row_weights
from winnow.pipelines.dedup import build_keys
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.files.parquet import TableFile, Written, sha256_of
from winnow.pipelines.files.sealed import load_typed, save_typed
from winnow.pipelines.plan import names, units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.names import CORPUS, KEYS, REJECTED
from winnow.pipelines.plan.unit import Unit


class OutOfOrder(BuildFailed):
    """Two rows have one key, or come in the wrong order: something was read or written twice. The build fails."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file to be written; as small for a file of all units' rows as for a file of one's."""

    table: str
    folder: str
    number: int
    first: int
    end: int
    """Its rows are of the units from place `first` to `end` (exclusive) in the list of units."""
    before: int
    """Weight of the folder's rows in all units before `first`."""

    @property
    def path(self) -> str:
        return names.part(self.table, self.folder, self.number)

    @property
    def shown(self) -> str:
        return self.path

    def receipt(self, job: Job) -> str:
        """Path of what tells of the written file, which all units, once deduplicated, and the way of cutting decide."""
        return job.names.receipt(digest("part", self.path, job.decided, job.output_digest))


@dataclass(frozen=True, slots=True)
class Parts:
    """All files to be written, by table, folder and number."""

    parts: tuple[Part, ...]


def parts(work: Work) -> list[Part]:
    """The files to be written. Every unit must have been weighed; the first to ask writes the list down."""
    job = work.job
    path = job.names.parts(digest("parts", job.decided, job.output_digest))
    if work.storage.size(path) is None:
        weighed = (weights for _, weights in gathered(work))
        save_typed(work.storage, path, Parts(tuple(plan(weighed, job.recipe.output.part_characters))))
    return list(load_typed(work.storage, path, Parts).parts)


def plan(weighed: Iterable[Weights], part_characters: int) -> list[Part]:
    """The parts of every table; `weighed` is in the order of the row key. Memory: the parts."""
    sums: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, str, int], Part] = {}
    for place, weights in enumerate(weighed):
        for table, folders in weights.tables.items():
            for folder, weight in folders.items():
                before = sums.get((table, folder), 0)
                after = sums[table, folder] = before + weight
                for number in range(before // part_characters, -(-after // part_characters)):
                    part = found.get((table, folder, number)) or Part(table, folder, number, place, place, before)
                    found[table, folder, number] = replace(part, end=place + 1)
    return [found[key] for key in sorted(found)]


def written(work: Work, part: Part) -> bool:
    """Whether a part file, what was gathered of it and its receipt are there, and are what the receipt tells of."""
    receipt, path = part.receipt(work.job), work.job.names.path
    if work.storage.size(path(part.path)) is None:
        return False
    try:
        made = Receipt.load(work.storage, receipt)
        for name in made.gathered:
            gathering.load(work.storage, receipt, name, made.gathered)
        return all(sha256_of(work.storage, path(name)) == file.sha256 for name, file in made.files.items())
    except (Damaged, FileNotFoundError):  # the file is written anew, with its receipt
        return False


def write(work: Work, part: Part) -> None:
    """The stage `write`: a part file, what lies beside it, what was gathered of its rows and, last, its receipt."""
    job, of_keys = work.job, part.table == KEYS
    keys, counter, key_counter, about = Keys(), RowCounter(), KeyCounter(), Gathering(job.recipe, part.path)
    survey, beside = Survey(job.recipe, part.table), _beside(work, part)
    with _table_file(work, part) as file:
        for group in _row_groups(work, part):
            keys.add(group)
            if of_keys:
                key_counter.add(group)
            most = GROUP_ROWS if of_keys else job.recipe.output.row_group_rows
            if part.table in (CORPUS, REJECTED):
                counter.add(group)
                ranks = ranks_of(group)
                survey.add(group, ranks)
                about.add(group, ranks, most)
            for first in range(0, group.num_rows, most):
                file.write(group.slice(first, most))
        if not keys.first:
            raise BuildFailed(f"{part.path}: none of the rows that were weighed for it came to be written")
    receipt = part.receipt(job)
    tables = gathering.save(work.storage, receipt, about.result()) if part.table in (CORPUS, REJECTED) else {}
    made = Receipt(
        part.path, file.receipt, keys.first, keys.last, counter.result(), survey.result(), tables, beside,
        key_counter.result(next(_key_rows(work, part))[0].hashes) if of_keys else None,
    )  # fmt: skip
    made.save(work.storage, receipt)


def _table_file(work: Work, part: Part) -> TableFile:
    recipe, path = work.job.recipe, work.job.names.path(part.path)
    if part.table == KEYS:
        return TableFile(work.storage, path, build_keys.schema(recipe.dedup.near), STATISTICS, OPTIONS)
    target = {CORPUS: schema.corpus, REJECTED: schema.rejected}.get(part.table, schema.clusters)
    return TableFile(work.storage, path, target(recipe))


def _beside(work: Work, part: Part) -> dict[str, Written]:
    """Write the shingles of a file of keys/, where the recipe has some."""
    recipe = work.job.recipe
    if part.table != KEYS or recipe.dedup.near is None or not recipe.output.shingles:
        return {}
    return {names.shingles(part.number): write_shingles(work, part.number, _key_rows(work, part))}


def _key_rows(work: Work, part: Part) -> Iterator[tuple[KeyRows, Ints]]:
    """Of a file of keys/, unit by unit."""
    yield from ((rows, mine) for rows, mine, _ in _rows(work, part) if isinstance(rows, KeyRows))


def _rows(work: Work, part: Part) -> Iterator[tuple[Rows | MergedRows | KeyRows, Ints, Ints]]:
    """The part's rows in order: row groups of units, the places of those that are the part's, and their running
    weights."""
    part_size = work.job.recipe.output.part_characters
    for unit, before in _units(work, part):
        for rows in tables_of(work, unit).rows(part.table, part.folder):
            weights = row_weights(rows.characters, part_size)
            ends = before + np.cumsum(weights) - 1
            before += int(weights.sum())
            mine = np.flatnonzero(ends // part_size == part.number)
            if len(mine):
                yield rows, mine, ends[mine]


def _row_groups(work: Work, part: Part) -> Iterator[pa.Table]:
    """The part's rows in order, cut where the running weight passes a multiple of a row group's."""
    output = work.job.recipe.output
    group_size = max(1, output.part_characters // GROUPS) if part.table == KEYS else output.row_group_characters
    pending: list[pa.Table] = []
    current = -1
    for rows, mine, ends in _rows(work, part):
        found, groups = rows.read(mine), ends // group_size
        for group in np.unique(groups).tolist():
            if group != current and pending:
                yield pa.concat_tables(pending).combine_chunks()
                pending = []
            current = group
            at = np.flatnonzero(groups == group)
            pending.append(found.slice(int(at[0]), len(at)))
    if pending:
        yield pa.concat_tables(pending).combine_chunks()


def _units(work: Work, part: Part) -> Iterator[tuple[Unit, int]]:
    """The units that give the part rows, each with the weight of the folder's rows before it."""
    before, there = part.before, units.between(work, part.first, part.end)
    for unit, (_, weights) in zip(there, gathered(work, part.first, part.end), strict=True):
        weight = weights.of(part.table, part.folder)
        if weight:
            yield unit, before
        before += weight


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
