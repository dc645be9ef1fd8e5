"""What the stages of the job `spans` leave."""

from dataclasses import dataclass

from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.dedup.spans import blocks, fingerprints, looks, total
from winnow.pipelines.dedup.spans import cuts as cut_lists
from winnow.pipelines.dedup.spans import marks as all_marks
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

Paths = tuple[str, ...]


def prints(work: Work, unit: Unit) -> Paths:
    return (fingerprints.prints(work, unit),)


def matches(work: Work, of: Slice) -> Paths:
    return (fingerprints.matches(work, of),)


def marks(work: Work, unit: Unit) -> Paths:
    return all_marks.path(work, unit), looks.sent_path(work, 1, unit)


@dataclass(frozen=True, slots=True)
class Found:
    """Of a slice in this look."""

    look: int

    def __call__(self, work: Work, of: Slice) -> Paths:
        return (looks.found_path(work, self.look, of),)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Of a block of units, that all is there."""

    what: str

    def __call__(self, work: Work, block: UnitRange) -> Paths:
        return (blocks.seal_path(work, self.what, block),)


def cuts(work: Work, unit: Unit) -> Paths:
    return (cut_lists.cuts_path(work, unit),)


def totals(work: Work, _: object) -> Paths:
    return (total.total_path(work),)
