"""The software that a stage of a build runs: what its files are named by, beside its part of the recipe."""

import functools
import platform
from collections.abc import Iterable

from winnow.pipelines.software.closure import closure, code
from winnow.pipelines.software.libraries import libraries

_HERE = "winnow.pipelines"
STOPS = frozenset({
    f"{_HERE}.recipe.catalogue",  # every step and every kind of source: a stage gives the settings of those it runs
    f"{_HERE}.extraction.settings",  # parts of a recipe: a stage gives those that concern it
    f"{_HERE}.dedup.settings",
    f"{_HERE}.progress",  # tells the terminal where a worker is
    f"{_HERE}.plan.digests",  # these three make names, and no byte of what is named
    f"{_HERE}.recipe.lock",
    f"{_HERE}.software.stage",
})  # fmt: skip
"""Modules past which no closure of a stage goes."""


def software_of(module: str, *settings: object) -> dict[str, str]:
    """The software of a stage whose function is in `module`, and which runs what these settings configure.

    `settings` are objects of the recipe that concern the stage: a kind of source, steps, parts of the recipe. Their
    modules are part of it, with what they import, whether Winnow's or a plug-in's. None counts for nothing.
    """
    return software({module, *(type(one).__module__ for one in settings if one is not None)})


def software(modules: Iterable[str]) -> dict[str, str]:
    """Of all that these modules run: digests of our code and of plug-ins', versions of libraries and of Python."""
    return dict(found_of(frozenset(modules)))


@functools.cache
def found_of(modules: frozenset[str]) -> dict[str, str]:
    """As `software`; each job of a build asks for the same."""
    found = closure(modules, STOPS)
    return {"python": platform.python_version()} | libraries(found) | code(found)
