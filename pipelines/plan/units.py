"""How units are made of the files' cuts, and the list of all units of a build."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.sealed import Sealed, load_typed, save_typed
from winnow.pipelines.plan import inputs
from winnow.pipelines.plan.census import cuts
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import MOST_ITEMS
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit

MOST_FILES = 1000
"""Files of one unit."""
BLOCK_PIECES = 1000
"""A block of the list of units ends with the unit that reaches so many pieces."""


def units(work: Work, given: Iterable[Input]) -> list[Unit]:
    """All units of a build in the order of the row key; every file must have been scanned."""
    job = work.job
    return list(gathered(((each, *_cuts(work, each)) for each in given), job.unit_bytes, job.extract_digest))


@dataclass(frozen=True)
class Made(Sealed):
    """Which list was made."""

    name: str


def make(work: Work, _: object = None) -> None:
    """The stage `list`: write the list of all units down and, last, under what name. Every file was scanned."""
    name, path = save(work, units(work, inputs.load(work))), work.job.names.listing(work.job.listed)
    if work.storage.size(path) is None or made(work) != name:
        Made(name).save(work.storage, path)


def made(work: Work) -> str:
    """The name of the list that `make` wrote."""
    return Made.load(work.storage, work.job.names.listing(work.job.listed)).name


def _cuts(work: Work, given: Input) -> tuple[int, Sequence[Cut]]:
    found = cuts(work, given)
    return found.items, found.cuts


def gathered(
    files: Iterable[tuple[Input, int, Sequence[Cut]]], unit_bytes: int, digest_of: Callable[[str], str]
) -> Iterator[Unit]:
    """Units of (input, items, cuts): whole files that are smaller than a unit share one with their neighbours."""
    number, first, size, pieces = 0, 0, 0, list[Piece]()
    for given, items, found in files:
        if not found:  # an empty file: the units of its neighbours are the same without it
            continue
        small = len(found) == 1 and found[0].size < unit_bytes
        joins = pieces and pieces[0].input.source == given.source and len(pieces) < MOST_FILES
        if pieces and not (small and joins and size + found[0].size <= unit_bytes):
            yield _unit(pieces, first, digest_of)
            pieces = []
        if small:
            first, size = (first, size) if pieces else (number, 0)
            size += found[0].size
            pieces.append(Piece(given, found[0]))
        else:
            yield from (_unit([Piece(given, cut)], number + cut.first, digest_of) for cut in found)
        number += items
        if number > MOST_ITEMS:
            raise BadCall(f"{given.path}: {number:,} records so far, and a build has room for {MOST_ITEMS:,}")
    if pieces:
        yield _unit(pieces, first, digest_of)


def _unit(pieces: Sequence[Piece], number: int, digest_of: Callable[[str], str]) -> Unit:
    source = pieces[0].input.source
    parts = [(p.input.name, p.cut.first, p.cut.last, p.cut.content) for p in pieces]
    return Unit(source, tuple(pieces), number, digest("unit", parts, digest_of(source)))


@dataclass(frozen=True, slots=True)
class UnitRange:
    """A run of units: as small for all of a build as for one."""

    first: int
    end: int
    """Places in the list of units; `end` is no more of it."""
    item: int
    """The number of its first item: up to the next run's all are its own."""

    @property
    def shown(self) -> str:
        return f"units {self.first + 1:,} to {self.end:,}"


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of all units of a build, which is kept in blocks."""

    units: int
    blocks: tuple[UnitRange, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the list, in the order of the row key."""

    units: tuple[Unit, ...]


def count(work: Work) -> int:
    """How many there are."""
    return load_typed(work.storage, work.job.names.units(work.job.units), Listed).units


def save(work: Work, made: Sequence[Unit]) -> str:
    """Write the list of all units down, for workers that are given no list; returns its name."""
    name, names = digest("units", [(unit.name, unit.number) for unit in made]), work.job.names
    if work.storage.size(names.units(name)) is None:
        firsts, pieces = list[int](), BLOCK_PIECES
        for place, unit in enumerate(made):
            if pieces >= BLOCK_PIECES:
                firsts.append(place)
                pieces = 0
            pieces += len(unit.pieces)
        cut = [UnitRange(first, end, made[first].number) for first, end in itertools.pairwise([*firsts, len(made)])]
        for number, block in enumerate(cut):
            save_typed(work.storage, names.units_block(name, number), Block(tuple(made[block.first : block.end])))
        save_typed(work.storage, names.units(name), Listed(len(made), tuple(cut)))
    return name


def load(work: Work) -> list[Unit]:
    """The list of all units, as `save` wrote it."""
    return list(between(work))


def blocks(work: Work) -> tuple[UnitRange, ...]:
    """The runs of units in which the list is kept, in its order."""
    return load_typed(work.storage, work.job.names.units(work.job.units), Listed).blocks


def block_of(work: Work, unit: Unit) -> UnitRange:
    """The block that holds a unit."""
    return next(block for block in reversed(blocks(work)) if block.item <= unit.number)


def between(work: Work, first: int = 0, end: int | None = None) -> Iterator[Unit]:
    """The units from one place in the list to another, or to its end. Memory: one block."""
    names, name = work.job.names, work.job.units
    listed = load_typed(work.storage, names.units(name), Listed)
    end = listed.units if end is None else end
    for number, block in enumerate(listed.blocks):
        if block.first < end and first < block.end:
            path = names.units_block(name, number)
            made = load_typed(work.storage, path, Block, remove=(path, names.units(name)))
            yield from made.units[max(0, first - block.first) : end - block.first]


def inside(work: Work, of: UnitRange) -> Iterator[Unit]:
    """The units of a run."""
    return between(work, of.first, of.end)
