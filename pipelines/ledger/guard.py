"""The share of a source's documents that the steps drop, watched while ingest runs and held once it is done.

It is a function of the input: judged are the first units alone, those from the build's first on of which none is
missing. A tally that comes early waits, so a build ends early for the same reason on every machine.
"""

import collections
from dataclasses import dataclass, field

from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.extraction.settings import FAR
from winnow.pipelines.ingest.ingested import Ingested, SourceTally
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.recipe.model import Recipe

LEAST_SEEN = 1000
"""Documents of a source before its share is believed while ingest runs."""


class TooManyDropped(BuildFailed):
    """The steps drop more of a source than the recipe allows."""


class Guard:
    """Sees tallies, in whatever order they come, and stops a build before it spends the rest of the work."""

    def __init__(self, recipe: Recipe) -> None:
        self._most, self._steps = recipe.max_dropped_share, {step.name for step in recipe.steps}
        self._believed = {source.name: _Counts() for source in recipe.sources}
        self._next = 0
        """Number of the first item that nobody has told of."""
        self._waiting: dict[int, tuple[str, int, _Counts]] = {}
        """(source, items, counts) of units that came early, by the number of their first item."""

    def see(self, unit: Unit, tally: Tally) -> None:
        """Raise TooManyDropped if enough documents of a source are known to say that too many are dropped."""
        self._waiting[unit.number] = unit.source, unit.items, _counts(tally, self._steps)
        while self._next in self._waiting:
            source, items, counts = self._waiting.pop(self._next)
            self._next += items
            self._believed[source].add(counts)
            self._hold(source, self._believed[source], LEAST_SEEN, "so far ")

    def hold(self, found: Ingested) -> None:
        """Raise TooManyDropped if a source lost too many, however few it has, of all units."""
        for source, of in found.sources.items():
            self._hold(source, _counts(of, self._steps), 1, "")

    def _hold(self, source: str, seen: "_Counts", least: int, when: str) -> None:
        if seen.reached >= least and seen.dropped > self._most * seen.reached:
            worst = ", ".join(f"{rule} ({n:,})" for rule, n in seen.rules.most_common(3))
            share, most = f"{seen.dropped / seen.reached:.1%}", f"{self._most:.1%}"
            raise TooManyDropped(
                f"the steps {when}dropped {share} of the {seen.reached:,} documents of source {source!r}, and the "
                f"recipe's max_dropped_share is {most}; most were dropped by {worst}: mend a limit or raise the share"
            )


@dataclass(slots=True)
class _Counts:
    """What became of the documents of some units that reached the steps, or were dropped on behalf of one."""

    reached: int = 0
    rules: collections.Counter[str] = field(default_factory=collections.Counter)
    """Those that the steps dropped, by rule."""

    @property
    def dropped(self) -> int:
        return self.rules.total()

    def add(self, other: "_Counts") -> None:
        self.reached += other.reached
        self.rules.update(other.rules)


def _counts(tally: Tally | SourceTally, steps: set[str]) -> _Counts:
    """Of one unit, or of a source."""
    found = _Counts()
    for fates in tally.files.values():
        rules = {
            rule: n.documents for stage, of in fates.rejected.items() for rule, n in of.items()
            if stage in steps or rule == FAR  # what a step would have dropped, had it come so far
        }  # fmt: skip
        found.add(_Counts(sum(rules.values()) + fates.kept.documents, collections.Counter(rules)))
    return found
