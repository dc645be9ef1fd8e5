from dataclasses import replace

import pytest
from card_ledger import cells, distribution

from winnow.pipelines.counts import Count
from winnow.pipelines.views.card.distribution import counts, distinct, documents_of, known, spread, unknown
from winnow.pipelines.views.tabular import NOTHING


def test_what_is_not_known_is_no_value() -> None:
    """`none` is of hosts under no public suffix."""
    made = distribution({"a": 3, "unknown": 2, "none": 1}, 12, Count(4, 5))
    assert (known(made), unknown(made), distinct(made), documents_of(made)) == ({"a": 3}, 2, 10, 10)
    assert (unknown(distribution({"a": 1})), documents_of(distribution({}))) == (0, 0)


def test_the_rest_stands_in_one_line() -> None:
    made = distribution({"a": 6, "b": 2, "unknown": 1}, 5, Count(1, 10))
    assert cells(counts(made, "letter", 2))[2:] == [
        ["`a`", "6", "60.0 %", "60", "60.0 %"], ["`b`", "2", "20.0 %", "20", "20.0 %"],
        ["3 others", "2", "20.0 %", "20", "20.0 %"],
    ]  # fmt: skip
    assert [row[0] for row in cells(counts(made, "letter", 3))[2:]] == ["`a`", "`b`", "unknown", "2 others"]
    whole = distribution({"a": 6, "b": 2})
    assert [row[0] for row in cells(counts(whole, "letter", 2))[2:]] == ["`a`", "`b`"]


def test_what_was_met_stands_beside_it() -> None:
    kept, met = distribution({"a": 6, "b": 2, "c": 1}), distribution({"b": 8, "a": 6, "c": 4}, 5, Count(6, 60))
    assert [row[5:] for row in cells(counts(kept, "letter", 2, met=met))[2:]] == [
        ["6", "100.0 %"], ["8", "25.0 %"], ["10", "10.0 %"],
    ]  # fmt: skip
    unlisted = distribution({"b": 8}, 5, Count(12, 60))
    assert [row[5:] for row in cells(counts(kept, "letter", 2, met=unlisted))[2:]] == [
        [NOTHING, NOTHING], ["8", "25.0 %"], [NOTHING, NOTHING],
    ]  # fmt: skip


def test_an_order_shows_the_most_frequent_still() -> None:
    made = distribution({"c": 3, "a": 2, "b": 1})
    assert [row[0] for row in cells(counts(made, "letter", 2, ["a", "b", "c"]))[2:]] == ["`a`", "`c`", "1 other"]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ({}, ""),
        ({"unknown": 5}, ""),
        ({"a": 5}, "All documents are `a`."),
        ({"a": 99, "b": 1}, "`a` holds 99.0 % of the documents."),  # one in a hundred is not small
        ({"a": 100, "b": 1}, "`a` holds 99.0 % of the documents. 1 of 2 letters "
                             "hold less than 1 % each and 1.0 % together."),
        ({"a": 5, "unknown": 5}, "`a` holds 50.0 % of the documents."),
    ],
)  # fmt: skip
def test_who_holds_most(documents: dict[str, int], expected: str) -> None:
    assert spread(distribution(documents), "letters") == expected


def test_what_is_not_listed_is_small() -> None:
    made = distribution({"a": 900}, 101, Count(100, 100))
    assert spread(made, "letters").split(". ")[1] == ("100 of 101 letters hold less than 1 % each and 10.0 % together.")


def test_counts_that_are_not_exact_say_how_far() -> None:
    made = distribution({"a": 6, "b": 2}, 9000, Count(4000, 9))
    assert "too many values" not in counts(made, "letter", 2)
    assert counts(replace(made, error=3), "letter", 2).endswith(
        "|\n\nThere were too many values to count each: how many there are is known to about 3 %, and each of those "
        "named may have up to 3 documents more, which are among the others."
    )
