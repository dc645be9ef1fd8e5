"""The card's table of synthetic text: how much of the corpus models made, and which."""

from winnow.pipelines.corpus.surveyed import told_by
from winnow.pipelines.counts import Count, total
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.card.distribution import ROWS
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count, share


def render(ledger: Ledger) -> str:
    """The share of the whole, and for each synthetic source by what it was made; a line where none is synthetic."""
    sources = {name: source.total.kept for name, source in ledger.sources.items() if source.synthetic}
    if not sources:
        return "The recipe declares no source to be synthetic; whether a model wrote a page was not looked for."
    kept, made = ledger.total.kept, total(sources.values())
    text = (f"The recipe says of {' and '.join(map(code, sources))} that the texts are synthetic, made by a model: "
            f"{share(made.documents, kept.documents)} of the documents and "
            f"{share(made.characters, kept.characters)} of the characters are.")  # fmt: skip
    head = ["source", "made by", "documents", "share of all", "characters", "share of all"]
    rows = [row for name, of in sources.items() for row in _rows(ledger, name, of)]
    return "\n\n".join([text, table(head, rows, "llrrrr")])


def _rows(ledger: Ledger, source: str, kept: Count) -> list[list[str]]:
    """A source's lines: what made most first, then what is not listed."""
    found = {by: of for value, of in ledger.kept.made_by.top.items() for name, by in [told_by(value)] if name == source}
    listed = dict(list(found.items())[:ROWS])
    rest = total(listed.values())
    others = Count(kept.documents - rest.documents, kept.characters - rest.characters)
    names = [("not said" if by == UNKNOWN else code(by, cell=True), of) for by, of in listed.items()]
    names += [("others", others)] if others.documents else []
    return [[code(source, cell=True), by, *_shares(ledger, of)] for by, of in names]


def _shares(ledger: Ledger, of: Count) -> list[str]:
    whole = ledger.total.kept
    return [count(of.documents), share(of.documents, whole.documents),
            count(of.characters), share(of.characters, whole.characters)]  # fmt: skip
