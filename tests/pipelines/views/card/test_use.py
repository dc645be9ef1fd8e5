from dataclasses import replace

import pytest
from card_ledger import distribution, golden, with_kept

from winnow.pipelines.views.card import use

LANGUAGE = "- models of other languages than `en`, which 90.0 % of the documents are in;"
LICENSE = "- passing its texts on under one license: each document has its own, or none that is known;"


@pytest.mark.parametrize(("english", "said"), [(90, True), (89, False)])
def test_the_language_of_nearly_all_is_named(english: int, said: bool) -> None:
    made = with_kept(language=distribution({"en": english, "de": 100 - english}))
    assert (LANGUAGE in use.render(made).splitlines()) == said


@pytest.mark.parametrize(
    ("licenses", "said"), [({"MIT": 3}, False), ({"MIT": 3, "0BSD": 1}, True), ({"unknown": 1}, True)]
)
def test_one_license_may_be_passed_on(licenses: dict[str, int], said: bool) -> None:
    made = with_kept(license=distribution(licenses))
    assert (LICENSE in use.render(made).splitlines()) == said


def test_what_knows_no_language_names_none() -> None:
    made = replace(golden(), kept=replace(golden().kept, language=distribution({"unknown": 5})))
    assert "models of other languages" not in use.render(made)
