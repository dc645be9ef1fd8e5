"""Which sampled documents a report shows: one of everything first, a bounded number, the same in any order of rows."""

import random
from typing import Any

import pyarrow as pa
import pytest

from winnow.pipelines.corpus.sampled import SCHEMA
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, FIRST, KEPT
from winnow.pipelines.views.report import samples
from winnow.pipelines.views.report.bins import LINEAR, Bins
from winnow.pipelines.views.report.samples import Chosen, Place, choose

BINS = {"s.m": Bins(LINEAR, ((0.0, 1.0), (1.0, 2.0), (2.0, 3.0)))}


def row(kind: str, at: int, **more: Any) -> dict[str, Any]:
    """A sample in row `at` of its own row group."""
    place = {
        "table": "corpus",
        "path": "corpus/a/en/part-00000.parquet",
        "row_group": at,
        "row": 0,
        "rank": f"{at:016x}",
    }
    return {**dict.fromkeys(SCHEMA.names), "kind": kind, **place, **more}


def bin_(at: int, value: float, fate: str = KEPT, **more: Any) -> dict[str, Any]:
    return row("bin", at, step="s", measure="m", fate=fate, value=value, **more)


def near(at: int, value: float, fate: str = KEPT, side: str = "min") -> dict[str, Any]:
    return row("near", at, step="s", measure="m", fate=fate, side=side, value=value, low=10.0, high=10.0)


def chosen(*rows: dict[str, Any], most: int = 100) -> Chosen:
    mixed = [*rows]
    random.Random(1).shuffle(mixed)
    found = choose(pa.Table.from_pylist(mixed, SCHEMA), BINS, most)
    assert found == choose(pa.Table.from_pylist([*rows], SCHEMA), BINS, most)
    return found


def groups(found: Chosen) -> list[int]:
    return [place.row_group for place in found.places]


def test_one_of_everything_comes_before_a_second() -> None:
    rules = [row("rule", at, rule=rule) for at, rule in ((5, "a"), (6, "a"), (9, "b"))]
    found = chosen(*rules, row("kept", 7, source="x"), row("kept", 8, source="x"))
    assert groups(found) == [5, 7, 9, 6, 8]
    assert groups(chosen(*[row("rule", n, rule=r) for n, r in enumerate("aabbcc")], most=7)) == [0, 2, 4, 1]


def test_near_misses_are_listed_nearest_first() -> None:
    found = chosen(near(1, 13), near(2, 11), near(3, 9, ALONE), near(4, 8, FIRST), near(5, 12, KEPT, "max"))
    at = {key: [place.row_group for place in places] for key, places in found.near.items()}
    assert at == {("s.m", "min", "kept"): [2, 1], ("s.m", "min", "dropped"): [3, 4], ("s.m", "max", "kept"): [5]}
    assert {place.row_group: rules for place, rules in found.rules.items()} == {at: {"s.m"} for at in range(1, 6)}


def test_the_kept_document_of_a_cluster_comes_first_and_larger_clusters_before() -> None:
    def of(at: int, id: str, size: int, rule: str | None) -> dict[str, Any]:
        return row("cluster", at, cluster=id, cluster_size=size, rule=rule)

    found = chosen(
        of(1, "b", 2, "duplicate.near"), of(2, "b", 2, None), of(3, "a", 9, "duplicate.exact"), of(4, "a", 9, None)
    )
    assert {id: [place.row_group for place in places] for id, places in found.clusters.items()} == {
        "a": [4, 3],
        "b": [2, 1],
    }
    assert list(found.clusters) == ["a", "b"]


def test_every_bar_and_fate_has_one() -> None:
    found = chosen(
        bin_(1, 0.5), bin_(2, 0.6), bin_(3, 0.5, ALONE), bin_(4, 0.5, FIRST), bin_(5, 0.5, ANOTHER), bin_(6, 2.5)
    )
    assert groups(found) == [1, 3, 5, 6]


def test_a_bar_is_filled_from_what_is_read_anyway() -> None:
    found = chosen(
        row("rule", 9, rule="a"), bin_(1, 0.5), bin_(9, 0.6, row=7), bin_(9, 0.7, row=8), bin_(9, 0.8, row=9)
    )
    assert found.places == [Place("corpus/a/en/part-00000.parquet", 9, at) for at in (0, 7, 8)]


def test_no_more_row_groups_are_read_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "MOST_GROUPS", 5)
    rows = [row("rule", n, rule=f"r{n}") for n in range(9)] + [bin_(n, 0.5 + n % 3, ALONE) for n in range(20, 30)]
    found = chosen(*rows, bin_(0, 1.5, row=3))
    assert groups(found) == [0, 1, 2, 0, 20, 21]


def test_what_is_of_no_measure_of_the_ledger_or_beyond_all_numbers_is_left_out() -> None:
    assert (
        groups(chosen(bin_(1, float("inf")), row("bin", 2, step="", measure="characters", fate=KEPT, value=1.0))) == []
    )


def test_nothing_is_sampled() -> None:
    assert choose(SCHEMA.empty_table(), BINS) == Chosen()
