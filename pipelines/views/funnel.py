"""The funnel: how many documents each stage of a build dropped, in the order in which they meet it.

    records and gaps -> gaps -> read -> steps that need no text -> extract -> steps -> edit -> dedup -> kept

Counts come from the ledger by the rule that spoke first, so that what is left after the last stage is what was kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from winnow.pipelines.recipe.model import CATALOGUE

GAPS, READ, EXTRACT, EDIT, MEASURE, DEDUP = "gaps", "read", "extract", "edit", "measure", "dedup"
EXACT, NEAR = "duplicate.exact", "duplicate.near"
ERRORS = ("read.error", "read.crash", "extract.error", "extract.crash", "measure.error")
"""The rules of records at which something failed that nobody foresaw."""
GAP_RULE = ".gap"
"""Rules end so where a stretch of a file could not be told apart into records."""


@dataclass(frozen=True, slots=True)
class Stage:
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


def steps(ledger: Mapping[str, Any], source: str | None = None) -> dict[str, str]:
    """The recipe's steps, or those for one source, in order: name -> what it uses.

    A step that the ledger does not list is for all, and uses what bears its name.
    """
    listed = {step["name"]: step for step in ledger.get("steps", ())}
    judging = {step_of(rule["rule"]): step_of(rule["rule"]) for rule in ledger["rules"]}
    named = {name: step["use"] for name, step in listed.items()
             if source is None or not step["sources"] or source in step["sources"]}  # fmt: skip
    return named | {name: use for name, use in judging.items() if name not in listed}


def step_of(rule: str) -> str:
    """`gopher_quality` of `gopher_quality.words`."""
    return rule.rsplit(".", 1)[0]


def funnel(ledger: Mapping[str, Any], total: Mapping[str, Any], source: str | None = None) -> list[Stage]:
    """The stages of `total`: that of `source`, or the ledger's own. No stage that dropped something is left out."""
    dropped = _dropped(total)
    documents = total["kept"][0] + sum(n for rules in dropped.values() for n, _ in rules.values())
    characters = total["kept"][1] + sum(c for rules in dropped.values() for _, c in rules.values())
    found = []
    for name in _order(steps(ledger, source), dropped):
        rules = dropped.get(name, {})
        gone = sum(n for n, _ in rules.values())
        documents -= gone
        characters -= sum(c for _, c in rules.values())
        by_rule = {rule: rules[rule][0] for rule in sorted(rules, key=lambda r: (-rules[r][0], r))}
        found.append(Stage(name, gone, documents, characters, by_rule))
    return found


def errors(total: Mapping[str, Any]) -> int:
    """How many records met an unexpected error: a fault of ours or of a library, never of the document alone."""
    return sum(pair[0] for rules in total["rejected"].values() for rule, pair in rules.items() if rule in ERRORS)


def judged(ledger: Mapping[str, Any]) -> dict[str, int]:
    """step -> how many documents reached it: of the sources it is for, all but what an earlier step stopped."""
    reached = dict.fromkeys(steps(ledger), 0)
    for source, entry in ledger["sources"].items():
        after = {stage.name: stage.left for stage in funnel(ledger, entry["total"], source)}
        early, late = after[READ], after[EXTRACT]
        for name, use in steps(ledger, source).items():
            reached[name] += late if _needs_text(use) else early
            if getattr(CATALOGUE.get(use), "STOPS", False):
                late = after[name]
    return reached


def _dropped(total: Mapping[str, Any]) -> dict[str, dict[str, tuple[int, int]]]:
    """stage -> rule -> (documents, characters), gaps a stage of their own."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for stage, rules in total["rejected"].items():
        for rule, (documents, characters) in rules.items():
            name = GAPS if stage == READ and rule.endswith(GAP_RULE) else stage
            found.setdefault(name, {})[rule] = (documents, characters)
    return found


def _needs_text(use: str) -> bool:
    return bool(getattr(CATALOGUE.get(use), "NEEDS_TEXT", True))


def _order(uses: Mapping[str, str], dropped: Mapping[str, Any]) -> list[str]:
    early = [name for name, use in uses.items() if not _needs_text(use)]
    late = [name for name in uses if name not in early]
    known = [GAPS, READ, *early, EXTRACT, *late]
    others = sorted(set(dropped) - {*known, EDIT, DEDUP})
    return [*known, *others, *([EDIT] if EDIT in dropped else []), DEDUP]
