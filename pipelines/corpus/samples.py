"""Choosing samples (`sampled`) while rows are written, a row group at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus import cells
from winnow.pipelines.corpus.sampled import (
    BIN,
    CLUSTER,
    EDITED,
    KEPT,
    MOST_OF,
    NEAR,
    RULE,
    SCHEMA,
    Sampled,
    chosen_clusters,
    distances,
    least_of_each,
    numbers_of,
)
from winnow.pipelines.corpus.sketch import Bools, Floats, Ints
from winnow.pipelines.corpus.statistics import FATES, Fates, values_of
from winnow.pipelines.corpus.tables import EXACT
from winnow.pipelines.corpus.tables import NEAR as NEAR_COPY
from winnow.pipelines.corpus.thresholds import Thresholds
from winnow.pipelines.plan.names import CORPUS, REJECTED

SIDES = ("min", "max")
_KEPT = 0
"""The place of the kept in FATES."""


class RowSamples:
    """The samples among the rows of one file of corpus/ or rejected/. Memory: as `Sampled`, and one row group's."""

    def __init__(self, thresholds: Thresholds, path: str) -> None:
        self._thresholds, self._path = thresholds, path
        self._table = path.partition("/")[0]
        self._numbers = {measure: number for number, measure in enumerate(thresholds.measures)}
        self._rules = thresholds.rules
        self._limits: dict[str | None, Floats] = {}
        self._found, self._row_groups = Sampled(), 0

    def add(self, rows: pa.Table, ranks: Sequence[str], group_rows: int) -> None:
        """The file's next rows, each with its rank; they are written as row groups of so many."""
        if self._table not in (CORPUS, REJECTED) or not rows.num_rows:
            return
        group = _Group(rows, ranks, self._path, self._row_groups, group_rows)
        self._row_groups += -(-rows.num_rows // group_rows)
        found = [self._bins(group), group.clusters()]
        if group.rejected:
            found += [self._near_dropped(group), group.first(RULE, "rule")]
        else:
            edited = np.flatnonzero(pc.list_value_length(rows["edits"]).to_numpy() > 0)
            found += [*self._near_kept(group), group.first(KEPT, "source"), group.first(EDITED, None, edited)]
        self._found.add(pa.concat_tables(found))

    def result(self) -> pa.Table:
        """As `Sampled.result`."""
        return self._found.result()

    def _bins(self, group: "_Group") -> pa.Table:
        fates, at, measures, values = [], [], [], []
        for number, found, reached in self._measured(group):
            known = np.flatnonzero(reached & ~np.isnan(found))
            fate, value = group.fates_of(self._rules[number])[known], found[known] + 0.0  # of -0.0 it makes 0.0
            by = fate * (2 * cells.MOST + 1) + cells.cells_of(value)
            some = least_of_each(MOST_OF[BIN], by, group.ranks[known])
            at.append(known[some])
            fates.append(fate[some])
            values.append(value[some])
            measures.append(np.full(len(some), number))
        value = np.concatenate(values)
        low, high = cells.limits_of(cells.cells_of(value))
        return group.samples(
            BIN, np.concatenate(at), **self._named(np.concatenate(measures)), value=value, low=low, high=high,
            fate=_named(FATES, np.concatenate(fates)),
        )  # fmt: skip

    def _measured(self, group: "_Group") -> Iterator[tuple[int, Floats, Bools]]:
        """As `values_of`, with the numbers of the measures; those that are in the file alone are passed over."""
        for step, measure, values, reached in values_of(group.rows, self._thresholds.columns):
            if (number := self._numbers.get((step, measure))) is not None:
                yield number, values, reached

    def _near_kept(self, group: "_Group") -> list[pa.Table]:
        """Of each limit the kept documents that came nearest to it, each by the limit for its language."""
        limits, languages = self._limits_of(group.rows)
        found = []
        for number, values, reached in self._measured(group):
            for side, name in enumerate(SIDES):
                limit = limits[:, number, side][languages]
                passes = reached & (values >= limit if name == "min" else values <= limit)  # never where one is NaN
                if not passes.any():
                    continue
                at = np.flatnonzero(passes)
                nearest = distances(values[at], limit[at])
                at = at[least_of_each(MOST_OF[NEAR], np.zeros(len(at), np.int64), nearest, group.ranks[at])]
                found.append(group.samples(
                    NEAR, at, **self._named(np.full(len(at), number)), side=pa.repeat(name, len(at)),
                    fate=pa.repeat(FATES[_KEPT], len(at)), value=values[at] + 0.0, low=limit[at], high=limit[at],
                ))  # fmt: skip
        return found

    def _near_dropped(self, group: "_Group") -> pa.Table:
        """Of each limit the documents that were dropped for it and came nearest to it."""
        value, limit = (group.rows[name].to_numpy().astype(np.float64) for name in ("value", "limit"))
        number = group.numbers("rule", self._rules)
        at = np.flatnonzero((number >= 0) & ~np.isnan(value) & ~np.isnan(limit))
        above = (value > limit).astype(np.int64)
        by, nearest = 2 * number[at] + above[at], distances(value[at], limit[at])
        at = at[least_of_each(MOST_OF[NEAR], by, nearest, group.ranks[at])]
        return group.samples(
            NEAR, at, **self._named(number[at]), side=_named(SIDES, above[at]), value=value[at] + 0.0, low=limit[at],
            high=limit[at], fate=_named(FATES, group.by_its_rule[at]),
        )  # fmt: skip

    def _limits_of(self, rows: pa.Table) -> tuple[Floats, Ints]:
        """float64 [languages, measures, (min, max)]: the limits by which rows were judged; NaN is none. int64 [rows]:
        the language of each."""
        languages = rows["language"].combine_chunks().dictionary_encode(null_encoding="encode")
        names = languages.dictionary.to_pylist()
        for name in names:
            if name not in self._limits:
                self._limits[name] = self._thresholds.of(name)
        return np.stack([self._limits[name] for name in names]), languages.indices.to_numpy().astype(np.int64)

    def _named(self, numbers: Ints) -> dict[str, pa.Array]:
        """The columns `step` and `measure`."""
        steps, measures = zip(*self._thresholds.measures, strict=True)
        return {"step": _named(steps, numbers), "measure": _named(measures, numbers)}


class _Group:
    """Some rows, with what is asked of all of them once."""

    def __init__(self, rows: pa.Table, ranks: Sequence[str], path: str, row_group: int, group_rows: int) -> None:
        self.rows, self.ranks = rows, numbers_of(ranks)
        self._path, self._row_group, self._group_rows = path, row_group, group_rows
        self._table = path.partition("/")[0]
        self.rejected = self._table == REJECTED
        self._ranks = pa.array(ranks, pa.string())
        self._fates = Fates(rows) if self.rejected else None

    def fates_of(self, rule: str) -> Ints:
        """int64 [rows]: numbers in FATES, as the rule of a measure sees them."""
        return self._fates.of(rule) if self._fates else np.full(self.rows.num_rows, _KEPT)

    @property
    def by_its_rule(self) -> Ints:
        """int64 [rows]: numbers in FATES, each as the rule that dropped it sees it."""
        assert self._fates
        return self._fates.by_it

    def numbers(self, column: str, names: Sequence[str]) -> Ints:
        """int64 [rows]: the place of each value in a list of names; -1 where it is not there."""
        values = self.rows[column].combine_chunks().dictionary_encode()
        places = {name: place for place, name in enumerate(names)}
        of = np.array([places.get(name, -1) for name in values.dictionary.to_pylist()], np.int64)
        found: Ints = of[values.indices.to_numpy()]
        return found

    def first(self, kind: str, by: str | None, among: Ints | None = None) -> pa.Table:
        """Those of least rank for each value of a column, among all rows or some."""
        at = np.arange(self.rows.num_rows) if among is None else among
        of = self.rows[by].combine_chunks().dictionary_encode().indices.to_numpy()[at] if by else np.zeros(len(at))
        at = at[least_of_each(MOST_OF[kind], of.astype(np.int64), self.ranks[at])]
        return self.samples(kind, at, **({"value": self.rows["value"].take(at)} if kind == RULE else {}))

    def clusters(self) -> pa.Table:
        """The members of clusters of this build that may be chosen: a kept document, and what was dropped for it."""
        at = np.flatnonzero(self._members())
        names, sizes = self.rows["cluster"].take(at).to_pylist(), self.rows["cluster_size"].take(at).to_pylist()
        keys = list(zip(sizes, names, strict=True))
        chosen = chosen_clusters({*keys})
        at = at[np.array([key in chosen for key in keys], bool)]
        return self.samples(CLUSTER, at, **{name: self.rows[name].take(at) for name in ("cluster", "cluster_size")})

    def _members(self) -> Bools:
        several = pc.fill_null(pc.greater(self.rows["cluster_size"], 1), False)
        if self.rejected:  # of another build's clusters none is told
            own = pc.is_in(self.rows["rule"], pa.array([EXACT, NEAR_COPY]))
        else:  # a kept record goes by the id of its first part
            own = pc.equal(self.rows["cluster"], self.rows["id"])
        found: Bools = pc.and_(several, pc.fill_null(own, False)).to_numpy()
        return found

    def samples(self, kind: str, at: Ints, **more: Any) -> pa.Table:
        """The rows at these places as samples, with SCHEMA."""
        group, row = np.divmod(at, self._group_rows)
        columns = {
            name: pa.repeat(value, len(at))
            for name, value in (("kind", kind), ("table", self._table), ("path", self._path))
        } | {"source": self.rows["source"].take(at), "rank": self._ranks.take(pa.array(at))}
        columns |= {"row_group": self._row_group + group, "row": row} | more
        if self.rejected:
            columns["rule"] = self.rows["rule"].take(at)
        return pa.table([_column(columns.get(field.name), field.type, len(at)) for field in SCHEMA], SCHEMA)


def _column(values: Any, kind: pa.DataType, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, kind)
    return values.cast(kind) if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, kind)


def _named(names: Sequence[str], numbers: Ints) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(numbers))
