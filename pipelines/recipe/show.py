"""A recipe as `winnow recipe show` prints it: with every default, or as it is for documents in one language."""

import dataclasses
from typing import Any

from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.kept_languages import kept
from winnow.pipelines.recipe.languages import from_table
from winnow.pipelines.recipe.lock import language_table, table_of
from winnow.pipelines.recipe.model import Recipe, Step
from winnow.pipelines.recipe.strict import shown, suggest


def shown_table(recipe: Recipe) -> dict[str, Any]:
    """The recipe with every default; of what it takes from the table of languages, that it does."""
    table = table_of(recipe)
    table["step"] = [_step(step, of) for step, of in zip(recipe.steps, table["step"], strict=True)]
    return table


def in_language(recipe: Recipe, language: str) -> Recipe:
    """The recipe as it is for documents in one language, which is all that it keeps. BadCall where it keeps none."""
    found = kept(recipe.steps, [source.name for source in recipe.sources])
    if found is not None and language not in found:
        raise BadCall(f"the recipe {recipe.name!r} keeps no documents in {shown(language)}{suggest(language, found)}")
    return dataclasses.replace(recipe, steps=tuple(_in_language(step, language) for step in recipe.steps))


def _step(step: Step, table: dict[str, Any]) -> dict[str, Any]:
    if not step.by_language:
        return table
    own = {}
    for code, of in step.languages:
        beside = from_table(step, code)
        if beside is None or beside != of:
            own[code] = language_table(of, beside or step)
    rest = {key: value for key, value in table.items() if key != "languages"}
    return rest | {"by_language": list(step.by_language)} | ({"languages": own} if own else {})


def _in_language(step: Step, language: str) -> Step:
    found = step.of(language)
    settings: Any = found.settings
    if getattr(settings, "keep", ()):
        settings = dataclasses.replace(settings, keep=(language,))
    return dataclasses.replace(found, settings=settings, languages=(), by_language=())
