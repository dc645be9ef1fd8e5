"""The card's section on copies: how many clusters, and how many documents were dropped for them."""

from winnow.pipelines.corpus.tables import DEDUP, EXACT, NEAR
from winnow.pipelines.counts import NONE
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.tabular import count, plural


def render(ledger: Ledger) -> str:
    """One paragraph."""
    found, rules = ledger.duplicates, ledger.total.rejected.get(DEDUP, {})
    if not found.clusters:
        return "No two documents were found to be copies of one another."
    exact, near = (rules.get(rule, NONE).documents for rule in (EXACT, NEAR))
    return (
        f"{plural(found.documents_in_clusters, 'document')} form {plural(found.clusters, 'cluster')} of copies. "
        f"One of each was kept and {plural(exact + near, 'document was', 'documents were')} dropped: {count(exact)} "
        f"with the very text of the kept one, {count(near)} with a similar one. The largest cluster has "
        f"{plural(found.largest, 'document')}. `clusters/` lists the members of each with their similarity to the "
        "kept one; `cluster_size` in the corpus says how often a text was found, for weighting."
    )
