"""What a stage over blocks of units leaves: a file for each unit and, last, one that says that all are there."""

from collections.abc import Sequence

import numpy as np

from winnow.pipelines.dedup.spans.slices import Arrays
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.arrays import Array, load_arrays, save_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange


def path(work: Work, what: str, unit: Unit) -> str:
    return work.job.names.passages(work.job.decided, what, unit.name)


def seal_path(work: Work, what: str, block: UnitRange) -> str:
    return work.job.names.passages(work.job.decided, f"all-{what}", block.first)


def save(work: Work, what: str, unit: Unit, arrays: Arrays) -> None:
    save_arrays(work.storage, path(work, what, unit), arrays)


def seal(work: Work, what: str, block: UnitRange) -> None:
    save_arrays(work.storage, seal_path(work, what, block), {"units": np.array([block.end - block.first])})


def load(
    work: Work, what: str, unit: Unit, names: Sequence[str] | None = None, sealed: str | None = None
) -> dict[str, Array]:
    """What was saved of a unit; where it is damaged, all of its block are made again. `sealed` is what tells that they
    are there, if it has another name."""
    try:
        return load_arrays(work.storage, path(work, what, unit), names)
    except Damaged as damage:
        remove = (path(work, what, unit), seal_path(work, sealed or what, units.block_of(work, unit)))
        raise type(damage)(str(damage), remove) from damage
