"""What the rows of a unit weigh in each folder of the tables: from the sums of all units follows how files are cut."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from winnow.pipelines.corpus.sketch import Ints
from winnow.pipelines.corpus.tables_of import tables_of
from winnow.pipelines.digest import digest
from winnow.pipelines.files.sealed import Sealed
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import TABLES
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

ROW_WEIGHT = 100
"""Added to a row's characters, so that rows without text fill a file too."""


@dataclass(frozen=True, slots=True)
class Weights(Sealed):
    """The weights of a unit's rows."""

    tables: Mapping[str, Mapping[str, int]]
    """table -> folder -> weight; folders to which the unit gives no row are left out."""

    def of(self, table: str, folder: str) -> int:
        return self.tables.get(table, {}).get(folder, 0)


def weigh(work: Work, unit: Unit) -> None:
    """The stage `weigh`: leave what a unit gives to each folder."""
    made, most = tables_of(work, unit), work.job.recipe.output.part_characters
    found: dict[str, dict[str, int]] = {}
    for table in TABLES:
        for rows in made.rows(table):
            folders = found.setdefault(table, {})
            folders[rows.folder] = folders.get(rows.folder, 0) + int(row_weights(rows.characters, most).sum())
    Weights(found).save(work.storage, weights_path(work, unit))


@dataclass(frozen=True, slots=True)
class BlockWeights(Sealed):
    """The weights of a block of units, in its order."""

    units: tuple[Weights, ...]


def gather(work: Work, block: UnitRange) -> None:
    """The stage `gather`: one file for a block, of which every file to be written asks."""
    weights = [Weights.load(work.storage, weights_path(work, unit)) for unit in units.inside(work, block)]
    BlockWeights(tuple(weights)).save(work.storage, gathered_path(work, block))


def gathered(work: Work, first: int = 0, end: int | None = None) -> Iterator[tuple[int, Weights]]:
    """(place in the list of units, weights) from one place to another, or to the end. Memory: a block."""
    for block in units.blocks(work):
        if block.end > first and (end is None or block.first < end):
            held = BlockWeights.load(work.storage, gathered_path(work, block)).units
            yield from (
                each for each in enumerate(held, block.first) if first <= each[0] and (end is None or each[0] < end)
            )


def gathered_path(work: Work, block: UnitRange) -> str:
    return work.job.names.gathered(work.job.deduplicated, work.job.output_digest, block.first)


def weights_path(work: Work, unit: Unit) -> str:
    name = digest("weights", work.job.curated(unit), work.job.output_digest)
    return work.job.names.weights(work.job.decided, name)


def row_weights(characters: Ints, part_characters: int) -> Ints:
    """int64 [rows]; at most a part's size, so that no part is left empty by one long row."""
    found: Ints = np.minimum(characters + ROW_WEIGHT, part_characters)
    return found
