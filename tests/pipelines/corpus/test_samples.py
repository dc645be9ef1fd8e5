"""Samples are chosen as a plain loop over all rows would choose them."""

import dataclasses
import itertools
import math
import random
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from small_builds import Long, recipe

from winnow.filters.rules import Rule
from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.cells import cells_of, limits_of
from winnow.pipelines.corpus.sampled import SCHEMA, merged
from winnow.pipelines.corpus.samples import RowSamples
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, FIRST, KEPT
from winnow.pipelines.corpus.surveyed import rank_of, ranks_of
from winnow.pipelines.corpus.thresholds import thresholds
from winnow.pipelines.recipe.model import Step

GERMAN = (Rule("characters", min=80.0), Rule("bangs"))
STEP = Step("long", "long", Long(), (Rule("characters", min=50.0), Rule("bangs", min=-2.0, max=0.0)))
RECIPE = recipe(dataclasses.replace(STEP, languages=(("de", dataclasses.replace(STEP, rules=GERMAN)),)))
BANGS, CHARACTERS = "long.bangs", "long.characters"
Row = dict[str, Any]


def row(dice: random.Random, offset: int, table: str) -> Row:
    characters, bangs = dice.choice([None, 200.0 * dice.random()]), dice.choice([-3.0, 0.0, -0.0, 1.0, math.inf])
    found: Row = {
        "id": f"{dice.randrange(40):032x}", "text": None, "source": dice.choice(["web", "books"]), "file": "f",
        "offset": offset, "part": 0, "language": dice.choice(["en", "de", None]), "language_score": dice.random(),
        "characters": dice.randrange(1000), "cluster": f"{dice.randrange(40):032x}",
        "edits": dice.choice([[], [{"start": 0, "end": 1, "replacement": ""}]]),
        "long": dice.choice([None, {"characters": characters, "bangs": bangs}]),
    }  # fmt: skip
    found["cluster_size"] = dice.choice([None, 1, 2 + int(found["cluster"], 16) % 7])
    if table == "rejected":
        failed = dice.choice([[BANGS], [BANGS, CHARACTERS], [CHARACTERS], ["duplicate.near"], ["http.status"],
                              ["duplicate.earlier"]])  # fmt: skip
        value = 200.0 * dice.random()
        found |= {"stage": "s", "rule": failed[0], "failed": failed, "detail": None, "value": value, "limit": None}
        if failed[0] in (BANGS, CHARACTERS):
            found["limit"] = dice.choice([100.0, 0.0, -2.0])
    return found


def many(count: int, table: str, seed: int = 1) -> list[Row]:
    dice = random.Random(seed)
    return [row(dice, offset, table) for offset in range(count)]


def made(rows: list[Row], table: str, at_once: int = 1000, group_rows: int = 10_000, number: int = 0) -> pa.Table:
    samples = RowSamples(thresholds(RECIPE), f"{table}/part-{number:05d}.parquet")
    every = pa.Table.from_pylist(rows, {"corpus": schema.corpus, "rejected": schema.rejected}[table](RECIPE))
    for i in range(0, len(rows), at_once):
        group = every.slice(i, at_once)
        samples.add(group, ranks_of(group), group_rows)
    return samples.result()


def first(most: int, rows: Iterable[Row], by: Callable[[Row], Any], order: Callable[[Row], Any]) -> list[Row]:
    """Those of each value that come first."""
    groups: dict[Any, list[Row]] = {}
    for found in rows:
        groups.setdefault(by(found), []).append(found)
    return [found for of in groups.values() for found in sorted(of, key=order)[:most]]


def told(kind: str, row: Row, **more: Any) -> Row:
    return {"kind": kind, "source": row["source"], "rule": row.get("rule"), "rank": rank_of(row)} | more


def fate(row: Row, rule: str) -> str:
    if "rule" not in row:
        return KEPT
    return ANOTHER if row["rule"] != rule else ALONE if len(row["failed"]) == 1 else FIRST


def bins(rows: list[Row]) -> Iterable[Row]:
    for found in rows:
        measures = {("", name): found[name] for name in ("characters", "language_score")}
        measures |= {("long", name): value for name, value in (found["long"] or {}).items()}
        for (step, measure), value in measures.items():
            if value is not None:
                ends = limits_of(cells_of(np.array([float(value)])))
                yield told("bin", found, step=step, measure=measure, fate=fate(found, f"{step}.{measure}"),
                           value=value + 0.0, low=float(ends[0][0]), high=float(ends[1][0]))  # fmt: skip


def near(rows: list[Row]) -> Iterable[Row]:
    limits: dict[str | None, Any] = {None: {"characters": (50.0, None), "bangs": (-2.0, 0.0)}}
    limits |= {"en": limits[None], "de": {"characters": (80.0, None), "bangs": (None, None)}}
    for found in rows:
        if "rule" in found:
            if found["limit"] is not None:
                side = "max" if found["value"] > found["limit"] else "min"
                yield told("near", found, step="long", measure=found["rule"][5:], side=side, value=found["value"],
                           fate=fate(found, found["rule"]), low=found["limit"], high=found["limit"])  # fmt: skip
            continue
        for measure, value in (found["long"] or {}).items():
            for side, limit in zip(("min", "max"), limits[found["language"]][measure], strict=True):
                if None not in (limit, value) and (value >= limit if side == "min" else value <= limit):
                    yield told("near", found, step="long", measure=measure, side=side, value=value + 0.0, fate=KEPT,
                               low=limit, high=limit)  # fmt: skip


