"""Fingerprints of runs of words: which of them occur in two places, so that only there runs need be looked at.

units -> fingerprint -> (by slice) match -> (by block) pick -> mark
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeVar

import numpy as np

from winnow.pipelines.dedup.packed import offsets_of, places_of
from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.dedup.spans import blocks, slices
from winnow.pipelines.dedup.spans.slices import CAME, Arrays, by_slice, in_slice
from winnow.pipelines.dedup.spans.texts import staying
from winnow.pipelines.dedup.spans.windows import windows
from winnow.pipelines.dedup.spans.words import words
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

PICKS = "picks"
Settings = TypeVar("Settings", Spans, Substrings)


def for_unit(settings: Settings | None, unit: Unit) -> Settings | None:
    """What is looked for in a unit's documents; None where nothing is."""
    return settings if settings and (not settings.sources or unit.source in settings.sources) else None


def fingerprint(work: Work, unit: Unit) -> None:
    """The stage `fingerprint`: the numbers of a unit's documents, and the fingerprints of each, end to end."""
    substrings = for_unit(work.job.recipe.dedup.substrings, unit)
    numbers, values, sizes = [_NO_HASH], [_NO_HASH], [np.empty(0, np.int64)]
    if substrings is not None:
        for batch in staying(work, unit):
            found = words(batch.texts)
            selected = windows(found, substrings.words)
            places = selected.places()
            of = np.searchsorted(found.offsets, places, side="right") - 1
            numbers.append(batch.numbers)
            values.append(selected.grams[places])
            sizes.append(np.bincount(of, minlength=len(batch.texts)))
    every = np.concatenate(values)
    save_arrays(work.storage, prints(work, unit), {
        "numbers": np.concatenate(numbers), "values": every, "offsets": offsets_of(np.concatenate(sizes)),
        CAME: np.array([len(np.unique(every))]),
    })  # fmt: skip


_NO_HASH = np.empty(0, np.uint64)


def _sent(work: Work, unit: Unit, block: int) -> Arrays:
    """A unit's fingerprints, each once, and whether it has one in several places."""
    values, times = np.unique(load_arrays(work.storage, prints(work, unit), ["values"])["values"], return_counts=True)
    return {"hashes": values, "several": times > 1, "blocks": np.full(len(values), block)}


def push(work: Work, block: UnitRange) -> Iterator[tuple[int, Arrays]]:
    place = units.blocks(work).index(block)
    return by_slice(work, (_sent(work, unit, place) for unit in units.inside(work, block)))


def pull(work: Work, to: Slice) -> Iterator[Arrays]:
    for place, block in enumerate(units.blocks(work)):
        yield from in_slice((_sent(work, unit, place) for unit in units.inside(work, block)), to)


def match(work: Work, of: Slice, sent: Iterable[Arrays]) -> None:
    """The stage `match`: for each block its fingerprints that occur in two places of the build."""
    found = slices.joined([_NOTHING, *sent])
    order = np.lexsort((found["blocks"], found["hashes"]))
    hashes, of_block, again = (found[name][order] for name in ("hashes", "blocks", "several"))
    equal = hashes[1:] == hashes[:-1]
    again[1:] |= equal
    again[:-1] |= equal
    again[1:] &= ~equal | (of_block[1:] != of_block[:-1])  # a block is told of each once
    slices.leave(work, matches(work, of), of_block[again], {"hashes": hashes[again]}, came=len(order))


_NOTHING: Arrays = {
    "hashes": np.empty(0, np.uint64), "several": np.empty(0, np.bool_), "blocks": np.empty(0, np.int64),
}  # fmt: skip


def push_matches(work: Work, of: Slice) -> Iterator[tuple[int, Arrays]]:
    return slices.push(work, matches(work, of))


def pull_matches(work: Work, block: UnitRange) -> Iterator[Arrays]:
    return map(partial(slices.pull, work, block=block), (matches(work, of) for of in slices.slices(work)))


def pick(work: Work, block: UnitRange, sent: Iterable[Arrays]) -> None:
    """The stage `pick`: for each unit of a block its documents' fingerprints that occur in two places."""
    parts = [np.empty(0, np.uint64), *(part["hashes"] for part in sent)]
    repeated = np.sort(np.concatenate(parts))
    for unit in units.inside(work, block):
        arrays = load_arrays(work.storage, prints(work, unit))
        values = arrays["values"]
        again = places_of(values, repeated) >= 0
        counts = np.append(0, np.cumsum(again))[arrays["offsets"]]
        has = np.diff(counts) > 0
        blocks.save(work, PICKS, unit, {"numbers": arrays["numbers"][has], "values": np.unique(values[again])})
    blocks.seal(work, PICKS, block)


def prints(work: Work, unit: Unit) -> str:
    return work.job.names.passages(work.job.decided, "prints", unit.name)


def matches(work: Work, of: Slice) -> str:
    return work.job.names.passages(work.job.decided, "matches", of.place)
