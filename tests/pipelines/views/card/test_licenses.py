import pytest
from card_ledger import distribution, with_kept

from winnow.pipelines.counts import Count
from winnow.pipelines.views.card import licenses


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({"MIT": 3}, "Licenses are those that the recipe or the documents state."),
        ({"MIT": 3, "unknown": 1}, "Of 25.0 % of the documents the license is not known. That is no permission: "
                                   "whether they may be used depends on the law that applies to you."),
    ],
)  # fmt: skip
def test_a_license_that_is_not_known_is_no_permission(of: dict[str, int], expected: str) -> None:
    assert licenses.render(with_kept(license=distribution(of))).split("\n\n")[1] == expected


@pytest.mark.parametrize(
    ("of", "others", "expected"),
    [
        ({"CC0-1.0": 3, "unknown": 1}, 0, "No license that is known asks for attribution."),
        ({"MIT": 1, "CC0-1.0": 3, "unknown": 1}, 0, "the licenses of 1 document asks that those be named"),
        (
            {"MIT": 3, "CC-BY-4.0 OR CC0-1.0": 2, "CC-BY-4.0": 2},
            0,
            "the licenses of 5 documents ask that those be named",
        ),
        ({"MIT": 3}, 1, "the licenses of at least 3 documents ask that those be named"),
        ({"CC0-1.0": 3}, 1, "the licenses of at least 0 documents ask that those be named"),
    ],
)
def test_attribution(of: dict[str, int], others: int, expected: str) -> None:
    found = distribution(of, len(of) + others, Count(others, others))
    assert expected in licenses.render(with_kept(license=found)).split("\n\n")[2]
