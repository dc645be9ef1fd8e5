"""The records of a unit that are not extracted: another one with the same payload is, and stands for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from winnow.filters.rules import Reject
from winnow.pipelines.counts import Count
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.arrays import Array, SealedArrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

DEDUP, PAYLOAD = "dedup", "duplicate.payload"
"""The stage and the rule of their rows."""


@dataclass(frozen=True)
class Copies(SealedArrays):
    """Those of one unit, by place."""

    items: Array = field(default_factory=lambda: np.empty(0, np.int64))
    """int64 [n]: the places of the records' items in the unit."""
    ids: Array = field(default_factory=lambda: np.empty(0, "S32"))
    """Of the records that are read in their place, 32 hex digits."""


def path(work: Work, unit: Unit) -> str:
    """Where the copies of a unit lie."""
    return work.job.names.payloads(work.job.payloads, "copies", unit.name)


def seal_path(work: Work, block: UnitRange) -> str:
    """What says that the copies of a block of units are there."""
    return work.job.names.payloads(work.job.payloads, "listed", block.first)


def copies_of(work: Work, unit: Unit) -> dict[int, str]:
    """Place of an item -> id of the record that is read in its place; where the list is damaged, those of its block
    are made again."""
    if not work.job.compares_payloads(unit):
        return {}
    try:
        found = Copies.load(work.storage, path(work, unit))
    except Damaged as damage:
        seal = seal_path(work, units.block_of(work, unit))
        raise type(damage)(str(damage), (path(work, unit), seal)) from damage
    return dict(zip(found.items.tolist(), found.ids.astype("U32").tolist(), strict=True))


def why(id: str) -> Reject:
    """What a copy's row says of the record that is read in its place."""
    return Reject(PAYLOAD, 1.0, 1.0, id)


def of_texts(rules: Mapping[str, Count]) -> dict[str, Count]:
    """Of the counts of the stage, by rule, those of documents whose texts were compared."""
    return {rule: count for rule, count in rules.items() if rule != PAYLOAD}
