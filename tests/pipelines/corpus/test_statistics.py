import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from small_builds import Long, recipe

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.sketch import Sketch
from winnow.pipelines.corpus.statistics import (
    ALONE,
    ANOTHER,
    FATES,
    FIRST,
    KEPT,
    Key,
    RowStatistics,
    Statistics,
    measures_of,
)
from winnow.pipelines.corpus.statistics_table import SCHEMA, statistics_in, table_of
from winnow.pipelines.recipe.model import Step

RECIPE = recipe()
ROW: dict[str, Any] = {
    "id": "0" * 32, "text": "text", "source": "web", "file": "f", "offset": 0, "part": 0, "language": "en",
    "characters": 10, "long": {"characters": 10.0, "bangs": 1.0},
}  # fmt: skip
BANGS, CHARACTERS = "long.bangs", "long.characters"


def why(*failed: str) -> dict[str, Any]:
    return {"stage": "long", "rule": failed[0], "failed": list(failed), "value": None, "limit": None, "detail": None}


def group(rows: Sequence[dict[str, Any]], table: str) -> pa.Table:
    return pa.Table.from_pylist(list(rows), {"corpus": schema.corpus, "rejected": schema.rejected}[table](RECIPE))


def made(rows: Sequence[dict[str, Any]], table: str = "corpus", at_once: int = 1000) -> Statistics:
    statistics = RowStatistics(RECIPE, table)
    for i in range(0, len(rows), at_once):
        statistics.add(group(rows[i : i + at_once], table))
    return statistics.result()


def told(sketch: Sketch) -> tuple[Any, ...]:
    return sketch.documents, sketch.unknown, sketch.not_measured, sketch.min, sketch.max


def test_measures_are_the_fields_of_structs_and_two_columns() -> None:
    assert measures_of(RECIPE) == [
        ("", "characters"), ("", "language_score"), ("long", "characters"), ("long", "bangs"),
    ]  # fmt: skip


def test_kept_rows() -> None:
    rows = [ROW, ROW | {"language_score": 0.5, "characters": 3, "long": {"characters": 4.0, "bangs": None}},
            ROW | {"long": None}]  # fmt: skip
    assert {key[2:]: told(sketch) for key, sketch in made(rows).items()} == {
        ("", "characters", KEPT): (3, 0, 0, 3.0, 10.0),
        ("", "language_score", KEPT): (3, 2, 0, 0.5, 0.5),
        ("long", "bangs", KEPT): (3, 1, 1, 1.0, 1.0),
        ("long", "characters", KEPT): (3, 0, 1, 4.0, 10.0),
    }


def test_a_step_is_told_by_its_name_whatever_its_column() -> None:
    """A step that is called like a fixed column has its measures in another one."""
    named = recipe(Step("language", "long", Long(), Long.RULES))
    row = {name: value for name, value in ROW.items() if name != "long"} | why("language.bangs")
    table = pa.Table.from_pylist([row | {"language_measures": ROW["long"]}], schema.rejected(named))
    statistics = RowStatistics(named, "rejected")
    statistics.add(table)
    found = statistics.result()
    assert told(found[Key("web", "en", "language", "bangs", ALONE)]) == (1, 0, 0, 1.0, 1.0)
    assert told(found[Key("web", "en", "language", "characters", ANOTHER)]) == (1, 0, 0, 10.0, 10.0)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({}, ("web", "en")), ({"language": None}, ("web", "unknown")), ({"code_language": "C"}, ("web", "en")),
        ({"language": None, "code_language": "C"}, ("web", "C")),
        ({"source": "books", "language": "de", "code_language": None}, ("books", "de")),
    ],
)  # fmt: skip
def test_places(changed: dict[str, Any], place: tuple[str, str]) -> None:
    assert {key[:2] for key in made([ROW | changed])} == {place}
    both = made([ROW, ROW | changed, ROW | {"source": "a", "language": "z"}])
    assert {key[:2] for key in both} == {("web", "en"), place, ("a", "z")}


