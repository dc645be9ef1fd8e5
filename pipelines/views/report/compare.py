"""What two builds make of their inputs, side by side: stages, rules with both limits, what was kept, sources."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from winnow.pipelines.corpus.facts import FACTS
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger.types import Distribution, Ledger
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.report import facts
from winnow.pipelines.views.report.rules import abouts, json_number

FORMAT = 1
_MOST_VALUES = 100
Recipes = tuple[Recipe | None, Recipe | None]


def comparison(one: Ledger, other: Ledger, recipes: Recipes = (None, None)) -> dict[str, Any]:
    """The data of a page that compares them; what only one of the two has is null in the other."""
    both = one, other
    return {
        "format": FORMAT, "kind": "comparison", "title": f"{one.recipe.name} and {other.recipe.name}",
        "a": _build(one), "b": _build(other), "stages": _stages(*both), "rules": _rules(*both, recipes),
        "facts": {name: _fact(*(getattr(of.kept, name) for of in both)) for name in FACTS},
        "sources": _sources(*both),
    }  # fmt: skip


def _build(of: Ledger) -> dict[str, Any]:
    return {"title": of.recipe.name, "identity": of.identity, "recipe": to_json(of.recipe), "total": facts.of_all(of)}


def _stages(one: Ledger, other: Ledger) -> list[dict[str, Any]]:
    found = [{of["name"]: of for of in facts.funnels(ledger)[0]["stages"]} for ledger in (one, other)]
    return [
        {"name": name, "kind": (found[0].get(name) or found[1][name])["kind"],
         **{side: {key: of[name][key] for key in ("dropped", "left")} if name in of else None
            for side, of in zip("ab", found, strict=True)}}
        for name in in_both_orders(*found)
    ]  # fmt: skip


def _rules(one: Ledger, other: Ledger, recipes: Recipes) -> list[dict[str, Any]]:
    found = [{rule.rule: rule for rule in ledger.rules} for ledger in (one, other)]
    about = {**abouts(recipes[1]), **abouts(recipes[0])}
    rows = []
    for name in in_both_orders(*found):
        row: dict[str, Any] = {"rule": name, "about": about.get(name, "")}
        for side, rules in zip("ab", found, strict=True):
            of = rules.get(name)
            row[side] = of and {
                "min": json_number(of.min), "max": json_number(of.max), "judged": of.judged, "broken": of.broken,
                "dropped": of.dropped, "share": of.broken / of.judged if of.judged else None,
            }  # fmt: skip
        rows.append(row)
    return rows


def _fact(one: Distribution, other: Distribution) -> list[list[Any]]:
    """[value, its count in each], those whose shares of the kept documents differ most first."""
    wholes = [max(1, sum((of.documents for of in each.top.values()), each.others.documents)) for each in (one, other)]

    def apart(value: str) -> float:
        shares = [each.top.get(value, NONE).documents / whole for each, whole in zip((one, other), wholes, strict=True)]
        return abs(shares[0] - shares[1])

    values = sorted({*one.top, *other.top}, key=lambda value: (-apart(value), value))[:_MOST_VALUES]
    return [[value, _count(one.top, value), _count(other.top, value)] for value in values]


def _count(top: Mapping[str, Count], value: str) -> list[int] | None:
    return top[value].json if value in top else None


def _sources(one: Ledger, other: Ledger) -> list[dict[str, Any]]:
    found = [{of["name"]: of for of in facts.sources(ledger)} for ledger in (one, other)]
    keys = ("documents", "kept", "duplicates")
    return [
        {"name": name, **{side: {key: of[name][key] for key in keys} if name in of else None
                          for side, of in zip("ab", found, strict=True)}}
        for name in in_both_orders(*found)
    ]  # fmt: skip


def in_both_orders(one: Iterable[str], other: Iterable[str]) -> Sequence[str]:
    """All names of both: those of the first in order, and behind the name before it what only the other has."""
    found = list(one)
    before: str | None = None
    for name in other:
        if name not in found:
            found.insert(found.index(before) + 1 if before in found else 0, name)
        before = name
    return found
