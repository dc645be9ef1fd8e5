"""The card's table of the months in which documents were captured, the last of which is the knowledge cutoff."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.card.distribution import ROWS, counts, known, unknown
from winnow.pipelines.views.tabular import plural


def render(ledger: Ledger) -> str:
    """From when to when, and the table; one line where no month is known."""
    captured = ledger.kept.captured
    months = sorted(known(captured))
    if not months:
        return "It is not known when the documents were captured, so the corpus has no known cutoff."
    when = f"from {months[0]} to" if len(months) > 1 else "in"
    text = f"Captured {when} **{months[-1]}**: the corpus knows of nothing that was published later."
    if unknown(captured):
        text += f" Of {plural(unknown(captured), 'document')} the capture is not dated."
    return text + "\n\n" + counts(captured, "month", 2 * ROWS, [*months, UNKNOWN])