@pytest.mark.parametrize(
    ("failed", "bangs", "characters"),
    [
        ((BANGS,), ALONE, ANOTHER), ((BANGS, CHARACTERS), FIRST, ANOTHER), ((CHARACTERS, BANGS), ANOTHER, FIRST),
        ((CHARACTERS,), ANOTHER, ALONE), (("duplicate.exact",), ANOTHER, ANOTHER), (("warc.gap",), ANOTHER, ANOTHER),
        (("long.bang",), ANOTHER, ANOTHER),
    ],
)  # fmt: skip
def test_fates(failed: tuple[str, ...], bangs: str, characters: str) -> None:
    found = made([ROW | why(*failed)], "rejected")
    assert {key[2:] for key in found} == {
        ("", "characters", ANOTHER), ("", "language_score", ANOTHER), ("long", "bangs", bangs),
        ("long", "characters", characters),
    }  # fmt: skip
    assert {sketch.documents for sketch in found.values()} == {1}


def test_fates_of_many_rows_are_told_apart() -> None:
    rows = [ROW | why(BANGS)] * 3 + [ROW | why(BANGS, CHARACTERS)] * 2 + [ROW | why("http.status") | {"long": None}]
    found = made(rows, "rejected")
    assert [told(found[Key("web", "en", "long", "bangs", fate)])[:3] for fate in FATES[1:]] == [
        (3, 0, 0), (2, 0, 0), (1, 0, 1),
    ]  # fmt: skip


def test_clusters_are_not_counted() -> None:
    statistics = RowStatistics(RECIPE, "clusters")
    statistics.add(pa.Table.from_pylist([{"id": "0"}], schema.CLUSTERS))
    assert statistics.result() == {}


def test_no_rows() -> None:
    assert made([], "rejected") == {}
    statistics = RowStatistics(RECIPE, "corpus")
    statistics.add(group([], "corpus"))
    assert statistics.result() == {}


def many(count: int) -> list[dict[str, Any]]:
    dice = random.Random(5)
    return [
        ROW | why(*dice.choice([(BANGS,), (BANGS, CHARACTERS), (CHARACTERS,), ("duplicate.near",)]))
        | {"language": dice.choice(["en", "de", None]), "source": dice.choice(["web", "books"]),
           "characters": dice.randrange(10_000), "language_score": dice.choice([None, dice.random()]),
           "long": dice.choice([None, {"characters": dice.choice([None, 1e9 * dice.random()]), "bangs": -0.0}])}
        for _ in range(count)
    ]  # fmt: skip


def test_the_same_in_any_order_and_at_any_time() -> None:
    rows, dice = many(200), random.Random(3)
    expected = table_of(made(rows, "rejected"))
    for at_once in (1, 7, 50):
        dice.shuffle(rows)
        assert table_of(made(rows, "rejected", at_once)).equals(expected) is True


def test_the_table_holds_all() -> None:
    for count in (0, 1, 200):
        found = made(many(count), "rejected")
        table = table_of(found)
        assert (table.schema, statistics_in(table)) == (SCHEMA, found)
        keys = [tuple(row.values()) for row in table.select(list(Key._fields)).to_pylist()]
        assert keys == sorted(keys)


def test_bins_of_the_table_are_intervals() -> None:
    values = [0.0, 1.0, 1.001, 1.002, -3.0, 1e-30, 2.0**65]
    rows = [ROW | {"characters": 10 + i, "long": {"characters": v, "bangs": None}} for i, v in enumerate(values)]
    (row,) = (row for row in table_of(made(rows)).to_pylist() if row["step"] == "long" and row["measure"] != "bangs")
    assert [tuple(found.values()) for found in row["bins"]] == [
        (-3.0, -3.0, 1, 14), (0.0, 0.0, 1, 10), (0.0, 2.0**-64, 1, 15), (1.0, 1.0, 1, 11), (1.0, 65 / 64, 2, 25),
        (2.0**64, float("inf"), 1, 16),
    ]  # fmt: skip
    assert [b for b in row["bins"] if b["low"] < 1.0015 < b["high"]] == [row["bins"][4]]
