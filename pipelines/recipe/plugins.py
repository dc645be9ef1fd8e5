"""What a build is a function of beside Winnow: the code of the plug-ins that its recipe names."""

import functools

from winnow.pipelines.recipe import catalogue
from winnow.pipelines.recipe.model import Recipe, is_foreign
from winnow.pipelines.software.closure import closure, digest_of
from winnow.pipelines.software.modules import OURS, top


def plugins(recipe: Recipe) -> dict[str, str]:
    """`step long_words` -> `DISTRIBUTION VERSION+DIGEST` of every step and source whose class is somebody else's."""
    steps = [("step", catalogue.STEP_GROUP, step.use, type(step.settings)) for step in recipe.steps]
    sources = [("source", catalogue.SOURCE_GROUP, source.kind, type(source.read)) for source in recipe.sources]
    used: list[tuple[str, str, str, type]] = [*steps, *sources]
    return {f"{word} {use}": _software(group, use, of) for word, group, use, of in used if is_foreign(of)}


def theirs(recipe: Recipe) -> frozenset[str]:
    """The modules that the plug-ins of a recipe run and that are not Winnow's."""
    used = [*(type(step.settings) for step in recipe.steps), *(type(source.read) for source in recipe.sources)]
    return _foreign(frozenset(of.__module__ for of in used if is_foreign(of)))


@functools.cache
def _software(group: str, use: str, of: type) -> str:
    package, code = top(of.__module__), digest_of(_foreign(frozenset({of.__module__})))
    return f"{catalogue.distribution_of(group, use, package) or package}+{code}"


def _foreign(modules: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in closure(modules) if top(name) != OURS)
