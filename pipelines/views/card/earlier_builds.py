"""The card's part on earlier builds: what was dropped because one of them keeps it, or something like it."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count, plural


def render(ledger: Ledger) -> str:
    """A sentence and a table; "" where there was no earlier build."""
    if not ledger.against:
        return ""
    by = ledger.duplicates.earlier
    dropped = {each.identity: sum(of.get(each.identity, 0) for of in by.values()) for each in ledger.against}
    total = sum(dropped.values())
    builds = plural(len(ledger.against), "earlier build")
    about = (
        f"It was set against {builds}: {plural(total, 'document was', 'documents were')} dropped, beside those above, "
        "because one of them keeps the same text or one that is alike; so all can be used together. `detail` of such a "
        "row of `rejected/` has the id of the kept one and the identity of its build."
    )
    rows = [
        [code(each.path, cell=True), code(each.identity, cell=True), count(each.kept), count(dropped[each.identity])]
        for each in ledger.against
    ]
    return f"{about}\n\n{table(['build', 'identity', 'compared', 'dropped for it'], rows, 'llrr')}"
