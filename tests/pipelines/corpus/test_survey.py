import random
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from small_builds import recipe

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.clusters import Cluster
from winnow.pipelines.corpus.frequent import Frequent
from winnow.pipelines.corpus.survey import SNIPPET, Survey
from winnow.pipelines.corpus.surveyed import COUNTED, EXAMPLES, Surveyed, language_and_rule_of, merge, ranks_of
from winnow.pipelines.counts import Count

RECIPE = recipe()
ROW: dict[str, Any] = {
    "id": "0" * 32, "text": "some  text\nhere", "url": "http://a.example.co.uk/x", "title": None, "date": "2020-05-06",
    "captured": "2026-01-31T00:00:00Z", "source": "web", "file": "f", "offset": 0, "part": 0, "language": "en",
    "code_language": None, "license": "CC0-1.0", "characters": 10, "long": {"characters": 10.0, "bangs": 1.0},
    "cluster": "0" * 32, "cluster_size": 1,
}  # fmt: skip
COPY: dict[str, Any] = ROW | {
    "id": "1" * 32, "offset": 1, "stage": "dedup", "rule": "duplicate.near", "value": 0.8, "limit": 0.75,
    "cluster_size": 3,
}  # fmt: skip


def group(rows: list[dict[str, Any]], table: str = "corpus") -> pa.Table:
    return pa.Table.from_pylist(rows, {"corpus": schema.corpus, "rejected": schema.rejected}[table](RECIPE))


def surveyed(rows: list[dict[str, Any]], table: str = "corpus", at_once: int = 1000) -> Surveyed:
    survey = Survey(RECIPE, table)
    for i in range(0, len(rows), at_once):
        some = group(rows[i : i + at_once], table)
        survey.add(some, ranks_of(some))
    return survey.result()


@pytest.mark.parametrize(
    ("changed", "name", "value"),
    [
        ({}, "language", "en"), ({"language": None}, "language", "unknown"), ({"code_language": "C"}, "language", "C"),
        ({}, "domain", "example.co.uk"), ({}, "tld", "co.uk"), ({"url": None}, "domain", "unknown"),
        ({"url": "http://[broken/"}, "tld", "unknown"), ({"url": "http://192.0.2.1/"}, "domain", "192.0.2.1"),
        ({"url": "http://localhost/"}, "domain", "localhost"),
        ({"url": "http://EXAMPLE.org:80/"}, "domain", "example.org"),
        ({"url": "no address"}, "domain", "unknown"), ({"url": "http://bücher.de/ü"}, "domain", "bücher.de"),
        ({}, "year", "2020"), ({"date": None}, "year", "unknown"), ({}, "captured", "2026-01"),
        ({"captured": None}, "captured", "unknown"), ({}, "license", "CC0-1.0"),
        ({"license": None}, "license", "unknown"),
    ],
)  # fmt: skip
def test_counts(changed: dict[str, Any], name: str, value: str) -> None:
    assert surveyed([ROW | changed]).counts[name] == Frequent({value: Count(1, 10)}, Count(1, 10))


SYNTHETIC = replace(RECIPE, sources=(replace(RECIPE.sources[0], synthetic=True), replace(RECIPE.sources[0], name="b")))


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, {"web/unknown": Count(1, 10)}),
        ({"meta": [{"key": "a", "value": "b"}, {"key": "made_by", "value": "gpt/4"}]}, {"web/gpt/4": Count(1, 10)}),
        ({"meta": [{"key": "made_by", "value": "x" * 101}]}, {f"web/{'x' * 100}": Count(1, 10)}),
        ({"source": "b", "meta": [{"key": "made_by", "value": "gpt"}]}, {}),
    ],
)
def test_only_of_synthetic_sources_it_is_counted_by_what_they_were_made(
    changed: dict[str, Any], counts: dict[str, Count]
) -> None:
    survey = Survey(SYNTHETIC, "corpus")
    rows = group([ROW | changed])
    survey.add(rows, ranks_of(rows))
    assert survey.result().counts["made_by"].counts == counts
    assert surveyed([ROW | changed]).counts["made_by"].counts == {}


def test_counts_add_up() -> None:
    rows = [ROW, ROW | {"offset": 1, "characters": 5}, ROW | {"offset": 2, "language": "de"}]
    assert surveyed(rows).counts["language"].counts == {"en": Count(2, 15), "de": Count(1, 10)}


def test_of_the_dropped_those_with_a_text_or_an_address_are_counted() -> None:
    row, bare = ROW | {"rule": "long.bangs", "value": 3.0, "limit": 2.0}, {"url": None, "characters": 0}
    with_address, with_text = row | {"offset": 1, "characters": 0}, row | {"offset": 2, "url": None}
    found = surveyed([row, with_address, with_text, row | bare | {"offset": 3}], "rejected")
    assert found.counts["language"] == Frequent({"en": Count(3, 20)}, Count(3, 20))
    assert found.counts["tld"].counts == {"co.uk": Count(2, 10), "unknown": Count(1, 10)}
    assert surveyed([row | bare], "rejected").counts == dict.fromkeys(COUNTED, Frequent())


def test_what_dropped_a_document_is_told_of_it() -> None:
    found = surveyed([ROW | {"rule": "long.bangs", "value": 3.0, "limit": 2.0}], "rejected")
    (example,) = found.examples["long.bangs"]
    assert (example.rule, example.value, example.limit) == ("long.bangs", 3.0, 2.0)


