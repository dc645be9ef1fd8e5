import pytest
from card_ledger import distribution, with_kept

from winnow.pipelines.views.card import captures


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ({"unknown": 3}, "It is not known when the documents were captured, so the corpus has no known cutoff."),
        ({"2026-02": 2, "2025-11": 3}, "Captured from 2025-11 to **2026-02**: the corpus knows of nothing that was "
                                       "published later."),
        ({"2026-02": 2, "unknown": 1}, "Captured in **2026-02**: the corpus knows of nothing that was "
                                       "published later. Of 1 document the capture is not dated."),
    ],
)  # fmt: skip
def test_the_cutoff_is_the_last_month(months: dict[str, int], expected: str) -> None:
    assert captures.render(with_kept(captured=distribution(months))).split("\n\n")[0] == expected
