"""The card's tables of web addresses: registered domains, and the public suffixes above them."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card import representation
from winnow.pipelines.views.card.distribution import ROWS, counts, distinct, documents_of, known, spread
from winnow.pipelines.views.tabular import plural, share


def render(ledger: Ledger) -> str:
    """How much the largest hold, and both tables; one line where no document has an address."""
    domains, suffixes = ledger.kept.domain, ledger.kept.tld
    documents_by, documents = known(domains), documents_of(domains)
    if not documents_by:
        return "No document has a web address."
    top = list(documents_by)[:ROWS]
    held = sum(documents_by[domain] for domain in top)
    text = f"The documents come from {plural(distinct(domains), 'registered domain')}; the largest holds "
    text += f"{share(documents_by[top[0]], documents)} of them" + (", " if len(top) == ROWS else ".")
    text += f"the ten largest {share(held, documents)}." if len(top) == ROWS else ""
    met = ledger.met
    parts = [text, representation.render(domains, met.domain, "domain", "domains"),
             counts(domains, "domain", ROWS, met=met.domain), counts(suffixes, "public suffix", ROWS, met=met.tld),
             spread(suffixes, "public suffixes"),
             representation.render(suffixes, met.tld, "public suffix", "public suffixes")]  # fmt: skip
    return "\n\n".join(part for part in parts if part)
