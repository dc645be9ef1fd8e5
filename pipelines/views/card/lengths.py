"""The card's table of lengths: documents by octaves of their characters."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import table
from winnow.pipelines.views.tabular import count, share


def render(ledger: Ledger) -> str:
    """The table; "" where nothing has a text."""
    if not ledger.lengths:
        return ""
    kept = ledger.total.kept
    rows = [
        [f"{count(of.low)} to {count(of.high - 1)}" if of.high - of.low > 1 else count(of.low),
         count(of.kept.documents), share(of.kept.documents, kept.documents),
         count(of.kept.characters), share(of.kept.characters, kept.characters), count(of.dropped.documents)]
        for of in ledger.lengths
    ]  # fmt: skip
    head = ["characters each", "kept", "share", "characters kept", "share", "dropped"]
    about = "*Dropped* counts what was dropped and had a text by then, of the length that it had as extracted."
    return f"{table(head, rows, 'lrrrrr')}\n\n{about}"
