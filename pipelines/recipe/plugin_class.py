"""What a class must be to be a step or a kind of source. Asked of those that come from elsewhere, before a build."""

import dataclasses
import re
import sys
import typing
from collections.abc import Iterable
from typing import Any

from winnow.filters.rules import Rule
from winnow.pipelines.errors import described
from winnow.pipelines.recipe.strict import can_fill
from winnow.pipelines.sources.base import GAP

RESERVED = ("use", "name", "limits", "sources", "by_language", "languages")
"""Keys of a [[step]] that mean the same in every step."""
_MEASURE = re.compile(r"[A-Za-z]\w*", re.ASCII)


def step_fault(found: Any) -> str:
    """What keeps an object from being a step, to be read after its name; empty where it is one."""
    return _no_settings(found) or _wrong_methods(found) or _wrong_rules(found) or _wrong_settings(found, RESERVED)


def source_fault(found: Any) -> str:
    """What keeps an object from being a kind of source; empty where it is one."""
    return _no_settings(found) or _wrong_reading(found) or _wrong_settings(found, ())


def _no_settings(found: Any) -> str:
    if not isinstance(found, type):
        return f"is a {type(found).__name__}, wanted a class"
    if not dataclasses.is_dataclass(found) or not found.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return "is no frozen dataclass: write @dataclass(frozen=True) above it"
    if getattr(sys.modules.get(found.__module__), found.__qualname__, None) != found:
        return f"is not to be found as {found.__module__}.{found.__qualname__}, so no worker could load it"
    return ""


def _wrong_methods(found: type) -> str:
    methods = [name for name in ("annotate", "edit", "measure") if callable(getattr(found, name, None))]
    if not methods:
        return "has none of the methods measure, edit and annotate"
    if "edit" in methods and len(methods) > 1:
        return f"has {' and '.join(methods)}: an editor is a step of its own"
    if "edit" in methods and not getattr(found, "NEEDS_TEXT", True):
        return "edits with NEEDS_TEXT = False: the text that it is to change is not there yet"
    return ""


def _wrong_rules(found: type) -> str:
    if not hasattr(found, "measure"):
        return ""
    rules = getattr(found, "RULES", None)
    if not isinstance(rules, tuple) or not rules or not all(isinstance(rule, Rule) for rule in rules):
        return "measures, and has no RULES: a tuple with a Rule for every measure"
    names = [rule.name for rule in rules]
    if wrong := [name for name in names if not isinstance(name, str) or not _MEASURE.fullmatch(name)]:
        return f"has a rule called {wrong[0]!r}: wanted letters, digits and _"
    if twice := [name for name in names if names.count(name) > 1]:
        return f"has two rules called {twice[0]!r}"
    return ""


def _wrong_reading(found: type) -> str:
    if lacks := [name for name in ("scan", "read") if not callable(getattr(found, name, None))]:
        return f"has no method {' and no method '.join(lacks)}"
    kinds = getattr(found, "CARRIERS", None)
    if not isinstance(kinds, tuple) or not kinds or not all(isinstance(kind, str) for kind in kinds):
        return "has no CARRIERS: a tuple with the kinds of item that carry documents"
    return "has CARRIERS with 'gap', which is the kind of what cannot be read" if GAP in kinds else ""


def _wrong_settings(found: type, reserved: Iterable[str]) -> str:
    try:
        hints = typing.get_type_hints(found)
    except Exception as error:  # noqa: BLE001  whatever stands in somebody else's annotations
        return f"has settings whose types cannot be read: {described(error)}"
    names = [field.name for field in dataclasses.fields(found)]
    for name in names:
        if name in reserved:
            return f"has a setting {name!r}, which means something else in every step"
        if not can_fill(hints[name]):
            return f"has a setting {name!r} of a type that a recipe cannot write: wanted str, int, float, bool, " \
                   "tuple[str, ...], Literal or one of them | None"  # fmt: skip
    for lists in ("FILES", "SCANS"):
        if strange := [name for name in getattr(found, lists, ()) if name not in names]:
            return f"has {lists} that name no setting: {strange[0]!r}"
    return ""
