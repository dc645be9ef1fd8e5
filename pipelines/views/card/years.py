"""The card's table of the years in which documents were published."""

from collections.abc import Mapping

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.card.distribution import ROWS, counts, documents_of, known, unknown
from winnow.pipelines.views.tabular import share


def render(ledger: Ledger) -> str:
    """The table, how many have no date, and the middle of those that have; one line where none has a date."""
    years = ledger.kept.year
    dated, documents = known(years), documents_of(years)
    if not dated:
        return "No document has a date of publication."
    table = counts(years, "year", 2 * ROWS, [*sorted(dated), UNKNOWN])
    missing = f"{share(unknown(years), documents)} of the documents have no date of publication."
    return f"{table}\n\n{missing} Of those that have one, at least half are from {_middle(dated)} or later."


def _middle(dated: Mapping[str, int]) -> str:
    """The latest year from which on at least half of the dated documents are."""
    left = sum(dated.values()) / 2
    for year in sorted(dated, reverse=True):
        left -= dated[year]
        if left <= 0:
            break
    return year
