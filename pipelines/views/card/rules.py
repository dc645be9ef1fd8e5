"""The card's table of rules: each limit of the recipe and how many documents broke it, then what else dropped some."""

from winnow.pipelines.ledger.types import Ledger, RuleCount
from winnow.pipelines.views.card.markdown import code, prose, table
from winnow.pipelines.views.funnel import funnel, steps
from winnow.pipelines.views.tabular import NOTHING, count, limit, share

_MOST = 0.5
"""A rule that breaks for more of the documents is named: it decides what the corpus is."""


def render(ledger: Ledger) -> str:
    """Every limit of the recipe, then what readers and extraction dropped."""
    rules = [rule for rule in ledger.rules if rule.min is not None or rule.max is not None]
    rows = [
        [code(r.rule, cell=True), limit(r.min, r.max), count(r.broken), share(r.broken, r.judged), count(r.alone),
         prose(r.paper) or NOTHING]
        for r in rules
    ]  # fmt: skip
    head = ["rule", "limit", "broke it", "of those judged", "alone", "published in"]
    parts = [table(head, rows, "lrrrrl")] if rows else ["The recipe sets no limits."]
    if rows:
        parts.append(
            "*Alone* counts the documents that broke nothing else: what the corpus would gain without the rule. A "
            "document is judged by every rule of the steps that it reaches, so it can stand in several lines."
        )
    parts += _notes(ledger, rules)
    others = [[code(rule, cell=True), count(n)] for stage in funnel(ledger, ledger.total)
              if stage.name not in steps(ledger) for rule, n in stage.rules.items()]  # fmt: skip
    if others:
        parts += ["Outside of the recipe's limits:", table(["rule", "documents"], others, "lr")]
    return "\n\n".join(parts)


def _notes(ledger: Ledger, rules: list[RuleCount]) -> list[str]:
    """Rules that no document breaks, rules that most break, measures without a limit."""
    never = [code(r.rule) for r in rules if not r.broken]
    most = [code(r.rule) for r in rules if r.broken > _MOST * r.judged]
    free = [code(r.rule) for r in ledger.rules if r.min is None and r.max is None]
    notes = [f"**More than half of the documents break {', '.join(most)}.**"] if most else []
    notes += [f"No document breaks {', '.join(never)}."] if never else []
    return notes + ([f"Measured, but not judged: {', '.join(free)}."] if free else [])
