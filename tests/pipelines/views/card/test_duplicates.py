from dataclasses import replace

from card_ledger import golden

from winnow.pipelines.ledger.types import Duplicates
from winnow.pipelines.views.card import duplicates


def test_without_clusters_it_says_so() -> None:
    none = replace(golden(), duplicates=Duplicates())
    assert duplicates.render(none) == "No two documents were found to be copies of one another."


def test_exact_and_near_copies_are_numbered_apart() -> None:
    ledger = golden()
    assert "70 documents were dropped: 30 with the very text of the kept one, 40 with a similar one." in (
        duplicates.render(ledger)
    )
    exact = replace(
        ledger.total, rejected={"dedup": {"duplicate.exact": ledger.total.rejected["dedup"]["duplicate.exact"]}}
    )
    assert "30 documents were dropped: 30 with the very text of the kept one, 0 with a similar one." in (
        duplicates.render(replace(ledger, total=exact))
    )
