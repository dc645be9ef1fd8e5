"""The card's table of rules: each limit of the recipe and how many documents broke it, then what else dropped some."""

from winnow.pipelines.ledger.types import Ledger, RuleCount
from winnow.pipelines.views.card.markdown import code, prose, table
from winnow.pipelines.views.funnel import funnel, steps
from winnow.pipelines.views.tabular import NOTHING, count, exact, limit, plural, share

_MOST = 0.5
"""A rule that breaks for more of the documents is named: it decides what the corpus is."""


def render(ledger: Ledger) -> str:
    """Every limit of the recipe, then what readers and extraction dropped."""
    rules = [rule for rule in ledger.rules if rule.judges]
    rows = [
        [code(r.rule, cell=True), _limit(r), count(r.broken), share(r.broken, r.judged), count(r.alone),
         prose(r.paper) or NOTHING]
        for r in rules
    ]  # fmt: skip
    head = ["rule", "limit", "broke it", "of those judged", "alone", "published in"]
    parts = [table(head, rows, "lrrrrl")] if rows else ["The recipe sets no limits."]
    if rows:
        parts.append(
            "*Alone* counts the documents that broke nothing else: what the corpus would gain without the rule. A "
            "document is judged by every rule of the steps that it reaches and that find a value, so it can stand in "
            "several lines."
        )
    if any(rule.languages for rule in rules):
        parts.append("Limits differ by language: `winnow recipe show RECIPE --language CODE` prints those of one, and "
                     "recipe.lock.toml has all.")  # fmt: skip
    parts += _notes(ledger, rules)
    others = [[code(rule, cell=True), count(n)] for stage in funnel(ledger, ledger.total)
              if stage.name not in steps(ledger) for rule, n in stage.rules.items()]  # fmt: skip
    if others:
        parts += ["Outside of the recipe's limits:", table(["rule", "documents"], others, "lr")]
    return "\n\n".join(parts)


def _limit(rule: RuleCount) -> str:
    """The limit of languages in general, then how far those of single languages go."""
    of = limit(rule.min, rule.max)
    own = rule.languages.values()
    ends = [f"{word} {_range([value for value in values if value is not None])}" for word, values in
            (("at least", [each.min for each in own]), ("at most", [each.max for each in own])) if any(
                value is not None for value in values)]  # fmt: skip
    if not own:
        return of
    return f"{of}; in {plural(len(own), 'language')} {' and '.join(ends) or 'none'}"


def _range(values: list[float]) -> str:
    """The one value, or the least and the greatest."""
    return " to ".join(map(exact, sorted({min(values), max(values)})))


def _notes(ledger: Ledger, rules: list[RuleCount]) -> list[str]:
    """Rules that most documents break, that none breaks, that found no value, and measures without a limit."""
    valueless = [r for r in rules if r.unknown and not r.judged]
    notes = (
        ("**More than half of the documents break {}.**", [r for r in rules if r.broken > _MOST * r.judged]),
        ("No document breaks {}.", [r for r in rules if not r.broken and r not in valueless]),
        ("No document has a value of {}, so nothing was judged by it: what is measured is another variant, a list is "
         "missing, or no document is of the kind.", valueless),
        ("Measured, but not judged: {}.", [r for r in ledger.rules if not r.judges]),
    )  # fmt: skip
    told = [text.format(", ".join(code(r.rule) for r in those)) for text, those in notes if those]
    some = [f"{code(r.rule)} ({count(r.unknown)})" for r in rules if r.unknown and r.judged]
    return told + ([f"Not judged, for they have no value: documents by {', '.join(some)}."] if some else [])
