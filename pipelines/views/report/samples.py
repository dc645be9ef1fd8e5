"""Which of a build's sampled documents a report shows: a bounded number, the same for the same samples."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus import finished_files, sampled
from winnow.pipelines.corpus.statistics import ALONE, FIRST, KEPT
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import ledger_table
from winnow.pipelines.views.report.bins import Bins

MOST = 2_500
"""Documents of a report."""
MOST_GROUPS = 700
"""Row groups that are read for them."""
_FOR_BARS = 0.4
"""Of both, that are left to the bars of histograms."""
_OF_A_BAR = 2
"""Documents of each bar and fate, where one is to be had from a row group that is read anyway; else one."""

Sample = Mapping[str, Any]
"""A row of ledger/samples.parquet."""


class Place(NamedTuple):
    """Where a row of a build stands."""

    path: str
    row_group: int
    row: int


@dataclass
class Chosen:
    """The documents of a report."""

    places: list[Place] = field(default_factory=list)
    """In the order of their importance."""
    rules: dict[Place, set[str]] = field(default_factory=dict)
    """The rules whose places are marked in each, beside those that it failed."""
    near: dict[tuple[str, str, str], list[Place]] = field(default_factory=dict)
    """(rule, side, "kept" or "dropped") -> nearest first."""
    clusters: dict[str, list[Place]] = field(default_factory=dict)
    """Cluster -> members, the kept one first."""
    edited: list[Place] = field(default_factory=list)


def samples_of(storage: Storage, root: str, files: Collection[str]) -> pa.Table:
    """ledger/samples.parquet, of these files: a copy of a build can lack some. Raises NotHeld if no build wrote it."""
    with storage.open(f"{root}/{ledger_table('samples')}") as stream:
        found = finished_files.whole(stream, sampled.SCHEMA)
    return found.filter(pc.is_in(found["path"], value_set=pa.array(sorted(files), pa.string())))


def choose(samples: pa.Table, bins: Mapping[str, Bins], most: int = MOST) -> Chosen:
    """Of every near miss, rule, source, editor and cluster the first, then of each the second, and so on; then of every
    bar of a histogram (`bins`, by rule) and fate, from row groups that are read anyway where one has any. What is left
    out where there are too many is told by their hash."""
    found = Chosen()
    kinds = samples["kind"].combine_chunks()
    of = {kind: samples.filter(pc.equal(kinds, kind)) for kind in sampled.KINDS}
    rows = {kind: table.to_pylist() for kind, table in of.items() if kind != sampled.BIN}
    takes = _Takes(found, most)
    for row in sorted(rows[sampled.CLUSTER], key=_by_cluster):
        if takes.one(row):
            found.clusters.setdefault(row["cluster"], []).append(_place(row))
    by_value = ((sampled.RULE, "rule"), (sampled.KEPT, "source"), (sampled.EDITED, "step"))
    others = [queue for kind, column in by_value for queue in _queues(rows[kind], column)]
    takes.turns([*_near(rows[sampled.NEAR]), *others])
    takes.bars(_of_bars(of[sampled.BIN], bins))
    known = set(found.places)
    for row in sorted(rows[sampled.NEAR], key=_distance):
        if (place := _place(row)) in known:
            fate = "kept" if row["fate"] == KEPT else "dropped"
            found.near.setdefault((_rule(row), row["side"], fate), []).append(place)
    found.edited = [place for row in rows[sampled.EDITED] if (place := _place(row)) in known]
    return found


class _Takes:
    """Takes samples until there are enough documents, or enough row groups to read."""

    def __init__(self, found: Chosen, most: int) -> None:
        self._found, self._whole, self._groups = found, most, set[tuple[str, int]]()
        self._most, self._most_groups = (int(of * (1 - _FOR_BARS)) for of in (most, MOST_GROUPS))

    def one(self, row: Sample) -> bool:
        """Whether its document is shown."""
        place, rules = _place(row), self._found.rules
        if place not in rules:
            group = place[:2]
            if len(rules) >= self._most or (group not in self._groups and len(self._groups) >= self._most_groups):
                return False
            self._groups.add(group)
            self._found.places.append(place)
            rules[place] = set()
        if row["measure"] is not None and row["step"]:
            rules[place].add(_rule(row))
        return True

    def turns(self, queues: Iterable[Sequence[Sample]]) -> None:
        """The first of every queue, then the second."""
        for turn in zip_longest(*queues):
            for row in sorted((row for row in turn if row is not None), key=lambda row: row["rank"]):
                self.one(row)

    def bars(self, queues: Sequence[Sequence[Sample]]) -> None:
        """Some of every queue that open no row group; of those that have none such, one."""
        self._most, self._most_groups = self._whole, MOST_GROUPS
        at_hand = [[row for row in queue if _place(row)[:2] in self._groups] for queue in queues]
        bare = [queue[:1] for queue, near in zip(queues, at_hand, strict=True) if not near]
        self.turns([near[:_OF_A_BAR] for near in at_hand])
        self.turns(bare)


def _near(rows: Iterable[Sample]) -> list[list[Sample]]:
    queues: dict[tuple[str, str, bool], list[Sample]] = {}
    for row in sorted(rows, key=_distance):
        queues.setdefault((_rule(row), row["side"], row["fate"] == KEPT), []).append(row)
    return list(queues.values())


def _distance(row: Sample) -> tuple[float, str]:
    return abs(row["value"] - row["low"]) / (abs(row["low"]) or 1.0), row["rank"]


def _queues(rows: Sequence[Sample], by: str) -> list[list[Sample]]:
    queues: dict[str, list[Sample]] = {}
    for row in sorted(rows, key=lambda row: row["rank"]):
        queues.setdefault(row[by] or "", []).append(row)
    return [queues[name] for name in sorted(queues)]


def _of_bars(table: pa.Table, bins: Mapping[str, Bins]) -> list[list[Sample]]:
    """Of each bar and fate the samples, those of least rank first."""
    queues: dict[tuple[str, int, str], list[Sample]] = {}
    columns = ["step", "measure", "fate", "value", "rank", "path", "row_group", "row"]
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for row in table.select(columns).to_pylist():
        if (rule := _rule(row)) in bins and math.isfinite(row["value"]):
            by_rule.setdefault(rule, []).append(row)
    for rule, rows in by_rule.items():
        bars = bins[rule].of(np.array([row["value"] for row in rows]))
        for row, bar in zip(rows, bars.tolist(), strict=True):
            fate = FIRST if row["fate"] == ALONE else row["fate"]
            queues.setdefault((rule, bar, fate), []).append(row)
    for queue in queues.values():
        queue.sort(key=lambda row: row["rank"])
    return [queues[key] for key in sorted(queues)]


def _by_cluster(row: Sample) -> tuple[Any, ...]:
    return -row["cluster_size"], row["cluster"], row["rule"] is not None, row["rank"]


def _rule(row: Sample) -> str:
    return f"{row['step']}.{row['measure']}"


def _place(row: Sample) -> Place:
    return Place(row["path"], row["row_group"], row["row"])


def by_group(places: Sequence[Place]) -> Iterator[tuple[tuple[str, int], list[Place]]]:
    """The places of each row group, in order."""
    groups: dict[tuple[str, int], list[Place]] = {}
    for place in places:
        groups.setdefault((place.path, place.row_group), []).append(place)
    for group in sorted(groups):
        yield group, groups[group]
