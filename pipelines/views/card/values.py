"""The card's table of what was measured: how the values of each rule's measure are spread, and what it dropped."""

from winnow.pipelines.ledger.types import Ledger, RuleCount
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import NOTHING, count, measure, share

_DIGITS = 3
"""A sketch tells no more."""


def render(ledger: Ledger) -> str:
    """One line for each measure that has a limit and a value; empty where there is none."""
    rules = [r for r in ledger.rules if r.judges and r.percentiles]
    if not rules:
        return ""
    head = ["measure", "1 % at or below", "50 %", "99 %", "judged", "dropped by it", "of those judged"]
    about = ("What was measured on all documents that a rule judged, kept or not, to within 1 % of the value. *Dropped "
             "by it* counts those that broke this rule first: steps that need no text come before its extraction, then "
             "the recipe's order holds.")  # fmt: skip
    return "\n\n".join(["### Values", table(head, [_row(rule) for rule in rules], "lrrrrrr"), about])


def _row(rule: RuleCount) -> list[str]:
    spread = rule.percentiles
    values = [measure(v, _DIGITS) for v in (spread.p1, spread.p50, spread.p99)] if spread else [NOTHING] * 3
    return [code(rule.rule, cell=True), *values, count(rule.judged), count(rule.dropped),
            share(rule.dropped, rule.judged)]  # fmt: skip