def test_copies_are_counted_by_domain() -> None:
    rows = [
        COPY,
        COPY | {"offset": 2, "url": None},
        COPY | {"rule": "long.bangs", "cluster": None, "cluster_size": None},
    ]
    assert surveyed(rows, "rejected").copies.counts == {"example.co.uk": Count(1, 10), "unknown": Count(1, 10)}
    assert surveyed([ROW]).copies == Frequent()


def test_the_dropped_are_counted_by_language_and_rule() -> None:
    rows = [
        COPY,
        COPY | {"offset": 2, "rule": "long.bangs"},
        COPY | {"offset": 3, "rule": "long.bangs"},
        COPY | {"offset": 4, "rule": "long.bangs", "code_language": "C"},
        COPY | {"offset": 5, "rule": "extract.empty", "language": None},
    ]
    found = surveyed(rows, "rejected").dropped
    assert found.counts == {
        "C\tlong.bangs": Count(1, 10), "en\tduplicate.near": Count(1, 10), "en\tlong.bangs": Count(2, 20)
    }  # fmt: skip
    assert next(map(language_and_rule_of, found.counts)) == ("C", "long.bangs")
    assert merge([surveyed(rows[:2], "rejected"), surveyed(rows[2:], "rejected")]).dropped == found
    assert surveyed([ROW]).dropped == Frequent()


def test_what_rows_say_of_their_cluster() -> None:
    kept = surveyed([ROW | {"cluster_size": 3, "title": "T"}, ROW | {"offset": 5, "part": 1}]).clusters
    of = ROW["cluster"]
    assert kept == (Cluster(of, 3, sources={"web": 1}, url=ROW["url"], title="T", text="some text here"),)
    gone = surveyed(
        [COPY, COPY | {"offset": 2, "rule": "duplicate.exact", "value": 1.0, "source": "b"}], "rejected"
    ).clusters
    assert gone == (Cluster(of, 3, 1, 1, 0.8, {"b": 1, "web": 1}),)
    assert merge([surveyed([ROW | {"cluster_size": 3}]), Surveyed(clusters=gone)]).clusters == (
        Cluster(of, 3, 1, 1, 0.8, {"b": 1, "web": 2}, ROW["url"], None, "some text here"),
    )


def test_what_is_dropped_for_another_build_is_of_no_cluster_here() -> None:
    found = surveyed([COPY | {"rule": "duplicate.earlier"}], "rejected")
    assert (found.clusters, found.copies) == ((), Frequent())


def test_the_parts_of_a_kept_record_are_of_its_cluster_and_the_first_speaks() -> None:
    parts = [ROW | {"cluster_size": 2}, ROW | {"id": "2" * 32, "part": 1, "cluster_size": 2, "text": "zzz"}]
    (found,) = surveyed(parts).clusters
    assert (found.sources, found.text) == ({"web": 2}, "some text here")


def test_clusters_have_no_examples() -> None:
    survey = Survey(RECIPE, "clusters")
    survey.add(pa.Table.from_pylist([{"id": "0", "offset": 0}], schema.CLUSTERS), [])
    assert survey.result().examples == {}


@pytest.mark.parametrize(
    ("measures", "nearest"),
    [
        ({"characters": 6.0, "bangs": 1.0}, ("long.characters", 6.0, 5.0)),
        ({"characters": 50.0, "bangs": 2.0}, ("long.bangs", 2.0, 2.0)),
        ({"characters": None, "bangs": 0.0}, (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_what_a_kept_document_nearly_broke(measures: Any, nearest: tuple[Any, ...]) -> None:
    (example,) = surveyed([ROW | {"long": measures}]).examples[""]
    assert (example.rule, example.value, example.limit) == nearest


@pytest.mark.parametrize(
    ("text", "snippet"),
    [(None, ""), ("", ""), ("a\n\n b", "a b"), ("x" * (SNIPPET + 1), "x" * SNIPPET), ("x" * SNIPPET, "x" * SNIPPET)],
)
def test_a_snippet_is_one_line(text: str | None, snippet: str) -> None:
    (example,) = surveyed([ROW | {"text": text}]).examples[""]
    assert example.text == snippet


def many(count: int) -> list[dict[str, Any]]:
    """Rows of which every two have one id, as where an input holds a record twice."""
    return [
        ROW | {"id": f"{i // 2:032x}", "file": f"f{i % 3}", "text": f"text {i}", "characters": i, "captured": None}
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [1, EXAMPLES - 1, EXAMPLES, EXAMPLES + 1, 60])
def test_the_same_in_any_order(count: int) -> None:
    rows, dice = many(count), random.Random(3)
    expected = surveyed(rows)
    assert len(expected.examples[""]) == min(count, EXAMPLES)
    for at_once in (1, 7, 1000):
        dice.shuffle(rows)
        found = surveyed(rows, at_once=at_once)
        assert found == expected


@pytest.mark.parametrize("cut", [0, 1, 13, 40])
def test_surveys_add_up_in_any_order(cut: int) -> None:
    rows = many(40)
    one, two = surveyed(rows[:cut]), surveyed(rows[cut:])
    for parts in ([one, two], [two, one]):
        merged = merge(parts)
        assert merged == merge([surveyed(rows)])
    assert merge([]) == merge([surveyed([])])
