"""Slices of all hashes: where the same passage of different documents meets; and how what is found there goes back.

Hashes go from units to slices, answers from slices to blocks of units (`plan.units.blocks`), both as packed arrays. A
slice takes what so many characters of text give, whatever the build's size.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Hashes, runs
from winnow.pipelines.dedup.slice import Slice, cut
from winnow.pipelines.files.arrays import Array, load_arrays, save_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.units import UnitRange

MOST_CHARACTERS = 1 << 28
"""Of text whose hashes one slice takes: some three million of paragraphs, as many fingerprints, and as many of runs of
words where a twentieth of the text repeats; 40 to 70 bytes each while they are joined."""
TOGETHER = 1 << 22
"""Hashes of units that are sent together."""

CAME = "came"
"""The array that counts the rows which came to a slice, and of a unit's file those that it sends."""

Arrays = Mapping[str, Array]


def slices(work: Work) -> list[Slice]:
    """How many follows from the characters of the documents."""
    count = max(1, -(-work.job.characters // MOST_CHARACTERS)) if work.job.recipe.dedup.passages else 0
    return cut("passages", count)


def by_slice(work: Work, found: Iterable[Arrays]) -> Iterator[tuple[int, Arrays]]:
    """(place of a slice, arrays), of the arrays of some units, which have a row for each of their `hashes`."""
    count = len(slices(work))
    for arrays in _together(found):
        of = _slices(arrays["hashes"], count)
        order = np.argsort(of, kind="stable")
        for start, end in zip(*runs(of[order]), strict=True):
            rows = order[start:end]
            yield int(of[rows[0]]), {name: array[rows] for name, array in arrays.items()}


def in_slice(found: Iterable[Arrays], to: Slice) -> Iterator[Arrays]:
    """Of the arrays of some units the rows for one slice."""
    for arrays in found:
        rows = np.flatnonzero(_slices(arrays["hashes"], to.slices) == to.place)
        yield {name: array[rows] for name, array in arrays.items()}


def _slices(hashes: Hashes, count: int) -> NDArray[np.int64]:
    return ((hashes >> np.uint64(32)) % np.uint64(count)).astype(np.int64)


def _together(found: Iterable[Arrays]) -> Iterator[Arrays]:
    waiting, rows = list[Arrays](), 0
    for arrays in found:
        waiting.append(arrays)
        rows += len(arrays["hashes"])
        if rows >= TOGETHER:
            yield joined(waiting)
            waiting, rows = [], 0
    if waiting:
        yield joined(waiting)


def joined(parts: Sequence[Arrays]) -> Arrays:
    """The rows of several, which have the same columns; there is at least one."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def leave(work: Work, path: str, blocks: Counts, arrays: Arrays, came: int) -> None:
    """What a slice found, a row each for the block of units at that place; and how many rows had come to it."""
    order = np.argsort(blocks, kind="stable")
    rows = {name: array[order] for name, array in arrays.items()}
    save_arrays(work.storage, path, rows | {"blocks": blocks[order], CAME: np.array([came])})


def push(work: Work, path: str) -> Iterator[tuple[int, Arrays]]:
    """(place of a block, what a slice found for it), of the file that `leave` wrote."""
    arrays = _left(work, path)
    blocks = arrays.pop("blocks")
    for start, end in zip(*runs(blocks), strict=True):
        yield int(blocks[start]), {name: array[start:end] for name, array in arrays.items()}


def pull(work: Work, path: str, block: UnitRange) -> Arrays:
    """What a slice found for one block."""
    arrays = _left(work, path)
    blocks, place = arrays.pop("blocks"), units.blocks(work).index(block)
    start, end = np.searchsorted(blocks, [place, place + 1])
    return {name: array[start:end] for name, array in arrays.items()}


def _left(work: Work, path: str) -> dict[str, Array]:
    arrays = load_arrays(work.storage, path)
    del arrays[CAME]
    return arrays
