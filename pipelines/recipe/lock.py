"""What a build is a function of, written out: the recipe with every default, models, definitions, versions."""

import dataclasses
import functools
import hashlib
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import PurePath
from typing import Any

import tomli_w

from winnow.filters.text import DEFINITIONS
from winnow.filters.words.segmenter import icu_version
from winnow.pipelines.recipe.limits import limits_table
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.recipe.plugins import libraries_of_plugins, plugins
from winnow.pipelines.software.closure import code
from winnow.pipelines.software.libraries import libraries
from winnow.pipelines.software.modules import OURS, modules_in


def table_of(recipe: Recipe) -> dict[str, Any]:
    """The recipe as the TOML table that would make it again, every default written out."""
    return {
        "name": recipe.name,
        "about": recipe.about,
        **({"notes": recipe.notes.file} if recipe.notes else {}),
        "rejected_text": recipe.rejected_text,
        "max_dropped_share": recipe.max_dropped_share,
        "max_error_share": recipe.max_error_share,
        "warn_dropped_share": recipe.warn_dropped_share,
        "source": [source_table(s) for s in recipe.sources],
        "extract": _extract(recipe),
        "step": [step_table(s) for s in recipe.steps],
        "dedup": {
            "exact": recipe.dedup.exact,
            "near": settings_of(recipe.dedup.near) if recipe.dedup.near is not None else "off",
            "order": list(recipe.dedup.order),
            **({"payloads": True} if recipe.dedup.payloads else {}),
            **settings_of(recipe.dedup.losses),
            **_passages(recipe),
        },
        "output": settings_of(recipe.output),
    }


def _passages(recipe: Recipe) -> dict[str, Any]:
    """What a recipe that cuts no passages does not have at all."""
    tables = {"spans": recipe.dedup.spans, "substrings": recipe.dedup.substrings}
    return {
        name: {key: value for key, value in settings_of(of).items() if key != "sources" or value}
        for name, of in tables.items()
        if of is not None
    }


def _extract(recipe: Recipe) -> dict[str, Any] | list[dict[str, Any]]:
    rest = settings_of(recipe.extract)
    named = [{"sources": list(e.sources)} | settings_of(e.settings) for e in recipe.extracts]
    return [rest, *named] if named else rest


def source_table(source: Source) -> dict[str, Any]:
    return settings_of(source) | {"read": settings_of(source.read)}


def step_table(step: Step) -> dict[str, Any]:
    table: dict[str, Any] = {"use": step.use, "name": step.name}
    table |= ({"sources": list(step.sources)} if step.sources else {}) | settings_of(step.settings)
    for each in step.lists:
        table[each.setting] = PurePath(table[each.setting]).name  # the folder is the user's; its digest is locked
    if step.rules:
        table["limits"] = limits_table(step.rules)
    if step.languages:
        table["languages"] = {code: language_table(of, step) for code, of in step.languages}
    return table


def language_table(step: Step, beside: Step) -> dict[str, Any]:
    """What a step for one language has otherwise than `beside`. The values are written out, not the table that they are
    from: with another table a recipe.lock.toml would be another recipe."""
    settings, others = settings_of(step.settings), settings_of(beside.settings)
    table = {key: value for key, value in settings.items() if others.get(key) != value}
    rules = [rule for rule, other in zip(step.rules, beside.rules, strict=True) if rule != other]
    return table | ({"limits": limits_table(rules)} if rules else {})


def settings_of(settings: Any) -> dict[str, Any]:
    """The fields of a settings object as TOML values; None, which TOML lacks, is left out."""
    values = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items() if v is not None}


def lock(recipe: Recipe) -> dict[str, Any]:
    """The whole of recipe.lock.toml; loading it as a recipe needs its [locked] table taken out."""
    return table_of(recipe) | {
        "locked": {
            "definitions": dict(DEFINITIONS),
            "versions": versions(),
            "lists": lists(recipe.steps),
            "plugins": plugins(recipe),
            **({"notes": recipe.notes.text} if recipe.notes else {}),
        }
    }


def write_lock(recipe: Recipe) -> str:
    return tomli_w.dumps(lock(recipe))


def sha256(recipe: Recipe) -> str:
    """Of recipe.lock.toml: what the build is a function of, beside its inputs."""
    return hashlib.sha256(write_lock(recipe).encode()).hexdigest()


@functools.cache
def versions() -> dict[str, str]:
    """Versions of our code (with a digest of its files), of Python (it brings Unicode's tables), of ICU (it brings the
    dictionaries that part words) and of libraries."""
    modules = modules_in("winnow.filters") | modules_in("winnow.pipelines")
    ours = {OURS: f"{metadata.version(OURS)}+{code(modules)[OURS]}", "python": platform.python_version()}
    ours["icu"] = icu_version()
    return ours | libraries(modules)


def made_by(recipe: Recipe) -> dict[str, str]:
    """Versions of all code that a build is a function of: ours, the plug-ins', and the libraries of both."""
    return versions() | libraries_of_plugins(recipe) | plugins(recipe)


def lists(steps: Iterable[Step]) -> dict[str, str]:
    """The sha256 of every word list and domain list that these steps read."""
    return {f"{step.name}.{each.setting}": each.sha256 for step in steps for each in step.lists}
