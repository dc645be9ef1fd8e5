"""The card's section on copies: how many clusters, and how many documents were dropped for them of which sources."""

from winnow.pipelines.corpus.tables import DEDUP, EXACT, NEAR, PAYLOAD
from winnow.pipelines.counts import NONE
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card import losses, passages, similarity
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count, plural

_STAYS = {
    "priority": "of the source with the higher priority", "longest": "longer", "shortest": "shorter",
    "oldest": "older", "newest": "newer",
}  # fmt: skip


def render(ledger: Ledger) -> str:
    """A paragraph, and a table where copies were found in several sources."""
    found = ledger.duplicates
    copies = _found(ledger) if found.clusters else f"{_none(found)}{_compared(found)}"
    parts = [_payloads(ledger), copies, losses.render(ledger)]
    if found.clusters:
        parts += [_records(ledger), _across(found)]
    parts += [similarity.render(found, ledger.probed), passages.render(ledger)]
    return "\n\n".join(part for part in parts if part)


def _none(found: Duplicates) -> str:
    if found.limit is None:
        return "No document was dropped as a copy of another; near duplicates were not looked for."
    return "No two documents were found to be copies of one another."


def _payloads(ledger: Ledger) -> str:
    """Of records that were not extracted; empty where there are none."""
    copies = ledger.total.rejected.get(DEDUP, {}).get(PAYLOAD, NONE).documents
    if not copies:
        return ""
    return (f"{plural(copies, 'record has', 'records have')} the payload of another one, which alone was extracted: "
            f"{code(PAYLOAD)} names it. They count in no cluster; what became of that one holds for them.")  # fmt: skip


def _found(ledger: Ledger) -> str:
    found, rules = ledger.duplicates, ledger.total.rejected.get(DEDUP, {})
    exact, near = (rules.get(rule, NONE).documents for rule in (EXACT, NEAR))
    members, noun = f"{plural(found.members, 'document')} form", "document"
    if found.members != found.documents_in_clusters:
        inside = count(found.documents_in_clusters)
        members, noun = f"{count(found.members)} whole records or documents, {inside} documents in all, form", "member"
    return (
        f"{members} {plural(found.clusters, 'cluster')} of copies. "
        f"One of each was kept and {plural(exact + near, 'document was', 'documents were')} dropped: {count(exact)} "
        f"with the very text of the kept one, {count(near)} with a similar one. The largest cluster has "
        f"{plural(found.largest, noun)}. `clusters/` lists the members of each with their similarity to the "
        "kept one; `cluster_size` in the corpus says how often a text was found, for weighting."
        f"{_compared(found)}"
    )


def _compared(found: Duplicates) -> str:
    """What the decisions rest on."""
    if not found.comparisons:
        return ""
    skipped = (f" Up to {plural(found.skipped_pairs, 'pair')} of candidates were not compared, for more documents "
               "than `max_bucket` share a band there: some may be alike." if found.skipped_pairs else "")  # fmt: skip
    each = " Each was compared with the kept one itself;" if found.clusters else ""
    return (f"{each} {plural(found.comparisons, 'comparison')} of two documents found "
            f"{plural(found.alike_pairs, 'similar pair')}.{skipped}")  # fmt: skip


def _records(ledger: Ledger) -> str:
    """Of which sources whole records were compared."""
    names = [code(name) for name, source in ledger.sources.items() if source.dedup == "record"]
    if not names:
        return ""
    return (f"Records of {' and '.join(names)} were compared whole: all documents of one share its fate, and their "
            "similarity is that of the records.")  # fmt: skip


def _by_measure(key: str) -> str:
    return f"of {'less' if key.startswith('-') else 'more'} {code(key.removeprefix('-'))}"


def _across(found: Duplicates) -> str:
    """Documents by the source that lost them and the source of the one kept; empty where all are of one source."""
    kept = sorted({by for of in found.dropped.values() for by in of})
    if len({*found.dropped, *kept}) < 2:
        return ""
    rows = [[code(name, cell=True), *(count(of.get(by, 0)) for by in kept)] for name, of in found.dropped.items()]
    head = ["dropped from", *(f"kept in {code(by, cell=True)}" for by in kept)]
    stays = ", ".join(_STAYS.get(key) or _by_measure(key) for key in found.order) or "first by its place"
    about = (f"Of two copies the one stays that is {stays}, whichever of these tells them apart first. Documents that "
             "were dropped, by their source and by the source of the one kept:")  # fmt: skip
    return f"{about}\n\n{table(head, rows, 'l' + 'r' * len(kept))}"
