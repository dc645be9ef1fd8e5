"""One build as every worker sees it: the recipe, the folder, and where each piece of work lies."""

import functools
from dataclasses import dataclass, field
from typing import Any

from winnow.pipelines.digest import digest
from winnow.pipelines.files.parquet import Checked
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan import digests
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.names import Names
from winnow.pipelines.plan.unit import Input, Unit
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.sources.base import has_payloads


@dataclass(frozen=True)
class Job:
    """Small and picklable, whatever the build's size: it travels in every DoFn."""

    recipe: Recipe
    root: str
    """The output directory."""
    unit_bytes: int
    against: tuple[Earlier, ...] = ()
    """The earlier builds, by identity: the number of the first is 1."""
    finished: str = ""
    """The directory of a finished build that gives the units their rows, where some of its records are forgotten."""
    inputs: str = ""
    """The name of the list of inputs."""
    units: str = ""
    """The name of the list of units, once all files are scanned."""
    compared: int = 0
    """How many entries the keys of all units have, once they are curated, with those that earlier builds keep: what
    deduplication compares."""
    characters: int = 0
    """Of the documents that are kept before deduplication, so that work on passages is cut by it."""
    turn: int = 0
    """How often the links between documents that share a key were drawn together."""
    poisoned: tuple[int, ...] = ()
    """Numbers of the items that killed a process that worked on nothing else."""
    driver: tuple[tuple[str, str], ...] = ()
    """(name, version) of the driver's code and libraries, where workers may be of another installation."""

    @property
    def own(self) -> int:
        """How many of these entries are of this build."""
        return self.compared - sum(each.kept for each in self.against)

    @functools.cached_property
    def names(self) -> Names:
        return Names(self.root)

    def census(self, given: Input) -> str:
        return self.names.census(self._scanned(given))

    def items(self, given: Input) -> str:
        return self.names.items(self._scanned(given))

    def cuts(self, given: Input) -> str:
        return self.names.cuts(digest("cuts", self._scanned(given), self.unit_bytes))

    def compares_payloads(self, unit: Unit) -> bool:
        """Whether of the payloads of this unit that others have too one is read."""
        return self.recipe.dedup.payloads and has_payloads(self.recipe.source(unit.source).read)

    def hashed(self, unit: Unit) -> str:
        """The name of the hashes of a unit's payloads."""
        return digest("hashed", unit.name, self._hashed_digests[unit.source])

    def read(self, unit: Unit) -> str:
        """The name of what is read and extracted of a unit: where payloads are compared, those of all units decide."""
        return digest("read", unit.name, self.payloads) if self.compares_payloads(unit) else unit.name

    def curated(self, unit: Unit) -> str:
        """The name of what the recipe's steps make of a unit."""
        return digest("curated", self.read(unit), self.curate_digest(unit.source))

    def keyed(self, unit: Unit) -> str:
        """The name of a unit's keys."""
        return digest("keys", self.curated(unit), self._keys_digests[unit.source])

    @functools.cached_property
    def listed(self) -> str:
        """The name of what says which units the inputs are cut into."""
        return digest("listed", self.inputs, self.unit_bytes, self._scan_digests, self._extract_digests)

    @functools.cached_property
    def payloads(self) -> str:
        """The name of the comparison of the payloads of all units; empty where there is none."""
        if not self.recipe.dedup.payloads:
            return ""
        return digest("payloads", self.units, self._hashed_digests, digests.payloads(self.recipe))

    @functools.cached_property
    def ingested(self) -> str:
        """The name of the sums of what became of all units."""
        return digest("ingested", self._read, self._curate_digests, digests.add())

    @functools.cached_property
    def deduplicated(self) -> str:
        """The name of the deduplication of all units together."""
        against = [[each.identity, each.files] for each in self.against]
        named = self._read, self._curate_digests, self.dedup_digest
        return digest("dedup", *named, against) if against else digest("dedup", *named)

    @functools.cached_property
    def decided(self) -> str:
        """The name of all that is decided before anything is written: which documents stay, and what is cut of them."""
        if not self.recipe.dedup.passages:
            return self.deduplicated
        return digest("spans", self.deduplicated, digests.spans(self.recipe))

    def with_digests(self) -> "Job":
        """This job, which holds from now on what its names are made of. It travels with the job: a process that had to
        find it out would read the source of every module."""
        _ = self.listed, self.ingested, self.decided, self._keys_digests, self.output_digest
        return self

    @property
    def _read(self) -> str:
        """What is read, by name: all units, and which of their payloads."""
        return digest("read", self.units, self.payloads) if self.payloads else self.units

    def _scanned(self, given: Input) -> str:
        return digest("census", given.name, self._scan_digests[given.source])

    def extract_digest(self, source: str) -> str:
        return self._extract_digests[source]

    def curate_digest(self, source: str) -> str:
        return self._curate_digests[source]

    @functools.cached_property
    def dedup_digest(self) -> str:
        return digests.dedup(self.recipe)

    @functools.cached_property
    def output_digest(self) -> str:
        return digests.output(self.recipe)

    @functools.cached_property
    def _scan_digests(self) -> dict[str, str]:
        return {source.name: digests.scan(self.recipe, source.name) for source in self.recipe.sources}

    @functools.cached_property
    def _extract_digests(self) -> dict[str, str]:
        return {source.name: digests.extract(self.recipe, source.name) for source in self.recipe.sources}

    @functools.cached_property
    def _hashed_digests(self) -> dict[str, str]:
        found = (source.name for source in self.recipe.sources if has_payloads(source.read))
        return {name: digests.hashed(self.recipe, name) for name in found}

    @functools.cached_property
    def _curate_digests(self) -> dict[str, str]:
        return {source.name: digests.curate(self.recipe, source.name) for source in self.recipe.sources}

    @functools.cached_property
    def _keys_digests(self) -> dict[str, str]:
        return {source.name: digests.keys(self.recipe, source.name) for source in self.recipe.sources}


@dataclass(frozen=True)
class Work:
    """What a stage's function is given beside its element: the job, and where its files are."""

    storage: Storage
    job: Job
    checked: Checked = field(default_factory=Checked, compare=False, repr=False)
    """The files of rows that need not be hashed again."""
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was read of earlier builds and need not be read again, by its digest."""
