"""A sketch of every measure by source, language and fate, made of the rows while they are written.

Measures are the fields of the steps' structs, and two columns that every row has: `characters` and `language_score`,
of the step "". A rule drops documents by its measure, `step.measure`; what a row's fate is depends on the measure that
is looked at: one document counts as dropped by one of its measures and as dropped by another for all the rest.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.sketch import Bools, Floats, Ints, Sketch, Sketches
from winnow.pipelines.plan.names import CORPUS, REJECTED, UNKNOWN
from winnow.pipelines.recipe.model import Recipe

KEPT, ALONE, FIRST, ANOTHER = "kept", "dropped by it alone", "dropped by it first", "dropped by another"
FATES = (KEPT, ALONE, FIRST, ANOTHER)
"""Dropped by the rule of the measure: because it broke no other, or as the first of those that it broke. Else dropped
by anything else: another rule, whether it broke this one too or not; a reader; as a duplicate."""

PLAIN = ("characters", "language_score")
"""Columns of every row that are measures as well."""


class Key(NamedTuple):
    """What a sketch is of; sketches are listed in the order of their keys."""

    source: str
    language: str
    """By which the document's limits were chosen; of code that has none the programming language."""
    step: str
    """"" for the columns that no step measured."""
    measure: str
    fate: str


Statistics = dict[Key, Sketch]


class RowStatistics:
    """The sketches of one table's rows. Memory: for each sketch what its bins in use take, 24 bytes each."""

    def __init__(self, recipe: Recipe, table: str) -> None:
        self.table = table
        self._places: dict[tuple[str, str], int] = {}
        """(source, language) -> its number; a cell is a place and a fate."""
        self._columns = {step.name: step.column for step in recipe.steps if step.column}
        """step -> the column that holds its measures."""
        self._sketches = {measure: Sketches() for measure in measures_of(recipe)}

    def add(self, group: pa.Table) -> None:
        if self.table not in (CORPUS, REJECTED) or not group.num_rows:
            return
        cells = self._place(group) * len(FATES)
        characters = group["characters"].to_numpy()
        fates = Fates(group) if self.table == REJECTED else None
        for step, measure, values, reached in values_of(group, self._columns):
            fate = fates.of(f"{step}.{measure}") if fates else FATES.index(KEPT)
            self._sketches[step, measure].add(cells + fate, values, characters, reached)

    def _place(self, group: pa.Table) -> Ints:
        """int64 [rows]: the number of each row's source and language."""
        languages = pc.coalesce(group["language"], group["code_language"], UNKNOWN)
        sources, languages = (c.combine_chunks().dictionary_encode() for c in (group["source"], languages))
        pairs = sources.indices.to_numpy().astype(np.int64) * len(languages.dictionary) + languages.indices.to_numpy()
        distinct, at = np.unique(pairs, return_inverse=True)
        names = sources.dictionary.to_pylist(), languages.dictionary.to_pylist()
        places = [
            self._places.setdefault(
                (names[0][pair // len(names[1])], names[1][pair % len(names[1])]), len(self._places)
            )
            for pair in distinct.tolist()
        ]
        found: Ints = np.array(places, np.int64)[at]
        return found

    def result(self) -> Statistics:
        places = {number: place for place, number in self._places.items()}
        found = {
            Key(*places[cell // len(FATES)], step, measure, FATES[cell % len(FATES)]): sketch
            for (step, measure), sketches in self._sketches.items()
            for cell, sketch in sketches.result().items()
        }
        return dict(sorted(found.items()))


def measures_of(recipe: Recipe) -> list[tuple[str, str]]:
    """(step, measure) of all that rows of the recipe are measured by."""
    return [("", name) for name in PLAIN] + [(s.name, m) for s in recipe.steps if s.column for m in s.measures]


class Fates:
    """What became of rejected rows, as the rule of one measure after another sees it."""

    def __init__(self, group: pa.Table) -> None:
        rules = group["rule"].combine_chunks().dictionary_encode()
        self._rules = {rule: code for code, rule in enumerate(rules.dictionary.to_pylist())}
        self._codes = rules.indices.to_numpy()
        alone = pc.equal(pc.list_value_length(group["failed"]), 1).to_numpy()
        self.by_it: Ints = np.where(alone, FATES.index(ALONE), FATES.index(FIRST))
        """int64 [rows]: numbers in FATES, each as the rule that dropped the row sees it."""

    def of(self, rule: str) -> Ints:
        """int64 [rows]: numbers in FATES."""
        found: Ints = np.where(self._codes == self._rules.get(rule, -1), self.by_it, FATES.index(ANOTHER))
        return found


def values_of(group: pa.Table, columns: Mapping[str, str]) -> Iterator[tuple[str, str, Floats, Bools]]:
    """(step, measure, float64 [rows] with NaN where unknown, bool [rows]: whether the step was reached)."""
    reached = np.ones(group.num_rows, bool)
    for name in PLAIN:
        yield "", name, _floats(group[name].combine_chunks()), reached
    for step, column in columns.items():
        struct = group[column].combine_chunks()
        reached = struct.is_valid().to_numpy(zero_copy_only=False)
        for at, field in enumerate(struct.type):
            yield step, field.name, _floats(struct.field(at)), reached


def _floats(values: pa.Array) -> Floats:
    found: Floats = values.to_numpy(zero_copy_only=False).astype(np.float64)
    return found
