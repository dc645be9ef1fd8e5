import random
from typing import Any

import pyarrow as pa
from small_builds import recipe

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.overlaps import SCHEMA, Overlaps, RowOverlaps, merged, overlaps_in, table_of
from winnow.pipelines.counts import NONE, Count

RULES = [f"long.{letter}" for letter in "dbeca"]
ROW: dict[str, Any] = {"source": "web", "characters": 10, "rule": "long.a", "failed": ["long.a"]}


def many(count: int) -> list[dict[str, Any]]:
    dice = random.Random(3)
    return [
        ROW | {"failed": dice.sample(RULES, dice.randint(1, 5)), "source": dice.choice(["web", "a\nb", "web"]),
               "characters": dice.choice([0, 7, 10**12])}
        for _ in range(count)
    ]  # fmt: skip


def found_in(rows: list[dict[str, Any]], at_once: int = 1000, table: str = "rejected") -> Overlaps:
    overlaps = RowOverlaps(table)
    every = pa.Table.from_pylist(rows, schema.rejected(recipe()))
    for i in range(0, len(rows), at_once):
        overlaps.add(every.slice(i, at_once))
    return overlaps.result()


def test_pairs_are_counted_as_in_a_loop() -> None:
    rows, expected = many(300), Overlaps()
    for row in rows:
        for rule in row["failed"]:
            for other in row["failed"]:
                if rule <= other:
                    key = row["source"], rule, other
                    expected[key] = expected.get(key, NONE) + Count(1, row["characters"])
    for at_once in (1, 7, 1000):
        assert found_in(rows, at_once) == dict(sorted(expected.items()))


def test_a_rule_that_stands_twice_in_a_row_counts_once() -> None:
    twice = [ROW | {"failed": ["x", "x", "long.a"]}]
    assert found_in(twice) == {("web", *pair): Count(1, 10) for pair in (("long.a",) * 2, ("long.a", "x"), ("x", "x"))}


def test_nothing_is_counted_of_the_kept_nor_of_no_rows() -> None:
    assert (found_in(many(3), table="corpus"), found_in([]), merged([])) == ({}, {}, {})
    assert found_in([ROW | {"failed": []}]) == {}


def test_parts_add_up_in_any_order() -> None:
    rows = many(90)
    parts = [found_in(rows[i : i + 30]) for i in (0, 30, 60)]
    assert merged(parts) == merged(parts[::-1]) == found_in(rows)
    assert list(merged(parts[::-1])) == sorted(found_in(rows))


def test_the_table_has_the_rules_in_the_recipes_order() -> None:
    found = found_in([*many(300), ROW | {"failed": ["long.z"]}, ROW | {"failed": ["long.y"]}])
    table = table_of(found, RULES)
    assert (table.schema, overlaps_in(table), table_of({})) == (SCHEMA, found, SCHEMA.empty_table())
    order = {rule: place for place, rule in enumerate([*RULES, "long.y", "long.z"])}
    rows = [(row["source"], order[row["rule"]], order[row["other"]]) for row in table.to_pylist()]
    assert (rows, all(rule <= other for _, rule, other in rows)) == (sorted(rows), True)
