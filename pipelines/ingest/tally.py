"""What became of a unit, file by file: data, summed into the ledger, never a metric."""

import collections
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.sealed import read_sealed, write_sealed
from winnow.pipelines.files.storage import Storage

Rules = Mapping[str, Mapping[str, Count]]
"""stage -> rule -> documents, by the rule that each broke first."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a unit's reading met in one file."""

    items: int
    others: Mapping[str, int]
    """kind -> items that carry no document."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a unit's reading and extraction met, and the file that holds it."""

    files: Mapping[str, Read]
    extracted: Mapping[str, Any]
    """Receipt of the file of documents: rows, bytes, sha256."""
    cpu_seconds: Mapping[str, float]
    """Of the sandbox's children and of the rest; for run.json alone."""

    def save(self, storage: Storage, path: str) -> None:
        files = {file: {"items": read.items, "others": dict(read.others)} for file, read in self.files.items()}
        held = {"files": files, "extracted": dict(self.extracted), "cpu_seconds": dict(self.cpu_seconds)}
        write_sealed(storage, path, held)

    @staticmethod
    def load(storage: Storage, path: str) -> "Reading":
        held = read_sealed(storage, path)
        files = {file: Read(read["items"], read["others"]) for file, read in held["files"].items()}
        return Reading(files, held["extracted"], held["cpu_seconds"])


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the documents of one file in a unit."""

    items: int = 0
    others: Mapping[str, int] = field(default_factory=dict)
    kept: Count = NONE
    rejected: Rules = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a unit, and the files that hold its rows."""

    files: Mapping[str, Fates]
    broken: Mapping[str, tuple[int, int]]
    """rule -> (documents that break it, documents that break no other)."""
    edits: Mapping[str, Mapping[str, int]]
    """step -> what it did -> how often."""
    kept_file: Mapping[str, Any]
    """Receipt: rows, bytes, sha256."""
    rejected_file: Mapping[str, Any]
    """Receipt: rows, bytes, sha256, and the stage of each row group."""

    @property
    def kept(self) -> int:
        """Documents, before deduplication."""
        return sum(fates.kept.documents for fates in self.files.values())

    def save(self, storage: Storage, path: str) -> None:
        files = {
            file: {
                "items": fates.items, "others": dict(fates.others), "kept": fates.kept.json,
                "rejected": {s: {rule: count.json for rule, count in of.items()} for s, of in fates.rejected.items()},
            }
            for file, fates in self.files.items()
        }  # fmt: skip
        write_sealed(storage, path, {
            "files": files, "broken": {rule: list(counts) for rule, counts in self.broken.items()},
            "edits": {step: dict(counts) for step, counts in self.edits.items()},
            "kept_file": dict(self.kept_file), "rejected_file": dict(self.rejected_file),
        })  # fmt: skip

    @staticmethod
    def load(storage: Storage, path: str) -> "Tally":
        held = read_sealed(storage, path)
        files = {
            file: Fates(
                fates["items"], fates["others"], Count.of(fates["kept"]),
                {stage: {r: Count.of(c) for r, c in rules.items()} for stage, rules in fates["rejected"].items()},
            )
            for file, fates in held["files"].items()
        }  # fmt: skip
        broken = {rule: (every, alone) for rule, (every, alone) in held["broken"].items()}
        return Tally(files, broken, held["edits"], held["kept_file"], held["rejected_file"])


class Counter:
    """Counts while a unit is worked on."""

    def __init__(self) -> None:
        self._kept: dict[str, Count] = {}
        self._rejected: dict[str, dict[str, dict[str, Count]]] = {}
        self._broken: dict[str, tuple[int, int]] = {}
        self._edits: dict[str, collections.Counter[str]] = {}

    def keep(self, file: str, characters: int) -> None:
        self._kept[file] = self._kept.get(file, NONE) + Count(1, characters)

    def reject(self, file: str, stage: str, broken: Sequence[str], characters: int) -> None:
        """A document that breaks these rules, the first in the recipe's order first."""
        rules = self._rejected.setdefault(file, {}).setdefault(stage, {})
        rules[broken[0]] = rules.get(broken[0], NONE) + Count(1, characters)
        for rule in broken:
            every, alone = self._broken.get(rule, (0, 0))
            self._broken[rule] = (every + 1, alone + (len(broken) == 1))

    def edit(self, step: str, counts: Mapping[str, int]) -> None:
        self._edits.setdefault(step, collections.Counter()).update(counts)

    def tally(self, read: Mapping[str, Read], kept: Mapping[str, Any], rejected: Mapping[str, Any]) -> Tally:
        files = {
            file: Fates(of.items, of.others, self._kept.get(file, NONE), self._rejected.get(file, {}))
            for file, of in read.items()
        }
        edits = {step: dict(counts) for step, counts in self._edits.items()}
        return Tally(files, self._broken, edits, kept, rejected)
