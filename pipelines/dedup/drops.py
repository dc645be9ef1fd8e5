"""Drop lists: for each unit, what deduplication decided of its kept rows. Packed arrays, one small file a unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from winnow.pipelines.dedup.candidates import slices
from winnow.pipelines.dedup.packed import Counts, Numbers, Table, between, places_of, runs
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.arrays import Array, SealedArrays
from winnow.pipelines.files.sealed import Sealed
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange


@dataclass(frozen=True)
class Drops(Table, SealedArrays):
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
    builds: Array = field(default_factory=lambda: np.empty(0, np.uint8))
    """That the survivors are of: 0 for this one, 1 for the first of `Job.against`."""

    def of(self, numbers: Numbers) -> Counts:
        """Where each of `numbers` stands in this list, int64; -1 for those that are alone."""
        return places_of(numbers, self.numbers)


@dataclass(frozen=True)
class Listed(Sealed):
    """What the drop lists of a block of units tell of."""

    members: int


def push(work: Work, of: Slice) -> Iterator[tuple[int, Drops]]:
    """(place of a block of units, what was decided in a slice of its documents, told by their numbers in the build)."""
    decided, blocks = _decided(work, of), units.blocks(work)
    firsts = np.array([base(block.item) for block in blocks], np.uint64)
    places = np.searchsorted(firsts, decided.numbers, side="right") - 1
    for start, end in zip(*runs(places), strict=True):
        yield int(places[start]), decided.take(slice(start, end))


def pull(work: Work, block: UnitRange) -> Iterator[Drops]:
    """What was decided of a block's documents, slice by slice."""
    place = units.blocks(work).index(block)
    return (decided for of in slices(work) for to, decided in push(work, of) if to == place)


def write_drops(work: Work, block: UnitRange, sent: Iterable[Drops]) -> None:
    """The stage `drop`: a drop list for every unit of a block and, last, how many members of clusters they tell of."""
    every, names = Drops.joined((Drops(), *sent)), work.job.names
    every = every.take(np.argsort(every.numbers))
    for unit in units.inside(work, block):
        least, end = base(unit.number), base(unit.number + unit.items)
        here = every.take(between(every.numbers, least, end))
        here = replace(here, numbers=here.numbers - np.uint64(least))
        here.save(work.storage, names.drops(work.job.deduplicated, unit.name))
    Listed(len(every.numbers)).save(work.storage, names.dropped(work.job.deduplicated, block.first))


def _decided(work: Work, of: Slice) -> Drops:
    names, name = work.job.names, work.job.deduplicated
    path = names.decided(name, of.place)
    return Drops.load(work.storage, path, remove=(path, names.slice_sums(name, of.place)))


def drops_of(work: Work, unit: Unit) -> Drops:
    """The drop list of a unit; where it is damaged, those of its block are made again."""
    names, name = work.job.names, work.job.deduplicated
    path = names.drops(name, unit.name)
    try:
        return Drops.load(work.storage, path)
    except Damaged as damage:
        block = units.block_of(work, unit)
        raise type(damage)(str(damage), (path, names.dropped(name, block.first))) from damage
