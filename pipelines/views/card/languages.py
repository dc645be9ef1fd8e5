"""The card's table of languages."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.distribution import ROWS, counts, spread


def render(ledger: Ledger) -> str:
    """The table, and which language has most."""
    languages = ledger.kept.language
    parts = [counts(languages, "language", ROWS + 5), spread(languages, "languages")]
    return "\n\n".join(part for part in parts if part)
