import pytest
from card_ledger import distribution, with_kept

from winnow.pipelines.views.card import domains


def test_no_address_at_all() -> None:
    nothing = distribution({"unknown": 7})
    assert domains.render(with_kept(domain=nothing, tld=nothing)) == "No document has a web address."


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "The documents come from 1 registered domain; the largest holds 100.0 % of them."),
        (9, "The documents come from 9 registered domains; the largest holds 11.1 % of them."),
        (
            10,
            "The documents come from 10 registered domains; the largest holds 10.0 % of them, the ten largest 100.0 %.",
        ),
        (20, "The documents come from 20 registered domains; the largest holds 5.0 % of them, the ten largest 50.0 %."),
    ],
)
def test_the_ten_largest(number: int, expected: str) -> None:
    made = distribution({f"{i}.example": 1 for i in range(number)})
    assert domains.render(with_kept(domain=made)).split("\n\n")[0] == expected
