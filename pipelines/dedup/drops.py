"""Drop lists: for each unit, what deduplication decided of its kept rows. Packed arrays, one small file a unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from winnow.pipelines.dedup.candidates import slices
from winnow.pipelines.dedup.novel import Novel
from winnow.pipelines.dedup.packed import Counts, Numbers, Table, between, places_of
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.arrays import Array, SealedArrays, save_arrays
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
    """Exact similarity with the survivor, by the recipe's measure; 1 for the survivor itself."""
    exact: Array = field(default_factory=lambda: np.empty(0, np.bool_))
    """Whether the text is the survivor's, letter for letter."""
    kept: Array = field(default_factory=lambda: np.empty(0, np.bool_))
    builds: Array = field(default_factory=lambda: np.empty(0, np.uint8))
    """That the survivors are of: 0 for this one, 1 for the first of `Job.against`."""

    def of(self, numbers: Numbers) -> Counts:
        """Where each of `numbers` stands in this list, int64; -1 for those that are alone."""
        return places_of(numbers, self.numbers)


Kind = TypeVar("Kind", Drops, Novel)


@dataclass(frozen=True)
class Listed(Sealed):
    """What the drop lists of a block of units tell of."""

    members: int


Decided = tuple[Drops, Novel]
"""Of some documents, told by their numbers in the build."""


def push(work: Work, of: Slice) -> Iterator[tuple[int, Decided]]:
    """(place of a block of units, what was decided in a slice of its documents)."""
    (decided, novel), blocks = _decided(work, of), units.blocks(work)
    firsts = np.array([base(block.item) for block in blocks], np.uint64)
    cuts = zip(_cut(decided.numbers, firsts), _cut(novel.novel_numbers, firsts), strict=True)
    for place, (here, beside) in enumerate(cuts):
        if here.start < here.stop:
            yield place, (decided.take(here), novel.take(beside))


def _cut(numbers: Numbers, firsts: Numbers) -> list[slice]:
    """Where those of each block stand, of which the numbers begin with these; all ascend."""
    starts = np.searchsorted(numbers, firsts).tolist()
    return list(map(slice, starts, [*starts[1:], len(numbers)]))


def pull(work: Work, block: UnitRange) -> Iterator[Decided]:
    """What was decided of a block's documents, slice by slice."""
    place = units.blocks(work).index(block)
    return (decided for of in slices(work) for to, decided in push(work, of) if to == place)


def save(work: Work, path: str, decided: Drops, novel: Novel) -> None:
    """What was decided, with what excerpts have that is new where they are looked for: one file."""
    contains = work.job.recipe.dedup.contains
    save_arrays(work.storage, path, decided.arrays | (novel.arrays if contains else {}))


def write_drops(work: Work, block: UnitRange, sent: Iterable[Decided]) -> None:
    """The stage `drop`: a drop list for every unit of a block and, last, how many members of clusters they tell of."""
    parts, names = list(sent), work.job.names
    every = Drops.joined((Drops(), *(decided for decided, _ in parts)))
    novel = Novel.joined((Novel(), *(novel for _, novel in parts)))
    every, novel = every.take(np.argsort(every.numbers)), novel.take(np.argsort(novel.novel_numbers, kind="stable"))
    for unit in units.inside(work, block):
        least, end = base(unit.number), base(unit.number + unit.items)
        here = every.take(between(every.numbers, least, end))
        here = replace(here, numbers=here.numbers - np.uint64(least))
        beside = novel.take(between(novel.novel_numbers, least, end))
        beside = replace(beside, novel_numbers=beside.novel_numbers - np.uint64(least))
        save(work, names.drops(work.job.deduplicated, unit.name), here, beside)
    Listed(len(every.numbers)).save(work.storage, names.dropped(work.job.deduplicated, block.first))


def _decided(work: Work, of: Slice) -> Decided:
    names, name = work.job.names, work.job.deduplicated
    path = names.decided(name, of.place)
    remove = (path, names.slice_sums(name, of.place))
    return Drops.load(work.storage, path, remove), Novel.load(work.storage, path, remove)


def drops_of(work: Work, unit: Unit) -> Drops:
    """The drop list of a unit; where it is damaged, those of its block are made again."""
    return _of(work, unit, Drops)


def novel_of(work: Work, unit: Unit) -> Novel:
    """The novel shingles of a unit's documents that are dropped."""
    return _of(work, unit, Novel)


def _of(work: Work, unit: Unit, kind: type[Kind]) -> Kind:
    names, name = work.job.names, work.job.deduplicated
    path = names.drops(name, unit.name)
    try:
        return kind.load(work.storage, path)
    except Damaged as damage:
        block = units.block_of(work, unit)
        raise type(damage)(str(damage), (path, names.dropped(name, block.first))) from damage
