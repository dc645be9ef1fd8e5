"""What rows are measured by, and the limits of each measure: by the recipe, or by a finished build's rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from winnow.pipelines.corpus.sketch import Floats
from winnow.pipelines.corpus.statistics import measures_of
from winnow.pipelines.recipe.model import Recipe, column_of

MinMax = tuple[float | None, float | None]
"""None is no limit."""


@dataclass(frozen=True)
class Thresholds:
    """Of every measure, those of the step "" included, which have no limits."""

    measures: Sequence[tuple[str, str]]
    """(step, measure)."""
    limits: Callable[[str | None], Mapping[tuple[str, str], MinMax]]
    """Language -> the limits for its documents, of the measures that have some."""

    @property
    def columns(self) -> dict[str, str]:
        """step -> the column that holds its measures."""
        return {step: column_of(step) for step, _ in self.measures if step}

    @property
    def rules(self) -> list[str]:
        """The name of each measure's rule."""
        return [f"{step}.{measure}" for step, measure in self.measures]

    def of(self, language: str | None) -> Floats:
        """float64 [measures, (min, max)]: NaN where there is no limit."""
        found = self.limits(language)
        limits = [found.get(measure, (None, None)) for measure in self.measures]
        return np.array(limits, np.float64).reshape(-1, 2)  # None becomes NaN


def thresholds(recipe: Recipe) -> Thresholds:
    """Those of a recipe."""

    def limits(language: str | None) -> dict[tuple[str, str], MinMax]:
        steps = [step.of(language) for step in recipe.steps if step.column]
        return {(step.name, rule.name): (rule.min, rule.max) for step in steps for rule in step.rules}

    return Thresholds(measures_of(recipe), limits)
