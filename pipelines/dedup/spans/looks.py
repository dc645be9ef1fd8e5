"""Looks: of every hash the first copy among the documents that count, found where all that have it meet.

    units -> (by slice) look -> (by block of units) what follows

Three times the same: of what every document has, to see which would lose too much; of what stays for sure, to see
which of those are dropped; and of all that stay, to find what is cut (`dedup.spans.verdicts`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, runs
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.dedup.spans import blocks, slices
from winnow.pipelines.dedup.spans.marks import Marks, marks_of
from winnow.pipelines.dedup.spans.marks import path as marks_path
from winnow.pipelines.dedup.spans.slices import CAME, Arrays, by_slice, in_slice
from winnow.pipelines.files.arrays import Array, load_arrays, save_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

Mask = NDArray[np.bool_]


def mark(work: Work, unit: Unit) -> None:
    """The stage `mark`: a unit's marks and, last, what is asked of them first."""
    found = marks_of(work, unit)
    found.save(work.storage, marks_path(work, unit))
    every = np.ones(len(found.numbers), bool)
    save(work, unit, 1, entries(found, np.arange(len(found.hashes)), every, every))


def entries(marks: Marks, rows: Counts, count: Mask, ask: Mask) -> Arrays:
    """Each hash of these rows once, with the first copy in the unit among the documents that `count`, whether one that
    shall `ask` has it, whether it is there `several` times, and in `others` than one document. Both masks are of
    documents; one of neither has no say."""
    documents = marks.documents[rows]
    rows = rows[(count | ask)[documents]]
    documents, rank = marks.documents[rows], np.argsort(np.lexsort(marks.keys.T[::-1]))
    order = np.lexsort((marks.starts[rows], rank[documents], ~count[documents], marks.hashes[rows]))
    rows, documents = rows[order], documents[order]
    starts, ends = runs(marks.hashes[rows])
    first, of = rows[starts], documents[starts]
    others = [reach.reduceat(documents, starts) if len(starts) else documents for reach in (np.minimum, np.maximum)]
    asks = np.logical_or.reduceat(ask[documents], starts) if len(starts) else np.empty(0, bool)
    return {
        "hashes": marks.hashes[first], "counts": count[of], "asks": asks,
        "several": ends - starts > 1, "others": others[0] != others[1],
        "starts": marks.starts[first].astype(np.uint32), "keys": marks.keys[of], "ids": marks.ids[of],
    }  # fmt: skip


def save(work: Work, unit: Unit, look: int, asked: Arrays) -> None:
    """Leave what a unit brings to a look. Who stands first is told by id once most hashes are out of the question."""
    left = {name: array for name, array in asked.items() if look > 1 or name != "ids"}
    save_arrays(work.storage, sent_path(work, look, unit), left | {CAME: np.array([len(asked["hashes"])])})


@dataclass(frozen=True, slots=True)
class Push:
    """(place of a slice, what a block of units brings to this look)."""

    look: int

    def __call__(self, work: Work, block: UnitRange) -> Iterator[tuple[int, Arrays]]:
        place = units.blocks(work).index(block)
        return by_slice(work, (_sent(work, self.look, unit, place) for unit in units.inside(work, block)))


@dataclass(frozen=True, slots=True)
class Pull:
    """What all units bring to a slice of this look."""

    look: int

    def __call__(self, work: Work, to: Slice) -> Iterator[Arrays]:
        for place, block in enumerate(units.blocks(work)):
            yield from in_slice((_sent(work, self.look, unit, place) for unit in units.inside(work, block)), to)


@dataclass(frozen=True, slots=True)
class Look:
    """The stages `look`, `look again` and `look last`: leave for each block, of the hashes that it asks for and that
    occur twice, where the first copy stands."""

    look: int

    def __call__(self, work: Work, of: Slice, sent: Iterable[Arrays]) -> None:
        parts = [part for part in sent if len(part["hashes"])]
        nothing: Told = np.empty(0, np.int64), {"hashes": np.empty(0, np.uint64)}
        of_blocks, answers = _answers(slices.joined(parts)) if parts else nothing
        came = sum(len(part["hashes"]) for part in parts)
        slices.leave(work, found_path(work, self.look, of), of_blocks, answers, came)


@dataclass(frozen=True, slots=True)
class PushFound:
    """(place of a block, what a slice of this look found for it)."""

    look: int

    def __call__(self, work: Work, of: Slice) -> Iterator[tuple[int, Arrays]]:
        return slices.push(work, found_path(work, self.look, of))


@dataclass(frozen=True, slots=True)
class PullFound:
    """What all slices of this look found for a block."""

    look: int

    def __call__(self, work: Work, block: UnitRange) -> Iterator[Arrays]:
        for of in slices.slices(work):
            yield slices.pull(work, found_path(work, self.look, of), block)


LOOKS = (1, 2, 3)


def _sent(work: Work, look: int, unit: Unit, block: int) -> Arrays:
    arrays = sent(work, look, unit)
    del arrays[CAME]
    return arrays | {"blocks": np.full(len(arrays["hashes"]), block, np.int32)}


def sent(work: Work, look: int, unit: Unit, names: Sequence[str] | None = None) -> dict[str, Array]:
    """What `save` left. The marks of a unit are made for it alone, what is asked later for its whole block."""
    if look == 1:
        return load_arrays(work.storage, sent_path(work, look, unit), names)
    return blocks.load(work, f"sent-{look}", unit, names, sealed={2: "suspects", 3: "judged"}[look])


Told = tuple[Counts, Arrays]
"""(place of a block, what it is told), a row each."""


def _answers(found: Arrays) -> Told:
    """Of what came to a slice."""
    order = np.argsort(found["hashes"], kind="stable")
    ordered = found["hashes"][order]
    twice = found["several"][order]
    equal = ordered[1:] == ordered[:-1]
    twice[1:] |= equal
    twice[:-1] |= equal
    rows = order[twice]  # most stand alone, so the full sort is of few
    few = {name: array[rows] for name, array in found.items()}
    order = np.lexsort((few["starts"], *few["keys"].T[::-1], ~few["counts"], few["hashes"]))
    starts, ends = runs(few["hashes"][order])
    first = np.repeat(order[starts], ends - starts)
    others = np.repeat((ends - starts > 1) | few["others"][order[starts]], ends - starts)
    asking = few["asks"][order] & few["counts"][first]
    order, first, others = order[asking], first[asking], others[asking]
    told = np.lexsort((few["blocks"][order], few["hashes"][order]))
    order, first, others = order[told], first[told], others[told]
    hashes, block = few["hashes"][order], few["blocks"][order]
    new = np.append(True, (hashes[1:] != hashes[:-1]) | (block[1:] != block[:-1]))[: len(hashes)]
    names = [name for name in ("starts", "keys", "ids") if name in few]
    told_of = {"hashes": hashes[new], "others": others[new]}
    return block[new], told_of | {name: few[name][first[new]] for name in names}


def sent_path(work: Work, look: int, unit: Unit) -> str:
    return blocks.path(work, f"sent-{look}", unit)


def found_path(work: Work, look: int, of: Slice) -> str:
    return work.job.names.passages(work.job.decided, f"found-{look}", of.place)
