"""What became of all units of a build, source by source: summed block by block, then in one place."""

import collections
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from winnow.pipelines.counts import summed
from winnow.pipelines.files.parquet import WrittenRows
from winnow.pipelines.files.sealed import Sealed
from winnow.pipelines.ingest.tally import Broken, Fates, Read, Tally
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """The rejected rows of one unit."""

    name: str
    """Of what the steps made of the unit."""
    rows: WrittenRows


@dataclass(frozen=True, slots=True)
class SourceTally:
    """What became of some units of one source, or of all."""

    files: Mapping[str, Fates]
    broken: Mapping[str, Broken]
    """By rule."""
    edits: Mapping[str, Mapping[str, int]]
    """step -> what it did -> how often."""
    records: int = 0
    """Those of which a document is kept, before deduplication."""
    units: int = 0
    rejected: RejectedFile | None = None
    """Of the first unit that has any."""

    @property
    def kept(self) -> int:
        """Documents, before deduplication."""
        return sum(fates.kept.documents for fates in self.files.values())

    @property
    def characters(self) -> int:
        """Of those documents."""
        return sum(fates.kept.characters for fates in self.files.values())


@dataclass(frozen=True, slots=True)
class Ingested(Sealed):
    """What became of some units, or of all."""

    sources: Mapping[str, SourceTally] = field(default_factory=dict)

    @property
    def characters(self) -> int:
        """Of all documents that are kept, before deduplication."""
        return sum(of.characters for of in self.sources.values())


def add(work: Work, block: UnitRange) -> None:
    """The stage `add`: leave what became of the units of a block."""
    names, found = work.job.names, list[Ingested]()
    for unit in units.inside(work, block):
        name = work.job.curated(unit)
        found.append(of_unit(unit, name, Tally.load(work.storage, names.curate(name))))
    merged(found).save(work.storage, names.added(work.job.ingested, block.first))


def total(work: Work, _: object = None) -> None:
    """The stage `total`: leave what became of all units."""
    names, name = work.job.names, work.job.ingested
    blocks = (Ingested.load(work.storage, names.added(name, block.first)) for block in units.blocks(work))
    merged(blocks).save(work.storage, names.total(name))


def load(work: Work) -> Ingested:
    """What became of all units, once they are curated."""
    return Ingested.load(work.storage, work.job.names.total(work.job.ingested))


def of_unit(unit: Unit, name: str, tally: Tally) -> Ingested:
    """One unit's; `name` is that of what the steps made of it."""
    rejected = RejectedFile(name, tally.rejected_file) if tally.rejected_file.rows else None
    return Ingested({unit.source: SourceTally(tally.files, tally.broken, tally.edits, tally.records, 1, rejected)})


def merged(parts: Iterable[Ingested]) -> Ingested:
    """The sum of several, which come in the order of their units. Memory: the sum."""
    found: dict[str, _Sum] = {}
    for part in parts:
        for source, of in part.sources.items():
            found.setdefault(source, _Sum()).add(of)
    return Ingested({source: of.result() for source, of in found.items()})


class _Sum:
    """Of one source."""

    def __init__(self) -> None:
        self._files: dict[str, Fates] = {}
        self._broken: dict[str, Broken] = {}
        self._edits: dict[str, collections.Counter[str]] = {}
        self._records = self._units = 0
        self._rejected: RejectedFile | None = None

    def add(self, of: SourceTally) -> None:
        for path, fates in of.files.items():
            self._files[path] = _both(self._files[path], fates) if path in self._files else fates
        for rule, broken in of.broken.items():
            self._broken[rule] = self._broken.get(rule, Broken()) + broken
        for step, counts in of.edits.items():
            self._edits.setdefault(step, collections.Counter()).update(counts)
        self._records, self._units = self._records + of.records, self._units + of.units
        self._rejected = self._rejected or of.rejected

    def result(self) -> SourceTally:
        edits = {step: dict(counts) for step, counts in self._edits.items()}
        return SourceTally(self._files, self._broken, edits, self._records, self._units, self._rejected)


def _both(one: Fates, other: Fates) -> Fates:
    """The fates of one file in two units."""
    others = collections.Counter(one.read.others)
    others.update(other.read.others)
    read = Read(one.read.items + other.read.items, dict(others), one.read.documents + other.read.documents)
    return Fates(read, one.kept + other.kept, summed([one.rejected, other.rejected]))
