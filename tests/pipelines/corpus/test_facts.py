from typing import Any

import pyarrow as pa
import pytest
from small_builds import recipe

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.facts import FACTS, FactCounts
from winnow.pipelines.counts import Count

ROW: dict[str, Any] = {
    "url": "http://a.example.org/", "date": "2020-05-06", "captured": "2026-01-31T00:00:00Z", "language": "en",
    "code_language": None, "license": "MIT", "characters": 10,
}  # fmt: skip
BARE = dict.fromkeys(ROW) | {"characters": 0}


def counts(table: str, *rows: dict[str, Any]) -> dict[str, dict[str, int]]:
    found = FactCounts(table)
    found.add(pa.Table.from_pylist(list(rows), schema.corpus(recipe())))
    assert all(count.characters == 10 * count.documents for of in found.counts.values() for count in of.values())
    return {name: {value: count.documents for value, count in of.items()} for name, of in found.counts.items()}


def test_each_value_is_counted() -> None:
    found = counts("corpus", ROW, ROW, ROW | {"code_language": "C"})
    assert (list(found), found["language"], found["year"]) == (list(FACTS), {"en": 2, "C": 1}, {"2020": 3})
    assert (found["captured"], found["tld"]) == ({"2026-01": 3}, {"org": 3})


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_not_known(nothing: str | None) -> None:
    assert set(map(str, counts("corpus", dict.fromkeys(ROW, nothing) | {"characters": 10}).values())) == {
        "{'unknown': 1}"
    }


def test_of_the_dropped_those_count_that_have_a_text_or_an_address() -> None:
    rows = (BARE | {"url": "http://a.example"}, BARE | {"characters": 1}, BARE | {"url": ""}, BARE)
    found = {table: FactCounts(table) for table in ("corpus", "rejected")}
    for of in found.values():
        of.add(pa.Table.from_pylist(list(rows), schema.corpus(recipe())))
    assert [of.counts["year"] for of in found.values()] == [{"unknown": Count(4, 1)}, {"unknown": Count(2, 1)}]


def test_no_rows() -> None:
    assert set(map(str, counts("rejected").values())) == {"{}"}
