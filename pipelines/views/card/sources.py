"""The card's table of the sources: how much of the corpus each one is."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count, share


def render(ledger: Ledger) -> str:
    """A line a source, in the recipe's order."""
    whole = ledger.total.kept
    rows = [
        [code(name, cell=True), code(source.kind, cell=True), count(of.documents), share(of.documents, whole.documents),
         count(of.characters), share(of.characters, whole.characters),
         code(source.license, cell=True) if source.license else "by document"]
        for name, source in ledger.sources.items() for of in [source.total.kept]
    ]  # fmt: skip
    head = ["source", "kind", "documents", "share", "characters", "share", "license by the recipe"]
    return table(head, rows, "llrrrrl")
