from dataclasses import replace

import pytest
from card_ledger import distribution

from winnow.pipelines.counts import Count
from winnow.pipelines.views.card.representation import render

OVER = "`{}` ({} % of the corpus, {} % of what was met)"
SAME = " no letter's share differs by 1 % or more."
MET = "Against what was met ({} documents of a known letter)"


@pytest.mark.parametrize(
    ("kept", "met", "expected"),
    [
        ({}, {"a": 1}, ""),
        ({"unknown": 2}, {"a": 1, "unknown": 9}, ""),
        ({"a": 5, "b": 5}, {"a": 50, "b": 50, "unknown": 900}, "Against what was met (100 documents of a known letter, "
         f"900 of none){SAME}"),
        ({"a": 51, "b": 49}, {"a": 50, "b": 50}, f"{MET.format(100)}: over-represented "
         f"{OVER.format('a', '51.0', '50.0')}; under-represented {OVER.format('b', '49.0', '50.0')}."),
        ({"a": 509, "b": 491}, {"a": 500, "b": 500}, MET.format("1,000") + SAME),
        ({"a": 9}, {"a": 8, "b": 1, "c": 1}, f"{MET.format(10)}: over-represented {OVER.format('a', '100.0', '80.0')}; "
         f"under-represented {OVER.format('b', '0.0', '10.0')}, {OVER.format('c', '0.0', '10.0')}. "
         "Nothing was kept of 2 of the 3 letters that were met."),
    ],
)  # fmt: skip
def test_shares_set_against_each_other(kept: dict[str, int], met: dict[str, int], expected: str) -> None:
    assert render(distribution(kept), distribution(met), "letter", "letters") == expected


def test_no_more_than_is_known_is_said() -> None:
    """Of a value that is not listed among the kept it is not known how many were; nor who is gone, of too many."""
    kept, met = distribution({"a": 50}, 9, Count(50, 500)), distribution({"a": 50, "b": 50})
    assert "`b`" not in render(kept, met, "letter", "letters")
    one, other = distribution({"a": 52, "b": 48}), distribution({"a": 50, "b": 50, "c": 0})
    assert "over-represented" in render(one, other, "letter", "letters")
    unsure = render(one, replace(other, error=2), "letter", "letters")
    assert (unsure, "othing was kept" in unsure) == (MET.format(100) + SAME, False)
