import pytest
from card_ledger import distribution, with_kept

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
