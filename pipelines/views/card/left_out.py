"""The card's paragraph on what a published copy of a build is without."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import KEYS, REJECTED
from winnow.pipelines.views.tabular import plural

_HELD = {
    REJECTED: "the {dropped} that were dropped, as rows with their texts",
    KEYS: "the hashes by which a later build leaves out what this one keeps",
}


def render(ledger: Ledger) -> str:
    """A sentence for each folder that was left out; "" of a build that is whole."""
    if not ledger.left_out:
        return ""
    dropped = plural(ledger.total.dropped.documents, "document")
    held = [f"`{name}/` ({_HELD[name].format(dropped=dropped)})" for name in ledger.left_out if name in _HELD]
    return f"This copy was published without {' and '.join(held)}. All counts are those of the whole build."
