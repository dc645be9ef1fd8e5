"""What a step has of its own for documents in one language: from the table of languages, then from the recipe.

[[step]]
use = "gopher_quality"
stop_words = []                     # of languages that have nothing of their own: none are asked for
by_language = true                  # stop words and limits of the table; a list takes these settings and measures alone

[step.languages.de]                 # over the table's
stop_words = ["der", "die", "das"]
limits = { mean_word_length = { min = 3, max = 14 } }
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from winnow.filters.languages import own
from winnow.filters.languages.table import table as languages
from winnow.filters.steps import Annotator
from winnow.pipelines.recipe.limits import limits
from winnow.pipelines.recipe.lock import settings_of
from winnow.pipelines.recipe.model import Settings, Step
from winnow.pipelines.recipe.strict import Origin, Place, only, shown, suggest

Make = Callable[[dict[str, Any], Place, str], Settings]
"""Makes a step's settings of a table; the place and the name are for errors."""


def with_languages(step: Step, given: dict[str, Any], make: Make, origin: Origin, place: Place) -> Step:
    """The step as it is for each language, of what its table in the recipe says under `by_language` and `languages`."""
    taken = _taken(step, given.get("by_language", False), origin, (*place, "by_language"))
    step = dataclasses.replace(step, by_language=taken)
    found = {code: of for code in languages() if (of := from_table(step, code)) is not None} if taken else {}
    tables, at = given.get("languages", {}), (*place, "languages")
    if not isinstance(tables, dict):
        raise origin.fail(at, f"languages is {shown(tables)}; write a table [step.languages.CODE]")
    if tables and not step.needs_text:
        raise origin.fail(at, f"step {step.name!r} comes before the text is there, whose language nobody knows yet")
    for code, table in tables.items():
        found[code] = _changed(found.get(code) or _alone(step), table, make, origin, (*at, code))
    return dataclasses.replace(step, languages=tuple(sorted(found.items())))


def from_table(step: Step, language: str) -> Step | None:
    """The step with what it takes from the table for a language; None where it takes nothing, or the table has not the
    language."""
    variant = getattr(step.settings, "variant", "")
    found = own.own(step.use, variant, language) if step.by_language else None
    if found is None:
        return None
    found = found.only(frozenset(step.by_language))
    settings: Any = step.settings
    rules = (dataclasses.replace(rule, min=of[0], max=of[1]) if (of := found.limits.get(rule.name)) else rule
             for rule in step.rules)  # fmt: skip
    return dataclasses.replace(
        _alone(step), settings=dataclasses.replace(settings, **found.settings), rules=tuple(rules)
    )


def restricted(step: Step, kept: frozenset[str] | None) -> Step:
    """The step without languages of which no document reaches it; `kept` None is all."""
    if kept is None:
        return step
    return dataclasses.replace(step, languages=tuple((code, of) for code, of in step.languages if code in kept))


def _alone(step: Step) -> Step:
    return dataclasses.replace(step, languages=(), by_language=())


def _taken(step: Step, given: Any, origin: Origin, place: Place) -> tuple[str, ...]:
    """The settings and measures that a step takes from the table."""
    if given is False:
        return ()
    if step.use not in own.STEPS:
        raise origin.fail(place, f"the table of languages has nothing of a step {step.use!r}, but of "
                          f"{', '.join(own.STEPS)}")  # fmt: skip
    variant = getattr(step.settings, "variant", "")
    if variant not in own.VARIANTS:
        raise origin.fail(place, f"the table of languages has no values of the variant {variant!r}, but of "
                          f"{' and '.join(own.VARIANTS)}")  # fmt: skip
    valid = own.names(step.use)
    if given is True:
        return tuple(valid)
    if not isinstance(given, list) or not given:
        raise origin.fail(place, f"by_language is {shown(given)}, wanted true, false or a list of {', '.join(valid)}")
    for name in given:
        if name not in valid:
            raise origin.fail(place, f"by_language: the table has no {shown(name)} of this step{suggest(name, valid)}")
    return tuple(name for name in valid if name in given)


def _changed(step: Step, table: Any, make: Make, origin: Origin, place: Place) -> Step:
    """A step with what [step.languages.CODE] says."""
    code = place[-1]
    if not isinstance(code, str) or not code.isascii() or not code.isalpha() or code != code.lower():
        raise origin.fail(place, f"{shown(code)} is no code of a language, as 'de'")
    fields = [f.name for f in dataclasses.fields(step.settings)]  # type: ignore[arg-type]
    files = getattr(type(step.settings), "FILES", ())
    valid = [] if isinstance(step.settings, Annotator) else [name for name in fields if name not in files]
    only(table, [*valid, "limits"], origin, place, f"step {step.name!r} in {code!r}")
    settings = step.settings
    if given := {key: value for key, value in table.items() if key != "limits"}:
        settings = make(settings_of(settings) | given, place, f"step {step.name!r} in {code!r}")
    rules = limits(table.get("limits", {}), step.rules, origin, (*place, "limits"), step.name)
    return dataclasses.replace(step, settings=settings, rules=rules)
