"""The funnel: how many documents each stage of a build dropped, in the order in which the stages come.

    records and gaps -> gaps -> read -> steps that need no text -> extract -> steps -> edit -> dedup -> kept

A document counts at the first rule that it broke, so that what is left after the last stage is what was kept.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import NONE, Count, dropped
from winnow.pipelines.ledger.types import Ledger, Total

GAPS, READ, EXTRACT, EDIT, MEASURE = "gaps", "read", "extract", "edit", "measure"
GAP_RULE = ".gap"
"""Rules end so where a stretch of a file could not be told apart into records."""


@dataclass(frozen=True, slots=True)
class StageCount:
    """What one stage dropped, and what is left after it."""

    name: str
    dropped: int
    left: int
    characters: int
    """Of the texts that are left."""
    rules: Mapping[str, int]
    """rule -> documents that it dropped, most first."""

    @property
    def before(self) -> int:
        return self.left + self.dropped


def steps(ledger: Ledger, source: str | None = None) -> dict[str, str]:
    """The recipe's steps, or those for one source, in order: name -> what it uses (else its name)."""
    others = {step.name for step in ledger.steps if source and step.sources and source not in step.sources}
    named = {step.name: step.use for step in ledger.steps}
    judging = {name: name for name in map(step_of, (rule.rule for rule in ledger.rules)) if name not in named}
    return {name: use for name, use in (named | judging).items() if name not in others}


def step_of(rule: str) -> str:
    """`gopher_quality` of `gopher_quality.words`."""
    return rule.rsplit(".", 1)[0]


def funnel(ledger: Ledger, total: Total, source: str | None = None) -> list[StageCount]:
    """The stages of `total`: that of `source`, or the ledger's own. No stage that dropped something is left out."""
    gone, found = _dropped(total), []
    left = total.kept + dropped(gone) + Count(0, total.cut.characters)
    for name in _order(ledger, gone, source):
        rules = gone.get(name, {})
        here = sum(rules.values(), NONE)
        left -= here + (Count(0, total.cut.characters) if name == DEDUP else NONE)
        by_rule = {r: rules[r].documents for r in sorted(rules, key=lambda rule: (-rules[rule].documents, rule))}
        found.append(StageCount(name, here.documents, left.documents, left.characters, by_rule))
    return found


def several(total: Total) -> bool:
    """Whether some records gave several documents."""
    return total.documents > total.records + total.gaps


def _dropped(total: Total) -> dict[str, dict[str, Count]]:
    """stage -> rule -> what it dropped, gaps a stage of their own."""
    found: dict[str, dict[str, Count]] = {}
    for stage, rules in total.rejected.items():
        for rule, count in rules.items():
            name = GAPS if stage == READ and rule.endswith(GAP_RULE) else stage
            found.setdefault(name, {})[rule] = count
    return found


def _early(ledger: Ledger) -> list[str]:
    """The steps that came before the extraction: the ledger says so, for a plug-in may not be installed here."""
    return [step.name for step in ledger.steps if not step.needs_text]


def _order(ledger: Ledger, gone: Collection[str], source: str | None) -> list[str]:
    before, names = _early(ledger), steps(ledger, source)
    early, late = [n for n in names if n in before], [n for n in names if n not in before]
    known = [GAPS, READ, *early, EXTRACT, *late]
    others = sorted(set(gone) - {*known, EDIT, DEDUP})
    return [*known, *others, *([EDIT] if EDIT in gone else []), DEDUP]
