"""The card's paragraph on passages that several documents have: what was cut of whom, and who was dropped for it."""

from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import NONE
from winnow.pipelines.dedup.spans.cuts import RULES
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code
from winnow.pipelines.views.tabular import count, plural, share

_CALLED = {
    "paragraph": ("paragraph", "paragraphs"), "line": ("line", "lines"),
    "sentences": ("run of three sentences", "runs of three sentences"), "substring": ("run of words", "runs of words"),
}  # fmt: skip


def render(ledger: Ledger) -> str:
    """Empty where the recipe looks for none."""
    found, rules = ledger.passages, ledger.total.rejected.get(DEDUP, {})
    if found is None:
        return ""
    dropped = {rule: rules.get(rule, NONE).documents for rule in RULES.values()}
    if not found.documents and not sum(dropped.values()):
        return "Passages that several documents have were looked for, and none was found."
    pieces = " and ".join(plural(number, *_CALLED[kind]) for kind, number in found.pieces.items()) or "nothing"
    before = ledger.total.kept.characters + found.characters
    parts = [
        f"Of passages that several documents have the first copy was kept. {plural(found.documents, 'document')} that "
        f"stayed lost {pieces}, {plural(found.characters, 'character')} or {share(found.characters, before)} of what "
        "they had: the column `removed` names the document in which each stands.",
        f"{plural(sum(dropped.values()), 'document was', 'documents were')} dropped because more than the recipe's "
        "share of them stands in documents that stayed: " + ", ".join(
            f"{count(documents)} by {code(rule)}" for rule, documents in dropped.items() if documents) + "."
        if sum(dropped.values()) else "",
        f"{plural(found.holding, 'document')} lost more than that and stayed, for others lost a passage to "
        f"{'it' if found.holding == 1 else 'them'}." if found.holding else "",
    ]  # fmt: skip
    return " ".join(part for part in parts if part)
