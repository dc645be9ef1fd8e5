"""Drop lists: for each unit, what deduplication decided of its kept rows. Packed arrays, one small file a unit."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from winnow.pipelines.files.sealed import load_arrays, save_arrays
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Drops:
    """The members of clusters of two and more in one unit, by ascending number; what is not here is alone.

    A member is a document or, of a source that is compared so, a whole record.
    """

    numbers: Array = field(default_factory=lambda: np.empty(0, np.uint64))
    """uint64 [n]: item and part inside the unit (`plan.numbers`); of a whole record part 0."""
    survivors: Array = field(default_factory=lambda: np.empty(0, "S32"))
    """Ids of the documents kept in their place, 32 hex digits; of a whole record its first kept document's."""
    sizes: Array = field(default_factory=lambda: np.empty(0, np.int64))
    """Members of the cluster, exact copies included."""
    similarities: Array = field(default_factory=lambda: np.empty(0, np.float64))
    """Exact Jaccard similarity with the survivor; 1 for the survivor itself."""
    exact: Array = field(default_factory=lambda: np.empty(0, np.bool_))
    """Whether the text is the survivor's, letter for letter."""
    kept: Array = field(default_factory=lambda: np.empty(0, np.bool_))

    def save(self, storage: Storage, path: str) -> None:
        save_arrays(storage, path, {field.name: getattr(self, field.name) for field in fields(self)})

    def of(self, numbers: Array) -> Array:
        """Where each of `numbers` stands in this list, int64; -1 for those that are alone."""
        if not len(self.numbers):
            return np.full(len(numbers), -1)
        at = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[at] == numbers, at, -1)


def drops_of(work: Work, unit: Unit) -> Drops:
    """The drop list of a unit; where it is damaged, all are made again."""
    names, name = work.job.names, work.job.deduplicated
    path = names.drops(name, unit.name)
    return Drops(**load_arrays(work.storage, path, remove=(path, names.settled(name))))
