"""The sketches of a measure by the documents that one limit is for: kept, dropped, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from winnow.pipelines.corpus.sketch import OCTAVES, Floats, Ints, Sketch, edges_of, merge
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, FATES, FIRST, KEPT
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Limits

SHORT = {KEPT: "kept", ALONE: "alone", FIRST: "first", ANOTHER: "another"}
"""What a fate is called in the report's data."""
FINEST = 0
_STEPS = 6
"""An octave has 2^6 edges."""


@dataclass(frozen=True)
class Group:
    """The documents that the same limits of a measure are for."""

    label: str
    languages: tuple[str, ...]
    """Their languages; none named means all that no other group has."""
    limits: Limits
    sketches: Mapping[str, Sketch]
    """By fate, all four."""

    @property
    def documents(self) -> int:
        """With a value."""
        return sum(sketch.known for sketch in self.sketches.values())


def grouped(spread: Spread) -> dict[tuple[str, str], dict[str, dict[str, list[Sketch]]]]:
    """(step, measure) -> language -> fate -> sketches."""
    found: dict[tuple[str, str], dict[str, dict[str, list[Sketch]]]] = {}
    for key, sketch in spread.sketches.items():
        of = found.setdefault((key.step, key.measure), {}).setdefault(key.language, {})
        of.setdefault(key.fate, []).append(sketch)
    return found


def groups_of(
    by_language: Mapping[str, Mapping[str, Sequence[Sketch]]], limits: Limits, own: Mapping[str, Limits], most: int
) -> list[Group]:
    """The documents with the general limits, then up to `most` languages with limits of their own, most documents
    first."""
    rest = [code for code in by_language if code not in own]
    general = Group("other languages" if own else "all languages", (), limits, _merged(by_language, rest))
    languages = sorted(own, key=lambda code: (-_known(by_language.get(code, {})), code))[:most]
    found = [Group(code, (code,), own[code], _merged(by_language, [code])) for code in languages]
    return [*([general] if general.documents or not own else []), *found]


def _known(by_fate: Mapping[str, Sequence[Sketch]]) -> int:
    """Documents with a value."""
    return sum(sketch.known for sketches in by_fate.values() for sketch in sketches)


def _merged(by_language: Mapping[str, Mapping[str, Sequence[Sketch]]], codes: Sequence[str]) -> dict[str, Sketch]:
    return {
        fate: merge(sketch for code in codes if code in by_language for sketch in by_language[code].get(fate, ()))
        for fate in FATES
    }


@dataclass(frozen=True)
class Table:
    """The bins of several sketches side by side, as fine as is wanted."""

    low: Floats
    high: Floats
    counts: Mapping[str, Ints]
    """By fate: documents, one number a bin."""
    fine: bool
    """Whether a bin holds neither of its ends; else it holds the one nearer to zero."""

    @property
    def middle(self) -> Floats:
        """A value in each bin."""
        low, high = (np.where(np.isfinite(edge), edge, other) for edge, other in
                     ((self.low, self.high), (self.high, self.low)))  # fmt: skip
        found: Floats = np.where(low == high, low, low / 2 + high / 2)
        return found

    @property
    def total(self) -> Ints:
        """Documents of all fates."""
        found: Ints = sum(self.counts.values(), start=np.zeros(len(self.low), np.int64))
        return found

    @property
    def json(self) -> dict[str, Any]:
        return {"fine": self.fine, "low": finite(self.low), "high": finite(self.high),
                **{SHORT[fate]: counts.tolist() for fate, counts in self.counts.items()}}  # fmt: skip


def table_of(sketches: Mapping[str, Sketch], most: int | None = None) -> Table:
    """The bins of these sketches; where there are more than `most`, wider ones, each the sum of neighbours."""
    every = np.unique(np.concatenate([sketch.bins for sketch in sketches.values()]))
    level, names = FINEST, every
    while most is not None and len(names) > most and level <= 2 * _STEPS:
        level += 1
        names = np.unique(_wider(every, level))
    low, high = edges_of(every) if level == FINEST else _edges(names, level)
    counts = {fate: np.zeros(len(names), np.int64) for fate in sketches}
    for fate, sketch in sketches.items():
        own = sketch.bins if level == FINEST else _wider(sketch.bins, level)
        np.add.at(counts[fate], np.searchsorted(names, own), sketch.counts)
    return Table(low, high, counts, level == FINEST)


def _wider(bins: Ints, level: int) -> Ints:
    """The first of the bins that are one wider bin: 2^level edges and what follows each. What lies nearest to zero, and
    zero, stay as they are."""
    size = np.abs(bins)
    first = ((((size // 2) - 1) >> level) << level) + 1
    return np.where(size < 2, bins, np.sign(bins) * 2 * first)


def _edges(names: Ints, level: int) -> tuple[Floats, Floats]:
    size = np.abs(names)
    _, near = edges_of(size)
    _, far = edges_of(np.where(size < 2, size, size + (2 << level)))
    near = np.where(size == 1, 0.0, near)
    far[near >= 2.0**OCTAVES] = np.inf
    return np.where(names < 0, -far, near), np.where(names < 0, -near, far)


def finite(values: Floats) -> list[float | None]:
    """As JSON has them: None is beyond all numbers."""
    return [value if np.isfinite(value) else None for value in values.tolist()]
