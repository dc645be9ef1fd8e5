"""What the user gave as --input: patterns, per source, to a sorted list of identified files."""

import difflib
import hashlib
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.sealed import load_typed, save_typed
from winnow.pipelines.files.storage import Storage, is_remote
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import Names
from winnow.pipelines.plan.opened import opened
from winnow.pipelines.plan.patterns import named, place_of
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe.model import Recipe, Source
from winnow.pipelines.sources import base

MIB = 1 << 20


def identify(storage: Storage, source: Source, path: str) -> Input:
    """Read a file's ends."""
    with opened(storage, source.read, path) as file:
        head = file.read(MIB)
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - MIB))
        ends = hashlib.sha256(head + file.read(MIB)).hexdigest()
    return Input(source.name, path, size, ends)


def find_inputs(
    storage: Storage, recipe: Recipe, patterns: Sequence[str], say: Callable[[str], None] = lambda _: None,
    *, require_all: bool = False,
) -> list[Input]:  # fmt: skip
    """The files and folders of every pattern, each once, sorted by (source, path), in whatever order they were given.

    A source of the recipe may have none, unless `require_all`. `say` is told what a user may not expect of a folder.
    """
    found: dict[str, tuple[str, str]] = {}
    for given in patterns:
        source, pattern = split(recipe, given)
        for path in paths_of(storage, recipe.source(source).read, given, pattern, say):
            place = place_of(path)
            other, spelling = found.get(place, (source, path))
            if other != source:
                raise BadCall(f"--input {given}: {path} is already an input of source {other!r}")
            found[place] = source, min(path, spelling)
    for name in without_input(recipe, [source for source, _ in found.values()]):
        if require_all or not found:
            raise BadCall(f"recipe {recipe.name!r} has a source {name!r}: give it --input {name}=PATTERN")
    try:
        return [identify(storage, recipe.source(source), path) for source, path in sorted(found.values())]
    except OSError as error:
        raise BadCall(f"an input cannot be read: {error}") from error


def without_input(recipe: Recipe, given: Collection[str]) -> list[str]:
    """The sources of a recipe that are not among those that were given files, in the recipe's order."""
    return [source.name for source in recipe.sources if source.name not in given]


def paths_of(
    storage: Storage, read: base.Source, given: str, pattern: str, say: Callable[[str], None] = lambda _: None
) -> list[str]:
    """The inputs of a pattern, which was given in this --input, for a kind of source; BadCall where there is none."""
    try:
        trees = named(storage, read, pattern)
        paths = [_normal(tree.path) for tree in trees if tree.path]
    except (OSError, ValueError, BadCall) as error:  # a scheme that no file system here has, a bucket that says no
        raise BadCall(f"--input {given}: {str(error).removeprefix(f'{pattern}: ')}") from error
    notes = [tree.note for tree in trees if tree.note]
    if not paths:
        raise BadCall(f"--input {given}: {'; '.join(notes[:3]) or f'no file matches {pattern!r}'}")
    for note in notes:
        say(note)
    return paths


def _normal(path: str) -> str:
    """One spelling for one file: ./a/b and a//b are a/b. ValueError where it is not UTF-8, which no row can hold."""
    path.encode()
    if is_remote(path):
        return path
    first, *rest = path.split("/")
    return "/".join([first] * (first != ".") + [name for name in rest if name not in ("", ".")]) or "."


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


@dataclass(frozen=True, slots=True)
class Inputs:
    """All inputs of a build, by source and path."""

    inputs: tuple[Input, ...]


def save(storage: Storage, names: Names, inputs: Sequence[Input]) -> str:
    """Write the list of all inputs down, for workers that are given no list; returns its name."""
    name = digest("inputs", [each.name for each in inputs])
    if storage.size(names.inputs(name)) is None:
        save_typed(storage, names.inputs(name), Inputs(tuple(inputs)))
    return name


def load(work: Work) -> list[Input]:
    """The list of all inputs, as `save` wrote it."""
    return list(load_typed(work.storage, work.job.names.inputs(work.job.inputs), Inputs).inputs)
