"""What a module runs of our own code: the closure of its imports, and a digest of it.

Followed are imports of Winnow, of the packages that the walk begins in (a plug-in's) and of what no distribution
brings, such as a file beside a plug-in. All other imports are libraries. Files that a module reads are not seen here:
word lists are named by FILES of a step, models by their digest in the recipe.
"""

import functools
import hashlib
import sys
from collections.abc import Iterable
from importlib import metadata

from winnow.pipelines.errors import BadCall
from winnow.pipelines.software.modules import OURS, module, parents, top


@functools.cache
def distributions() -> dict[str, frozenset[str]]:
    """The distributions that bring a package or module, by its name at the top."""
    return {name: frozenset(found) for name, found in metadata.packages_distributions().items()}


@functools.cache
def closure(modules: frozenset[str], stops: frozenset[str] = frozenset()) -> frozenset[str]:
    """The modules that `modules` import, transitively, with themselves and the packages that all these lie in.

    The walk goes past none of `stops`, except where it begins. Raises BadCall if a module of `modules` has no source.
    """
    for name in modules:
        if module(name) is None:
            raise BadCall(f"the source of module {name} is not found, so what it makes cannot be named: "
                          "put it into a file that can be imported")  # fmt: skip
    within, found, left = {OURS, *map(top, modules)}, set[str](), list(modules)
    while left:
        name = left.pop()
        if name in found or (name in stops and name not in modules) or not _is_followed(top(name), within):
            continue
        if (here := module(name)) is not None:
            found.add(name)
            left += [*here.imports, *parents(name)]
        else:
            left += parents(name)
    return frozenset(found)


def _is_followed(name: str, within: set[str]) -> bool:
    return name in within or not (name in sys.stdlib_module_names or name in distributions())


def libraries_of(modules: frozenset[str]) -> dict[str, bool]:
    """The names at the top of what these modules import and is not theirs -> whether one that is not ours does."""
    within, found = {OURS, *map(top, modules)}, dict[str, bool]()
    for name in modules:
        for other in {top(imported) for imported in getattr(module(name), "imports", ())}:
            if other not in sys.stdlib_module_names and not _is_followed(other, within):
                found[other] = found.get(other, False) or top(name) != OURS
    return found


def code(modules: frozenset[str]) -> dict[str, str]:
    """A digest of these modules' files for each distribution of theirs, behind its version where it is not Winnow."""
    of: dict[str, set[str]] = {}
    for name in modules:
        of.setdefault(_brought_by(top(name)), set()).add(name)
    return {name: f"{_version(name)}{digest_of(of[name])}" for name in sorted(of)}


def digest_of(modules: Iterable[str]) -> str:
    """16 hex digits of the names and the files of modules."""
    digest = hashlib.sha256()
    for name in sorted(modules):
        content = getattr(module(name), "content", b"")
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _brought_by(name: str) -> str:
    """The distribution of a package at the top, or the package where there is none."""
    return OURS if name == OURS else min(distributions().get(name, ()), default=name)


def _version(name: str) -> str:
    if name == OURS or not any(name in found for found in distributions().values()):
        return ""
    return f"{metadata.version(name)}+"
