"""The rules of a recipe's steps over the sample: which are fitted, to what, and what each limit drops."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from winnow.filters.rules import Rule
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.fit import cut
from winnow.pipelines.fit.fitted import Beyond, FittedRule, Limit, Side
from winnow.pipelines.fit.histogram import histogram
from winnow.pipelines.fit.measured import Measured
from winnow.pipelines.fit.stop_words import RULE as STOP_WORDS
from winnow.pipelines.fit.stop_words import takes_stop_words
from winnow.pipelines.recipe.model import Step

Floats = npt.NDArray[np.float64]
Which = Literal["min", "max"]
SIDES: tuple[Which, Which] = ("min", "max")
LEAST = 100
"""Documents, with a value, that a limit is fitted to."""
SIZES = ("characters", "words", "sentences", "lines", "long_lines")
"""Measures of how long a document is: that says what was collected, and little of the language."""
SHOWN = 5
"""Documents beyond a limit."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """What is to be fitted."""

    drop: float
    """The share of the documents that a rule may drop; of one with a limit on both sides a half on each."""
    rules: Collection[str] = ()
    """`step.measure` of those that are fitted; none named means all but SIZES."""


def judged(steps: Iterable[Step]) -> list[tuple[Step, Rule]]:
    """The rules that have a limit and can be fitted: all but whether a language is listed."""
    return [
        (step, rule)
        for step in steps if step.filter and step.needs_text
        for rule in step.rules
        if (rule.min, rule.max) != (None, None) and not (isinstance(step.settings, Language) and rule.name == "listed")
    ]  # fmt: skip


def fits_stop_words(step: Step, asked: Asked) -> bool:
    """Whether stop words are looked for: where a step has a limit for them, which is to be fitted."""
    limited = any(rule.name == STOP_WORDS and rule.min is not None for rule in step.rules)
    return takes_stop_words(step) and limited and (not asked.rules or f"{step.name}.{STOP_WORDS}" in asked.rules)


def fit(step: Step, rule: Rule, measured: Measured, asked: Asked) -> FittedRule:
    """One rule."""
    values = measured.values[step.name, rule.name]
    order = np.argsort(values, kind="stable")  # NaN last
    order = order[: int((~np.isnan(values)).sum())]
    known = values[order]
    published = next((each for each in step.filter.RULES if each.name == rule.name), rule) if step.filter else rule
    sides = [
        _side(side, step, rule, published, known, order, measured, asked)
        for side in SIDES
        if getattr(rule, side) is not None
    ]
    sides = _uncrossed(sides)
    least, median, most = (float(known[at]) for at in (0, len(known) // 2, -1)) if len(known) else (None, None, None)
    return FittedRule(
        step.name, rule.name, len(known), least, median, most, tuple(sides), histogram(known, sides)
    )  # fmt: skip


def _uncrossed(sides: list[Side]) -> list[Side]:
    """Both limits of a rule, the fitted one left out where it is beyond the other that stays: nothing would be kept."""
    at = {side.side: limit.value for side in sides if (limit := side.fitted or side.recipe)}
    if at.get("min", -np.inf) <= at.get("max", np.inf):
        return sides
    return [dataclasses.replace(side, fitted=None, why=side.why or "it would lie beyond the other limit, which stays")
            for side in sides]  # fmt: skip


def _side(
    side: Which, step: Step, rule: Rule, published: Rule, known: Floats, order: npt.NDArray[np.int64],
    measured: Measured, asked: Asked,
) -> Side:  # fmt: skip
    recipe, theirs = _limit(getattr(rule, side), side, known), _limit(getattr(published, side), side, known)
    both = rule.min is not None and rule.max is not None
    found, why = _fitted(side, step, rule, known, asked, asked.drop / 2 if both else asked.drop)
    fitted = _limit(found, side, known)
    cut_at = fitted or recipe
    number = cut_at.dropped if cut_at else 0
    places = order[:number][::-1] if side == "min" else order[len(order) - number :]
    beyond = [_beyond(measured, step, rule, int(at)) for at in places[:SHOWN]]
    return Side(side, fitted, why, recipe, theirs, tuple(beyond))


def _fitted(
    side: Which, step: Step, rule: Rule, known: Floats, asked: Asked, share: float
) -> tuple[float | None, str]:  # fmt: skip
    """(the limit, why there is none)."""
    if asked.rules and f"{step.name}.{rule.name}" not in asked.rules:
        return None, "not asked for"
    if not asked.rules and rule.name in SIZES:
        return None, "how long documents are says little of the language; --rules fits it"
    if len(known) < LEAST:
        return None, f"only {len(known):,} documents have a value"
    value = cut.tail(known, side, share)
    if takes_stop_words(step) and rule.name == STOP_WORDS:
        return min(value, rule.min) if rule.min is not None else None, ""  # more than are asked for says nothing
    if value == known[len(known) // 2]:
        return None, f"no tail: half of the documents have {value:g}, which would be the limit"
    if set(np.unique(known).tolist()) <= {0.0, 1.0}:
        return None, "yes or no: there is nothing between"
    return cut.outward(value, side), ""


def _limit(value: float | None, side: Which, known: Floats) -> Limit | None:
    return None if value is None else Limit(float(value), cut.dropped(known, side, float(value)))


def _beyond(measured: Measured, step: Step, rule: Rule, at: int) -> Beyond:
    seen = measured.seen[at]
    return Beyond(seen.id, seen.place, float(measured.values[step.name, rule.name][at]), seen.text)


def limits_of(found: FittedRule, rule: Rule) -> Rule:
    """The rule with what was fitted in the place of its own limits."""
    fitted = {side.side: side.fitted.value for side in found.sides if side.fitted}
    return dataclasses.replace(rule, min=fitted.get("min", rule.min), max=fitted.get("max", rule.max))


def dropped(values: Mapping[tuple[str, str], Floats], rules: Sequence[tuple[str, Rule]]) -> int:
    """Documents that break any of these rules, each with its step's name."""
    broken: npt.NDArray[np.bool_] = np.zeros(len(next(iter(values.values()), ())), np.bool_)
    for step, rule in rules:
        of = values[step, rule.name]  # NaN compares as false: what is unknown breaks nothing
        if rule.min is not None:
            broken |= of < rule.min
        if rule.max is not None:
            broken |= of > rule.max
    return int(broken.sum())
