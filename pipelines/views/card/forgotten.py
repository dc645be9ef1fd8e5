"""The card's paragraph on what was forgotten since the build was made."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code
from winnow.pipelines.views.tabular import plural

_ASKED = {"url": ("address", "addresses"), "domain": ("domain", "domains"), "id": ("id", "ids")}


def render(ledger: Ledger) -> str:
    """How much, of which sources, and what was named; not the names, which would publish them. "" of nothing."""
    gone = ledger.forgotten.total
    if not gone.records:
        return ""
    asked = ", ".join(plural(n, *_ASKED[kind]) for kind, n in ledger.forgotten.asked.items())
    by = ", ".join(f"{plural(of.records, 'record')} of {code(name)}" for name, of in ledger.forgotten.sources.items())
    return (
        f"**Removed on request** since it was built: {plural(gone.records, 'record')} with "
        f"{plural(gone.documents.documents, 'document')} of {plural(gone.documents.characters, 'character')}, by "
        f"{asked} ({by}). Documents that had been dropped as copies of these came back. All that is told here is told "
        "of what is left; sizes and digests of files are those of the files as they were read."
    )
