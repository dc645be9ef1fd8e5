"""Two builds side by side."""

from dataclasses import replace

import pytest
from card_ledger import golden

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Distribution
from winnow.pipelines.views.report.compare import comparison, in_both_orders
from winnow.pipelines.views.report.page import packed


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", ""), ("ab", "", "ab"), ("", "ab", "ab"), ("abc", "abc", "abc"), ("ac", "abc", "abc"),
        ("bc", "abc", "abc"), ("ab", "abc", "abc"), ("abd", "acd", "acbd"), ("ab", "ba", "ab"),
    ],
)  # fmt: skip
def test_the_orders_of_both(one: str, other: str, expected: str) -> None:
    assert "".join(in_both_orders(one, other)) == expected


def test_a_build_beside_itself() -> None:
    ledger = golden()
    found = comparison(ledger, ledger)
    assert (found["kind"], found["a"]) == ("comparison", found["b"])
    for rows in (found["stages"], found["rules"], found["sources"]):
        assert [row["a"] for row in rows] == [row["b"] for row in rows]
        assert rows
    for values in found["facts"].values():
        assert [one for _, one, _ in values] == [other for _, _, other in values]
    packed(found)  # all of it is JSON


def test_what_only_one_has_is_null_in_the_other() -> None:
    ledger = golden()
    first, *rest = ledger.rules
    other = replace(ledger, rules=(replace(first, rule="new.rule", judged=200, broken=50), *rest))
    found = {row["rule"]: row for row in comparison(ledger, other)["rules"]}
    assert (found[first.rule]["b"], found["new.rule"]["a"]) == (None, None)
    assert found["new.rule"]["b"]["share"] == 0.25
    name, *_ = ledger.sources
    left = comparison(ledger, replace(ledger, sources={k: v for k, v in ledger.sources.items() if k != name}))[
        "sources"
    ]
    assert [row["b"] for row in left if row["name"] == name] == [None]


def test_what_differs_most_comes_first() -> None:
    ledger = golden()
    domains = [Distribution(3, {name: Count(n, 1) for name, n in top.items()}, Count(0)) for top in (
        {"a": 50, "b": 50}, {"a": 50, "b": 10, "c": 40})]  # fmt: skip
    one, other = (replace(ledger, kept=replace(ledger.kept, domain=domain)) for domain in domains)
    assert comparison(one, other)["facts"]["domain"] == [
        ["b", [50, 1], [10, 1]], ["c", None, [40, 1]], ["a", [50, 1], [50, 1]]]  # fmt: skip
