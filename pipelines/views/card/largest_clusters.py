"""The card's largest clusters of copies, each by the document that stands for it."""

from winnow.pipelines.corpus.clusters import Cluster
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import block, code
from winnow.pipelines.views.tabular import count, percent, plural

_SMALL = 2
"""Members of clusters of which there are too many alike for the first of them to say anything."""
_SHOWN = 160


def render(ledger: Ledger) -> str:
    """Those of three members and more, at most ten; where there are none, the first one."""
    found = ledger.examples.clusters
    large = [one for one in found if one.size > _SMALL] or found[:1]
    if not large:
        return ""
    number = "largest cluster," if len(large) == 1 else f"{len(large)} largest clusters, each"
    about = f"The {number} by the document that was kept:"
    return "\n\n".join(["### The largest clusters", about, *map(_cluster, large)])


def _cluster(one: Cluster) -> str:
    sources = ", ".join(f"{code(name)} ({count(of)})" for name, of in one.sources.items())
    address = one.url or one.title
    facts = [*([code(address, 120)] if address else []), f"from {sources}", f"id {code(one.cluster)}"]
    text = one.text[:_SHOWN] + (" …" if len(one.text) > _SHOWN else "")
    return f"**{plural(one.size, 'member')}: {_copies(one)}**  \n{' · '.join(facts)}" + (
        f"\n\n{block(text)}" if text else ""
    )


def _copies(one: Cluster) -> str:
    """Copies are counted in documents, of which a member that is a record has several."""
    exact, near = (
        count(copies) if one.exact + one.near + 1 == one.size else plural(copies, "document")
        for copies in (one.exact, one.near)
    )
    told = [f"{exact} with the very text"] if one.exact else []
    told += [f"{near} similar, by {percent(one.least)} or more"] if one.near and one.least is not None else []
    return " and ".join(told) or "one text"
