"""The card's table of licenses."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.distribution import ROWS, counts, documents_of, unknown
from winnow.pipelines.views.tabular import share


def render(ledger: Ledger) -> str:
    """The table, and what it means where a license is not known."""
    licenses = ledger.kept.license
    text = "Licenses are those that the recipe or the documents state."
    if unknown(licenses):
        unsaid = share(unknown(licenses), documents_of(licenses))
        text = (f"Of {unsaid} of the documents the license is not known. That is no permission: whether they may be "
                "used depends on the law that applies to you.")  # fmt: skip
    return counts(licenses, "license", ROWS) + "\n\n" + text
