import pytest
from card_ledger import cells, distribution, with_kept

from winnow.pipelines.views.card import years


def test_without_dates() -> None:
    assert years.render(with_kept(year=distribution({"unknown": 3}))) == "No document has a date of publication."


@pytest.mark.parametrize(
    ("documents", "middle"),
    [
        ({"2020": 1}, "2020"),
        ({"2020": 1, "2021": 1}, "2021"),  # exactly half
        ({"2020": 2, "2021": 1}, "2020"),
        ({"2020": 2, "2021": 1, "2022": 1, "unknown": 50}, "2021"),
    ],
)
def test_the_year_from_which_on_half_of_the_dated_are(documents: dict[str, int], middle: str) -> None:
    said = years.render(with_kept(year=distribution(documents))).split("\n\n")[1]
    assert said.endswith(f"at least half are from {middle} or later.") is True


def test_years_stand_in_their_order_and_the_unknown_last() -> None:
    text = years.render(with_kept(year=distribution({"unknown": 9, "2021": 5, "2019": 4, "2020": 2})))
    assert [row[0] for row in cells(text)[2:]] == ["`2019`", "`2020`", "`2021`", "unknown"]
    assert text.split("\n\n")[1].startswith("45.0 % of the documents have no date of publication. ") is True
