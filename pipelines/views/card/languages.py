"""The card's table of languages."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card import representation
from winnow.pipelines.views.card.distribution import ROWS, counts, spread
from winnow.pipelines.views.card.markdown import code
from winnow.pipelines.views.tabular import count

_NAMED = 20
"""Of the languages without limits of their own."""


def render(ledger: Ledger) -> str:
    """The table, which language has most and which more than it had of what was met, and which were judged by limits
    that are not their own."""
    languages, met = ledger.kept.language, ledger.met.language
    parts = [counts(languages, "language", ROWS + 5, met=met), spread(languages, "languages"),
             representation.render(languages, met, "language", "languages"), _without_limits(ledger)]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _without_limits(ledger: Ledger) -> str:
    """Empty where the recipe has no limits by language."""
    found = ledger.without_limits
    if found is None:
        return ""
    if not found:
        return "Every language that was met has limits of its own."
    named = [f"{code(language)} ({count(documents)})" for language, documents in list(found.items())[:_NAMED]]
    rest = list(found.values())[_NAMED:]
    more = f" and {count(len(rest))} more ({count(sum(rest))})" if rest else ""
    return ("Languages without limits of their own, with the documents that were judged, kept or not, by the limits "
            f"for languages in general: {', '.join(named)}{more}.")  # fmt: skip
