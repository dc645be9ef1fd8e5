"""What was fitted as TOML, to be pasted into the recipe: [[step]] tables that take the place of its own.

Two of them: for a recipe of this language alone, and for one of several, whose steps stay as they are for the others.
Beside each limit stands what it drops of the reference, and what the recipe's did.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomli_w

from winnow.pipelines.annotators.language import Language
from winnow.pipelines.fit.fitted import Fitted, FittedRule, Side
from winnow.pipelines.fit.stop_words import SETTING
from winnow.pipelines.recipe.limits import limits_table
from winnow.pipelines.recipe.lock import settings_of
from winnow.pipelines.recipe.model import Step

Table = Mapping[str, Any]
Steps = Sequence[tuple[Step, Table]]
"""The recipe's, each with its table as it stands in the file."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TABLES = ("limits", "languages")
_BY_LANGUAGE = "by_language"
"""A step's setting that takes settings and limits from a table of languages."""


def of_one_language(found: Fitted, steps: Steps) -> str:
    """`[step.limits]`. What a step has for this language stands there too, and nothing for others."""
    parts = [_head(found, f"for a recipe of documents in {found.language!r} alone")]
    for step, table in steps:
        keep = _keep(found, step, [found.language])
        if keep or _is_fitted(found, step.name):
            parts.append("[[step]]\n" + _settings(_own(step, table) | keep | _stop_words(found, step.name)))
            parts += _limits("step.limits", _own_limits(step, table), found, step.name)
    return "\n".join(parts)


def of_several_languages(found: Fitted, steps: Steps) -> str:
    """`[step.languages.CODE]`, over what the recipe has there."""
    parts = [_head(found, "for a recipe of several languages")]
    for step, table in steps:
        keep = _keep(found, step, [*getattr(step.settings, "keep", ()), found.language])
        if not keep and not _is_fitted(found, step.name):
            continue
        languages: dict[str, Table] = dict(table.get("languages", {}))
        own, name = languages.pop(found.language, {}), f"step.languages.{found.language}"
        parts.append("[[step]]\n" + _settings(_plain(table) | keep))
        parts += _plain_limits("step.limits", table.get("limits", {}))
        parts += _languages(languages)
        if settings := _plain(own) | _stop_words(found, step.name):
            parts.append(f"[{name}]\n{_settings(settings)}")
        parts += _limits(f"{name}.limits", own.get("limits", {}), found, step.name)
    return "\n".join(parts)


def _head(found: Fitted, what: str) -> str:
    return (
        f"# Limits for documents in {found.language!r}, {what}.\n"
        "# Each [[step]] takes the place of the recipe's step of that name. Fitted by winnow fit-limits to "
        f"{found.sample:,} documents,\n# of which a rule drops at most {100 * found.drop:g} %: report.html shows every "
        "cut.\n"
    )


def _keep(found: Fitted, step: Step, keep: list[str]) -> dict[str, Any]:
    """The setting of a step that does not let the language through as it is."""
    settings = step.settings
    wrong = isinstance(settings, Language) and settings.keep and found.language not in settings.keep
    return {"keep": keep} if wrong else {}


def _is_fitted(found: Fitted, step: str) -> bool:
    return bool(_stop_words(found, step) or _rules(found, step))


def _rules(found: Fitted, step: str) -> list[FittedRule]:
    return [rule for rule in found.rules if rule.step == step and any(side.fitted for side in rule.sides)]


def _stop_words(found: Fitted, step: str) -> dict[str, Any]:
    words = next((of.words for of in found.stop_words if of.step == step), ())
    return {SETTING: [each.word for each in words]} if words else {}


def _plain(table: Table) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in _TABLES}


def _own(step: Step, table: Table) -> dict[str, Any]:
    """A step's settings: as the file has them, and as they are for the language where they are other ones."""
    given = {key: value for key, value in _plain(table).items() if key != _BY_LANGUAGE}
    defaults = {field.name: field.default for field in dataclasses.fields(step.settings)}  # type: ignore[arg-type]
    paths = getattr(type(step.settings), "FILES", ())
    for key, value in settings_of(step.settings).items():
        default = defaults[key]
        if key not in paths and value != given.get(key, list(default) if isinstance(default, tuple) else default):
            given[key] = value
    return given


def _own_limits(step: Step, table: Table) -> dict[str, Any]:
    """Those that the file names, and those that are not the published ones."""
    published = {rule.name: (rule.min, rule.max) for rule in step.filter.RULES} if step.filter else {}
    limits = {name: _short(limit) for name, limit in limits_table(step.rules).items()}
    other = {rule.name for rule in step.rules if (rule.min, rule.max) != published[rule.name]}
    return {name: limit for name, limit in limits.items() if name in other or name in table.get("limits", {})}


def _short(limit: dict[str, float] | str) -> dict[str, float] | str:
    """A limit as people write it."""
    return limit if isinstance(limit, str) else {side: _number(value) for side, value in limit.items()}


def _settings(own: Table) -> str:
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in own.items())


def _plain_limits(name: str, limits: Table) -> Iterator[str]:
    if limits:
        yield f"[{name}]\n{_settings(limits)}"


def _limits(name: str, before: Table, found: Fitted, step: str) -> Iterator[str]:
    """The table of a step's limits: those that were fitted in the place of what it has."""
    rules = _rules(found, step)
    kept = {key: value for key, value in before.items() if key not in {rule.measure for rule in rules}}
    if kept or rules:
        yield f"[{name}]\n{_settings(kept)}" + "".join(_limit(found, rule) for rule in rules)


def _languages(languages: Table) -> Iterator[str]:
    """What the recipe has for other languages."""
    for code, table in languages.items():
        if plain := _plain(table):
            yield f"[step.languages.{_key(code)}]\n{_settings(plain)}"
        yield from _plain_limits(f"step.languages.{_key(code)}.limits", table.get("limits", {}))


def _limit(found: Fitted, rule: FittedRule) -> str:
    limits = {side.side: _number(limit.value) for side in rule.sides if (limit := side.fitted or side.recipe)}
    return f"{_key(rule.measure)} = {_value(limits)}    # {'; '.join(_said(found, side) for side in rule.sides)}\n"


def _said(found: Fitted, side: Side) -> str:
    """`max drops 0.9 %, with 0.3 it was 2.1 %`"""
    if not side.fitted:
        return f"{side.side} stays"
    before = f", with {_number(side.recipe.value)} it was {_share(found, side.recipe.dropped)}" if side.recipe else ""
    return f"{side.side} drops {_share(found, side.fitted.dropped)}{before}"


def _share(found: Fitted, part: int) -> str:
    return f"{100 * part / found.sample:.1f} %"


def _number(value: float) -> float:
    """A whole number as people write one."""
    return int(value) if value == int(value) else value


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return tomli_w.dumps({"v": value}).removeprefix("v = ").rstrip("\n")
