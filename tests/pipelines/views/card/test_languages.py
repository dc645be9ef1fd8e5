from collections.abc import Mapping
from dataclasses import replace

import pytest
from card_ledger import distribution, golden, with_kept

from winnow.pipelines.views.card import languages


def told(without: Mapping[str, int] | None) -> str:
    ledger = replace(with_kept(language=distribution({"en": 3, "de": 1})), without_limits=without)
    return languages.render(ledger).split("\n\n")[-1]


SPREAD = languages.render(with_kept(language=distribution({"en": 3, "de": 1}))).split("\n\n")[-1]
GENERAL = (
    "Languages without limits of their own, with the documents that were judged, kept or not, by the limits for "
    "languages in general: "
)


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        (None, SPREAD),
        ({}, "Every language that was met has limits of its own."),
        ({"tt": 1}, f"{GENERAL}`tt` (1)."),
        ({"tt": 1_200, "yo": 3}, f"{GENERAL}`tt` (1,200), `yo` (3)."),
    ],
)
def test_which_languages_have_no_limits_of_their_own(without: Mapping[str, int] | None, expected: str) -> None:
    assert told(without) == expected


def test_many_are_summed() -> None:
    many = {f"x{number:02}": 100 - number for number in range(23)}
    assert told(many).endswith("`x19` (81) and 3 more (237).")


def test_golden_has_none() -> None:
    assert golden().without_limits is None
