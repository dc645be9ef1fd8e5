"""What a run has written down: RUN/metrics.jsonl, read so that a page can be drawn of any of it.

A line may be missing, cut off in its middle (the machine went down) or older than this version; what can be read is.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]
BITS, MASKED_BITS = "bits_per_byte", "bits_per_masked_token"
"""A model's quality; an encoder has no bits per byte."""


@dataclass(frozen=True)
class History:
    """The entries of a run in their order, and how many lines were none."""

    entries: tuple[Entry, ...]
    unreadable: int

    def of(self, kind: str) -> list[Entry]:
        """The entries of a kind: start, step, evaluation, save, skip or end."""
        return [entry for entry in self.entries if entry.get("kind") == kind]

    def last(self, kind: str) -> Entry:
        """The newest of a kind; an empty one where there is none."""
        found = self.of(kind)
        return found[-1] if found else {}


def read(path: Path) -> History:
    """The history in a metrics.jsonl; an empty one where the file is missing."""
    if not path.is_file():
        return History((), 0)
    entries, unreadable = [], 0
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            entry = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError):
            unreadable += 1
            continue
        if isinstance(entry, dict):
            entries.append(entry)
        elif line.strip():
            unreadable += 1
    return History(tuple(entries), unreadable)


def value(entry: Entry, *keys: str) -> float:
    """The number at a way of keys; NaN where there is none, so that a line has a gap and no lie."""
    found: Any = entry
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return math.nan
    return float(found)


def column(entries: Sequence[Entry], *keys: str) -> list[float]:
    """`value` of each entry."""
    return [value(entry, *keys) for entry in entries]


def table(entry: Entry, key: str) -> Mapping[str, Any]:
    """The mapping at `key`; an empty one where there is none."""
    found = entry.get(key)
    return found if isinstance(found, Mapping) else {}


def newest(told: History) -> Entry:
    """The last entry that names a step; an empty one where none does."""
    return next((entry for entry in reversed(told.entries) if math.isfinite(value(entry, "step"))), {})


def finite_or(found: float, other: float) -> float:
    """`found`, or `other` where it is no finite number."""
    return found if math.isfinite(found) else other


def bits_key(told: History) -> str:
    """Under which key the run's quality stands."""
    return MASKED_BITS if any(MASKED_BITS in entry for entry in told.entries) else BITS


def words(key: str) -> str:
    """bits_per_byte as people read it."""
    return key.replace("_", " ")
