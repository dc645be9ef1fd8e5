"""`[step.limits]` of a recipe: a step's rules with other limits."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from winnow.filters.rules import Rule
from winnow.pipelines.recipe.strict import Origin, Place, finite, only, shown


def limits(table: dict[str, Any], rules: Sequence[Rule], origin: Origin, place: Place, step: str) -> tuple[Rule, ...]:
    """The rules with the limits of the table in the place of their own; those that it does not name stay."""
    only(table, [r.name for r in rules], origin, place, f"step {step!r}")
    return tuple(_limited(rule, table.get(rule.name), origin, (*place, rule.name)) for rule in rules)


def limits_table(rules: Sequence[Rule]) -> dict[str, Any]:
    """The table that would set these limits."""
    return {r.name: {k: v for k, v in (("min", r.min), ("max", r.max)) if v is not None} or "off" for r in rules}


def _limited(rule: Rule, limit: Any, origin: Origin, place: Place) -> Rule:
    if limit is None:
        return rule
    if limit == "off":
        return dataclasses.replace(rule, min=None, max=None)
    if isinstance(limit, dict) and limit and set(limit) <= {"min", "max"} and all(map(finite, limit.values())):
        if len(limit) == 2 and limit["min"] > limit["max"]:
            raise origin.fail(place, f"{rule.name}: min lies above max, so nothing would be kept")
        return dataclasses.replace(rule, min=limit.get("min"), max=limit.get("max"))
    raise origin.fail(place, f'{rule.name} is {shown(limit)}; write {{ min = …, max = … }} or "off"')
