"""The card's table of licenses."""

from winnow.pipelines.ledger.types import Distribution, Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.attribution import asks
from winnow.pipelines.views.card.distribution import ROWS, counts, documents_of, unknown
from winnow.pipelines.views.tabular import plural, share


def render(ledger: Ledger) -> str:
    """The table, and what it means where a license is not known."""
    licenses = ledger.kept.license
    text = "Licenses are those that the recipe or the documents state."
    if unknown(licenses):
        unsaid = share(unknown(licenses), documents_of(licenses))
        text = (f"Of {unsaid} of the documents the license is not known. That is no permission: whether they may be "
                "used depends on the law that applies to you.")  # fmt: skip
    return "\n\n".join([counts(licenses, "license", ROWS), text, _attribution(licenses)])


def _attribution(licenses: Distribution) -> str:
    """How many documents' licenses ask that their authors be named."""
    asking = sum(of.documents for license, of in licenses.top.items() if license != UNKNOWN and asks(license))
    if not (asking or licenses.others.documents):
        return "No license that is known asks for attribution."
    least = "at least " if licenses.others.documents else ""
    return (f"**Attribution**: the licenses of {least}{plural(asking, 'document asks', 'documents ask')} that those be "
            "named who made them: `winnow attribution DIR` prints whom, a line a document.")  # fmt: skip
