"""What became of a unit, file by file: data, summed into the ledger, never a metric."""

import collections
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from winnow.pipelines.counts import NONE, Count, Rules, dropped, total
from winnow.pipelines.files.parquet import WrittenRows
from winnow.pipelines.files.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Read:
    """What a unit's reading met in one file."""

    items: int = 0
    """Records of all types, and gaps."""
    others: Mapping[str, int] = field(default_factory=dict)
    """kind -> items that carry no document."""
    documents: int = 0
    """Rows that the other items gave: one or more for each; one for an item without a document."""


@dataclass(frozen=True, slots=True)
class Reading(Sealed):
    """What a unit's reading and extraction met, and the file that holds its documents."""

    files: Mapping[str, Read]
    extracted: WrittenRows
    cpu_seconds: Mapping[str, float]
    """Of the sandbox's children (`extract`) and of the rest; no promise covers them."""


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the documents of one file in a unit."""

    read: Read = Read()
    kept: Count = NONE
    """Before deduplication."""
    rejected: Rules = field(default_factory=dict)

    @property
    def documents(self) -> int:
        return (self.kept + dropped(self.rejected)).documents


@dataclass(frozen=True, slots=True)
class Broken:
    """How many documents break a rule."""

    every: int = 0
    alone: int = 0
    """Those that break no other."""

    def __add__(self, other: "Broken") -> "Broken":
        return Broken(self.every + other.every, self.alone + other.alone)


@dataclass(frozen=True, slots=True)
class Tally(Sealed):
    """What became of a unit, and the files that hold its rows."""

    files: Mapping[str, Fates]
    broken: Mapping[str, Broken]
    """By rule."""
    edits: Mapping[str, Mapping[str, int]]
    """step -> what it did -> how often."""
    kept_file: WrittenRows
    rejected_file: WrittenRows
    """Its key is the stage."""
    records: int = 0
    """Those of which a document is kept, before deduplication."""

    @property
    def kept(self) -> int:
        """Documents, before deduplication."""
        return total(fates.kept for fates in self.files.values()).documents


class Counter:
    """Counts while a unit is worked on."""

    def __init__(self) -> None:
        self._kept: dict[str, Count] = {}
        self._rejected: dict[str, dict[str, dict[str, Count]]] = {}
        self._broken: dict[str, Broken] = {}
        self._edits: dict[str, collections.Counter[str]] = {}
        self._records, self._item = 0, -1

    def keep(self, file: str, item: int, characters: int) -> None:
        """A document of a record, those of one record one after another."""
        self._records += item != self._item
        self._item = item
        self._kept[file] = self._kept.get(file, NONE) + Count(1, characters)

    def reject(self, file: str, stage: str, broken: Sequence[str], characters: int) -> None:
        """A document that breaks these rules, the first in the recipe's order first."""
        rules = self._rejected.setdefault(file, {}).setdefault(stage, {})
        rules[broken[0]] = rules.get(broken[0], NONE) + Count(1, characters)
        for rule in broken:
            self._broken[rule] = self._broken.get(rule, Broken()) + Broken(1, int(len(broken) == 1))

    def edit(self, step: str, counts: Mapping[str, int]) -> None:
        self._edits.setdefault(step, collections.Counter()).update(counts)

    def tally(self, read: Mapping[str, Read], kept: WrittenRows, rejected: WrittenRows) -> Tally:
        """The tally of a unit that read these files."""
        fates = {file: Fates(of, self._kept.get(file, NONE), self._rejected.get(file, {})) for file, of in read.items()}
        edits = {step: dict(counts) for step, counts in self._edits.items()}
        return Tally(fates, self._broken, edits, kept, rejected, self._records)
