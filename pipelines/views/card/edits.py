"""The card's table of edits: what each step changed in the texts, and how often."""

from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count


def render(ledger: Ledger) -> str:
    """The table, or one line where nothing was edited."""
    rows = [[code(step, cell=True), code(what, cell=True), count(n)]
            for step, counts in ledger.edits.items() for what, n in counts.items()]  # fmt: skip
    if not rows:
        return "No step changed a text after its extraction."
    cut = (f" What stands under {code(DEDUP)} was cut of kept documents, for it stands in others too."
           if DEDUP in ledger.edits else "")  # fmt: skip
    note = ("Counted over all documents that were judged, dropped ones included. `rejected/` holds texts as they were "
            "before edits." + cut)  # fmt: skip
    return table(["step", "what", "times"], rows, "llr") + "\n\n" + note
