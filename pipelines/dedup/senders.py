"""Who has keys to compare: the units of this build, block by block, and the files that hold earlier builds'."""

from collections.abc import Iterator

from winnow.pipelines.dedup import earlier
from winnow.pipelines.dedup.earlier import EarlierFile, EarlierKeys
from winnow.pipelines.dedup.keys import Keys, UnitKeys
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base, of_build
from winnow.pipelines.plan.units import UnitRange

Sender = UnitRange | EarlierFile


def senders(work: Work) -> list[Sender]:
    """All of them, in the order of their documents' numbers."""
    return [*units.blocks(work), *earlier.files(work)]


def least(of: Sender) -> int:
    """No document of a sender has a lesser number, and none of those before it a greater."""
    return base(of.item) if isinstance(of, UnitRange) else of_build(of.build, of.first)


def keys(work: Work, of: Sender) -> Iterator[Keys]:
    """The keys of one sender's documents."""
    if isinstance(of, EarlierFile):
        yield EarlierKeys(work, of)
        return
    for unit in units.inside(work, of):
        yield UnitKeys(work, unit)


def every(work: Work) -> Iterator[Keys]:
    """The keys of all. Memory: one block of the list of units."""
    for unit in units.between(work):
        yield UnitKeys(work, unit)
    for file in earlier.files(work):
        yield EarlierKeys(work, file)
