"""What a build is a function of beside Winnow: the code of the plug-ins that its recipe names, and what these use."""

from winnow.pipelines.recipe.model import Recipe, is_foreign
from winnow.pipelines.software.closure import closure, code
from winnow.pipelines.software.libraries import libraries
from winnow.pipelines.software.modules import OURS, top


def plugins(recipe: Recipe) -> dict[str, str]:
    """`step long_words` -> `DISTRIBUTION VERSION+DIGEST` of every step and source whose class is somebody else's."""
    return {what: _named(code(_theirs(of))) for what, of in _foreign(recipe).items()}


def libraries_of_plugins(recipe: Recipe) -> dict[str, str]:
    """The versions of all libraries that they import."""
    return libraries(frozenset[str]().union(*map(_theirs, _foreign(recipe).values())))


def _foreign(recipe: Recipe) -> dict[str, type]:
    steps = [(f"step {step.use}", type(step.settings)) for step in recipe.steps]
    sources = [(f"source {source.kind}", type(source.read)) for source in recipe.sources]
    return {what: of for what, of in (*steps, *sources) if is_foreign(of)}


def _theirs(of: type) -> frozenset[str]:
    """The modules that a class runs but ours."""
    return frozenset(name for name in closure(frozenset({of.__module__})) if top(name) != OURS)


def _named(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
