"""Limits by language: which of them judged documents, and which languages had none of their own."""

from collections.abc import Mapping

from winnow.filters.rules import Rule
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Limits
from winnow.pipelines.recipe.model import Recipe, Step


def limits_by_language(step: Step, rule: Rule, spread: Spread) -> dict[str, Limits]:
    """Language -> the limits of a step's rule, where they are not the rule's own and the step met such documents."""
    if not step.languages:
        return {}
    met = spread.languages(step.name, rule.name)
    found = {code: _limits(of, rule.name) for code, of in step.languages if code in met}
    return {code: limits for code, limits in found.items() if limits != Limits(rule.min, rule.max)}


def without_limits(recipe: Recipe, spread: Spread) -> Mapping[str, int] | None:
    """Language -> documents, of the languages for which no step has anything of its own, that were judged by what steps
    have in general; None where no step has anything by language."""
    steps = [step for step in recipe.steps if step.languages]
    own = {language for step in steps for language, _ in step.languages}
    found: dict[str, int] = {}
    for step in steps:
        for language, documents in spread.languages(step.name, step.measures[0]).items() if step.measures else ():
            if language not in own:
                found[language] = max(found.get(language, 0), documents)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))) if steps else None


def _limits(step: Step, name: str) -> Limits:
    return next(Limits(rule.min, rule.max) for rule in step.rules if rule.name == name)
