"""The share of a source's documents that the steps drop, watched while ingest runs and held once it is done."""

import collections

from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.recipe.model import Recipe

LEAST_SEEN = 1000
"""Documents of a source before its share is believed while ingest runs."""


class Guard:
    """Sees tallies, in whatever order they come, and stops a build before it spends the rest of the work."""

    def __init__(self, recipe: Recipe) -> None:
        self._most, self._steps = recipe.max_dropped_share, {step.name for step in recipe.steps}
        self._seen = {source.name: _Seen() for source in recipe.sources}

    def see(self, source: str, tally: Tally) -> None:
        """Raise BuildFailed if enough documents of the source are known to say that too many are dropped."""
        self._seen[source].add(tally, self._steps)
        self._hold(source, LEAST_SEEN, "so far ")

    def hold(self) -> None:
        """Raise BuildFailed if a source lost too many, however few it has."""
        for source in self._seen:
            self._hold(source, 1, "")

    def _hold(self, source: str, least: int, when: str) -> None:
        seen = self._seen[source]
        if seen.reached >= least and seen.dropped > self._most * seen.reached:
            worst = ", ".join(f"{rule} ({n:,})" for rule, n in seen.rules.most_common(3))
            share, most = f"{seen.dropped / seen.reached:.1%}", f"{self._most:.1%}"
            raise BuildFailed(
                f"the steps {when}dropped {share} of the {seen.reached:,} documents of source {source!r}, and the "
                f"recipe's max_dropped_share is {most}; most were dropped by {worst}: mend a limit or raise the share"
            )


class _Seen:
    """What is known of a source so far."""

    def __init__(self) -> None:
        self.reached = self.dropped = 0
        self.rules: collections.Counter[str] = collections.Counter()

    def add(self, tally: Tally, steps: set[str]) -> None:
        for fates in tally.files.values():
            rules = {r: n.documents for stage, of in fates.rejected.items() if stage in steps for r, n in of.items()}
            gone = sum(rules.values())
            self.rules.update(rules)
            self.dropped += gone
            self.reached += gone + fates.kept.documents
