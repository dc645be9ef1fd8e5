"""What the user gave as --input: patterns, per source, to a sorted list of identified files."""

import dataclasses
import difflib
from collections.abc import Sequence

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.units import FILE_BITS, Input, identify
from winnow.pipelines.recipe.model import Recipe


def find_inputs(storage: Storage, recipe: Recipe, patterns: Sequence[str]) -> list[Input]:
    """The files of every pattern, each once, sorted by (source, path) and numbered; the call's order is nothing."""
    found: dict[str, str] = {}
    for given in patterns:
        source, pattern = split(recipe, given)
        try:
            paths = [_normal(path) for path in _named(storage, pattern)]
        except (OSError, ValueError) as error:  # a scheme that no file system here has, a bucket that says no
            raise BadCall(f"--input {given}: {str(error).removeprefix(f'{pattern}: ')}") from error
        if not paths:
            raise BadCall(f"--input {given}: no file matches {pattern!r}")
        for path in paths:
            if found.setdefault(path, source) != source:
                raise BadCall(f"--input {given}: {path} is already an input of source {found[path]!r}")
    for wanted in recipe.sources:
        if wanted.name not in found.values():
            raise BadCall(f"recipe {recipe.name!r} has a source {wanted.name!r}: give it --input {wanted.name}=PATTERN")
    if len(found) >= 1 << FILE_BITS:
        raise BadCall(f"{len(found):,} input files; one build takes fewer than {1 << FILE_BITS:,}")
    order = sorted((source, path) for path, source in found.items())
    try:
        return [dataclasses.replace(identify(storage, *at), number=number) for number, at in enumerate(order)]
    except OSError as error:
        raise BadCall(f"an input cannot be read: {error}") from error


def _named(storage: Storage, pattern: str) -> list[str]:
    """The files of a pattern; of a local file's very name that file, for `[a].gz` may come from the shell."""
    return [pattern] if "://" not in pattern and storage.size(pattern) is not None else storage.match(pattern)


def _normal(path: str) -> str:
    """One spelling for one file: ./a/b and a//b are a/b. ValueError where it is not UTF-8, which no row can hold."""
    path.encode()
    if "://" in path:
        return path
    first, *rest = path.split("/")
    return "/".join([first] * (first != ".") + [name for name in rest if name not in ("", ".")])


def split(recipe: Recipe, given: str) -> tuple[str, str]:
    """(source, pattern) of one --input. A recipe with one source takes a bare pattern too; `./` makes `a=b` one."""
    names = [source.name for source in recipe.sources]
    name, separator, pattern = given.partition("=")
    if separator and name in names:
        return name, pattern
    if separator and not path_like(name):
        close = difflib.get_close_matches(name, names, 1)
        meant = f"did you mean {close[0]!r}? It" if close else "it"
        raise BadCall(f"--input {given}: the recipe has no source {name!r}; {meant} has {', '.join(names)}; "
                      f"a path that holds '=' is written ./{given}")  # fmt: skip
    if len(names) > 1:
        raise BadCall(f"--input {given}: say which source it is, NAME={given}; the recipe has {', '.join(names)}")
    return names[0], given


def path_like(name: str) -> bool:
    """Whether what stands before '=' is the beginning of a path rather than a name."""
    return any(sign in name for sign in "/.*")
