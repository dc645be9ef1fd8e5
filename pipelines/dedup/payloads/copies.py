"""Which records have the payload of another one that comes before them in survivor order, and is extracted for them.

units -> hash payloads -> (by slice of the hashes) match payloads -> (by block of units) list payloads -> count payloads

Of the order that is taken which is known before extraction: the sources' priority, and the capture. The length of the
text and its measures are taken to be the same.
"""

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from winnow.pipelines.dedup.order import ascending, survivor_order
from winnow.pipelines.dedup.packed import Counts, Numbers, between
from winnow.pipelines.dedup.payloads import hashes
from winnow.pipelines.dedup.payloads.hashes import Hashes
from winnow.pipelines.dedup.slice import Slice, cut
from winnow.pipelines.dedup.spans import slices
from winnow.pipelines.dedup.spans.slices import CAME, Arrays
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.files.sealed import gone
from winnow.pipelines.ingest import payload_copies
from winnow.pipelines.ingest.payload_copies import Copies
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS, base
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

MOST_PAYLOADS = 1 << 21
"""Items whose payloads one slice compares, about: 80 bytes each, and as many again while they are sorted."""
COPIES, ENTRIES = "copies", "entries"
_NOTHING: Arrays = {
    "hashes": np.empty((0, 2), np.uint64), "numbers": np.empty(0, np.uint64), "priorities": np.empty(0, np.int64),
    "moments": np.empty(0, np.int64), "ids": np.empty(0, "S32"), "blocks": np.empty(0, np.int64),
}  # fmt: skip
_NO_COPY: Arrays = {"numbers": np.empty(0, np.uint64), "ids": np.empty(0, "S32")}


def payload_slices(work: Work) -> list[Slice]:
    """How many follows from the number of items, whatever they are."""
    blocks = units.blocks(work)
    last = list(units.inside(work, blocks[-1]))[-1] if blocks else None
    return cut("payloads", -(-max(1, last.number + last.items if last else 0) // MOST_PAYLOADS))


def push(work: Work, block: UnitRange) -> Iterator[tuple[int, Arrays]]:
    """(place of a slice, the payloads of a block of units that it compares)."""
    found, place = payload_slices(work), units.blocks(work).index(block)
    sent = slices.joined([_NOTHING, *(_sent(work, unit, place) for unit in _compared(work, block))])
    of = _slices(sent, len(found))
    for to in np.unique(of).tolist():
        yield to, {name: array[of == to] for name, array in sent.items()}


def pull(work: Work, to: Slice) -> Iterator[Arrays]:
    """What all blocks have for a slice."""
    for place, block in enumerate(units.blocks(work)):
        for unit in _compared(work, block):
            sent = _sent(work, unit, place)
            here = _slices(sent, to.slices) == to.place
            yield {name: array[here] for name, array in sent.items()}


def _compared(work: Work, block: UnitRange) -> Iterator[Unit]:
    return (unit for unit in units.inside(work, block) if work.job.compares_payloads(unit))


def _sent(work: Work, unit: Unit, block: int) -> Arrays:
    """A unit's payloads, with what the order asks."""
    found, priority = Hashes.load(work.storage, hashes.path(work, unit)), work.job.recipe.source(unit.source).priority
    numbers = np.uint64(base(unit.number)) + (found.items.astype(np.uint64) << np.uint64(PART_BITS))
    return {
        "hashes": found.hashes, "numbers": numbers, "priorities": np.full(len(numbers), priority), "ids": found.ids,
        "moments": found.moments, "blocks": np.full(len(numbers), block),
    }  # fmt: skip


def _slices(sent: Arrays, count: int) -> Numbers:
    found: Numbers = (sent["hashes"][:, 0] >> np.uint64(32)) % np.uint64(count)
    return found


def match(work: Work, of: Slice, sent: Iterable[Arrays]) -> None:
    """The stage `match payloads`: the records of a slice that are not extracted, and which are in their place."""
    found = slices.joined([_NOTHING, *sent])
    order = _order(work, found)
    values = found["hashes"][order]
    same = np.append(False, (values[1:] == values[:-1]).all(axis=1))[: len(order)]
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    copies = order[same]
    slices.leave(work, matches_path(work, of), found["blocks"][copies], {
        "numbers": found["numbers"][copies], "ids": found["ids"][order[first[same]]],
    }, came=len(order))  # fmt: skip


def _order(work: Work, found: Arrays) -> Counts:
    """Those of one payload together, each in survivor order."""
    recipe, equal = work.job.recipe, np.zeros(len(found["numbers"]), np.int64)
    known = {"priority": found["priorities"], "moments": found["moments"], "characters": equal}
    known |= {".".join(each): equal for each in recipe.dedup.measures}
    keys = [ascending(key, known) for key in recipe.dedup.order]
    return survivor_order(found["numbers"], [*found["hashes"].T, *keys])


def push_matches(work: Work, of: Slice) -> Iterator[tuple[int, Arrays]]:
    return slices.push(work, matches_path(work, of))


def pull_matches(work: Work, block: UnitRange) -> Iterator[Arrays]:
    return map(partial(slices.pull, work, block=block), (matches_path(work, of) for of in payload_slices(work)))


def leave(work: Work, block: UnitRange, sent: Iterable[Arrays]) -> None:
    """The stage `list payloads`: the copies of every unit of a block and, last, how many payloads and copies it has."""
    found, entries = slices.joined([_NO_COPY, *sent]), 0
    order = np.argsort(found["numbers"])
    numbers, ids = found["numbers"][order], found["ids"][order]
    for unit in _compared(work, block):
        here = between(numbers, base(unit.number), base(unit.number + unit.items))
        items = (numbers[here] >> np.uint64(PART_BITS)).astype(np.int64) - unit.number
        Copies(items, ids[here]).save(work.storage, payload_copies.path(work, unit))
        entries += len(load_arrays(work.storage, hashes.path(work, unit), ["items"])["items"])
    told = {ENTRIES: np.array([entries]), COPIES: np.array([len(numbers)])}
    save_arrays(work.storage, payload_copies.seal_path(work, block), told)


def count(work: Work, _: object = None) -> None:
    """The stage `count payloads`: leave how many were compared and are copies; Gone where a runner lost some."""
    lists = [payload_copies.seal_path(work, block) for block in units.blocks(work)]
    matches = [matches_path(work, of) for of in payload_slices(work)]
    listed = [load_arrays(work.storage, path, [ENTRIES, COPIES]) for path in lists]
    entries, copies = (sum(int(each[name][0]) for each in listed) for name in (ENTRIES, COPIES))
    sent = [load_arrays(work.storage, path, [CAME, "numbers"]) for path in matches]
    if (came := sum(int(each[CAME][0]) for each in sent)) != entries:
        raise gone(matches[0], [*matches, *lists], f"and all like it are of {came:,} payloads, not of {entries:,}")
    if (found := sum(len(each["numbers"]) for each in sent)) != copies:
        raise gone(lists[0], lists, f"and all like it are of {copies:,} copies, not of {found:,}")
    told = {ENTRIES: np.array([entries]), COPIES: np.array([copies])}
    save_arrays(work.storage, total_path(work), told)


def matches_path(work: Work, of: Slice) -> str:
    """What a slice found."""
    return work.job.names.payloads(work.job.payloads, "matches", of.place)


def total_path(work: Work) -> str:
    """What says that the copies of every unit are listed."""
    return work.job.names.payloads(work.job.payloads, "total", "all")