def members(rows: list[Row]) -> list[Row]:
    own = [r for r in rows if (r["cluster_size"] or 1) > 1 and r.get("rule", "duplicate.near") == "duplicate.near"]
    own = [r for r in own if "rule" in r or r["id"] == r["cluster"]]
    clusters = {(r["cluster_size"], r["cluster"]) for r in own}
    largest = sorted(clusters, key=lambda c: (-c[0], c[1]))[:10]
    hashed = sorted(clusters, key=lambda c: blake2b(c[1].encode(), digest_size=8).digest())[:10]
    some = [r for r in own if (r["cluster_size"], r["cluster"]) in [*largest, *hashed]]
    chosen = first(4, some, lambda r: r["cluster"], lambda r: ("rule" in r, rank_of(r)))
    return [told("cluster", r, cluster=r["cluster"], cluster_size=r["cluster_size"]) for r in chosen]


def expected(rows: list[Row]) -> list[Row]:
    """The samples of rows, without their places."""
    kept, dropped = [r for r in rows if "rule" not in r], [r for r in rows if "rule" in r]
    distance = lambda r: (abs(r["value"] - r["low"]) / (abs(r["low"]) or 1.0), r["rank"])  # noqa: E731
    found = [
        *first(2, bins(rows), lambda r: (r["step"], r["measure"], r["fate"], r["low"], r["high"]), lambda r: r["rank"]),
        *first(5, near(rows), lambda r: (r["measure"], r["side"], r["rule"] is None), distance),
        *(told("rule", r, value=r["value"]) for r in first(20, dropped, lambda r: r["rule"], rank_of)),
        *(told("kept", r) for r in first(40, kept, lambda r: r["source"], rank_of)),
        *members(rows),
        *(told("edited", r) for r in first(20, (r for r in kept if r["edits"]), lambda r: 0, rank_of)),
    ]
    return [dict.fromkeys(_TOLD) | r for r in found]


_TOLD = [name for name in SCHEMA.names if name not in ("table", "path", "row_group", "row")]


def without_place(samples: pa.Table) -> list[Row]:
    return samples.select(_TOLD).to_pylist()


def order(rows: list[Row]) -> list[str]:
    return sorted(map(str, rows))


@pytest.mark.parametrize("table", ["corpus", "rejected"])
def test_as_a_loop_chooses(table: str) -> None:
    rows = many(400, table)
    assert order(without_place(made(rows, table))) == order(expected(rows))


def test_parts_of_both_tables_merged_in_any_order() -> None:
    kept, dropped = many(300, "corpus"), many(300, "rejected", 2)
    parts = [made(kept[:100], "corpus"), made(kept[100:], "corpus", number=1), made(dropped, "rejected")]
    found = [merged(order) for order in itertools.permutations(parts)]
    assert [one.equals(found[0]) for one in found] == [True] * 6
    assert order(without_place(found[0])) == order(expected(kept + dropped))
    assert merged([found[0], parts[1]]).equals(found[0]) is False  # its samples a second time
    assert merged([]).equals(SCHEMA.empty_table())


def test_the_same_whatever_comes_at_once_and_sorted() -> None:
    rows = many(120, "rejected")
    found = made(rows, "rejected")
    for at_once in (1, 7, 50):
        assert without_place(made(rows, "rejected", at_once)) == without_place(found)
    keys = [
        tuple(map(str, row.values())) for row in found.select(["kind", "step", "measure", "side", "fate"]).to_pylist()
    ]
    assert keys == sorted(keys)


@pytest.mark.parametrize("table", ["corpus", "rejected"])
def test_places_are_those_of_row_groups_as_they_are_written(table: str) -> None:
    """Tables of ten rows, each written as row groups of four, four and two."""
    rows = many(35, table)
    for found in made(rows, table, at_once=10, group_rows=4).to_pylist():
        place = 10 * (found["row_group"] // 3) + 4 * (found["row_group"] % 3) + found["row"]
        assert (found["rank"], found["table"]) == (rank_of(rows[place]), table)
        assert found["path"] == f"{table}/part-00000.parquet"


def test_no_more_than_the_bound() -> None:
    """Of many rows with few values a few each."""
    rows = [r | {"long": {"characters": 60.0, "bangs": 0.0}, "characters": 5} for r in many(3000, "corpus")]
    table = made([r | {"language_score": None} for r in rows], "corpus", at_once=500)
    kinds = table["kind"].to_pylist()
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "bin": 3 * 2, "near": 3 * 5, "kept": 2 * 40, "edited": 20, "cluster": kinds.count("cluster"),
    }  # fmt: skip
    assert kinds.count("cluster") <= 20 * 4


@pytest.mark.parametrize("table", ["clusters", "keys"])
def test_other_tables_have_no_samples(table: str) -> None:
    samples = RowSamples(thresholds(RECIPE), f"{table}/part-00000.parquet")
    samples.add(pa.Table.from_pylist([{"id": "0"}], schema.CLUSTERS), [], 10)
    assert samples.result().equals(SCHEMA.empty_table())
    assert made([], "corpus").equals(SCHEMA.empty_table())
