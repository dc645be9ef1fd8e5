"""The card's warning: which sources and domains lost most of their documents as copies, and which were allowed to."""

from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import dropped
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.ingest.payload_copies import of_texts
from winnow.pipelines.ledger.lost import MANY, lost
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count, percent, plural, share

_ROWS = 10


def render(ledger: Ledger) -> str:
    """Nothing where nothing lost much and the recipe sets no limit."""
    return "\n\n".join(part for part in (_sources(ledger), _domains(ledger), _allowed(ledger.lost.allowed)) if part)


def _sources(ledger: Ledger) -> str:
    before = {
        name: (of.total.kept + dropped({DEDUP: of_texts(of.total.rejected.get(DEDUP, {}))})).documents
        for name, of in ledger.sources.items()
    }
    shares = lost(ledger.duplicates, before, ledger.passages)
    many = [f"{code(name)} ({percent(of)})" for name, of in shares.items() if of > MANY]
    return f"**More than half of their documents were copies: {', '.join(many)}.**" if many else ""


def _domains(ledger: Ledger) -> str:
    found, may_lose = ledger.lost, ledger.lost.allowed.domains_may_lose
    if not found.domains:
        return ""
    least, number = found.allowed.least_domain_documents, len(found.domains) + found.more_domains
    about = f"**{plural(number, 'domain')} of at least {plural(least, 'document')} lost more than half as copies:**"
    rows = [
        [code(one.domain, cell=True) + (" (may)" if one.domain in may_lose else ""), count(one.documents),
         count(one.dropped), share(one.dropped, one.documents)]
        for one in found.domains[:_ROWS]
    ]  # fmt: skip
    more = f"\n\nAnd {count(number - len(rows))} more." if number > len(rows) else ""
    return f"{about}\n\n{table(['domain', 'documents', 'dropped', 'share'], rows, 'lrrr')}{more}"


def _allowed(losses: Losses) -> str:
    """What the recipe holds, where that is less than all."""
    held = [
        (f"a source may lose {percent(losses.max_lost_share)}", losses.max_lost_share, losses.may_lose),
        (f"a domain of at least {plural(losses.least_domain_documents, 'document')} "
         f"{percent(losses.max_lost_share_of_domain)}", losses.max_lost_share_of_domain, losses.domains_may_lose),
    ]  # fmt: skip
    told = [what + (f" (more may {', '.join(map(code, may))})" if may else "") for what, of, may in held if of < 1]
    return f"By the recipe {' and '.join(told)} as copies; past that the build would have failed." if told else ""
