"""Where a name in a recipe becomes a class, and nowhere else: `use` of a step, `kind` of a source.

Winnow's own come first. Then those of installed distributions, which give a class a name by an entry point:

    [project.entry-points."winnow.steps"]
    long_words = "their_package.long_words:LongWords"

At last a class can be named directly: `use = "their_package.long_words:LongWords"`.
"""

import functools
import importlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points, packages_distributions, version
from typing import Any

from winnow.filters import catalogue
from winnow.pipelines.annotators.code_file import CodeFile
from winnow.pipelines.annotators.code_language import CodeLanguage
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.annotators.language_lines import LanguageLines
from winnow.pipelines.annotators.language_segments import LanguageSegments
from winnow.pipelines.annotators.robots_txt import RobotsTxt
from winnow.pipelines.errors import described
from winnow.pipelines.recipe import plugin_class
from winnow.pipelines.recipe.strict import shown, suggest
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.books.source import Books
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.tables.parquet import Parquet
from winnow.pipelines.sources.tables.text import TextFiles
from winnow.pipelines.sources.warc.source import Warc
from winnow.pipelines.sources.warc.wet import Wet
from winnow.pipelines.sources.wikipedia.source import Wikipedia

STEPS: dict[str, type] = {
    "language": Language,
    "language_segments": LanguageSegments,
    "language_lines": LanguageLines,
    "code_language": CodeLanguage,
    "code_file": CodeFile,
    **catalogue.STEPS,
    "robots_txt": RobotsTxt,
}
SOURCES: dict[str, type] = {
    "wet": Wet, "warc": Warc, "wikipedia": Wikipedia, "books": Books, "parquet": Parquet, "jsonl": Jsonl, "code": Code,
    "text": TextFiles,
}  # fmt: skip
"""In the order in which they are asked whether a file is of theirs: those that read much come last."""
DEFAULT_SOURCE = "warc"
"""The kind of a source that names none."""

STEP_GROUP, SOURCE_GROUP = "winnow.steps", "winnow.sources"
"""Of the entry points by which distributions name theirs."""
_PLACE = re.compile(r"[\w.]+:\w+")
DIRECT = "a class of your own is named 'package.module:NAME'"


class NotFound(Exception):
    """A name stands for no class that a recipe can use; the message says in one line whose it is and what is wrong."""


@dataclass(frozen=True)
class Kind:
    """What a name can stand for."""

    word: str
    """As messages call one."""
    own: Mapping[str, type]
    group: str
    fault: Callable[[Any], str]
    """What keeps an object from being one; empty where nothing does."""


def step(use: Any) -> type:
    """The class of a step, a frozen dataclass of its settings; raise NotFound."""
    return _class_of(Kind("step", STEPS, STEP_GROUP, plugin_class.step_fault), use)


def source(kind: Any) -> type:
    """The class of a kind of source, a frozen dataclass of its settings; raise NotFound."""
    return _class_of(Kind("kind of source", SOURCES, SOURCE_GROUP, plugin_class.source_fault), kind)


def recognised(start: Beginning) -> str | None:
    """The kind of source, of Winnow's own, that reads a file which begins like this."""
    return next((kind for kind, of in SOURCES.items() if of.recognises(start)), None)  # type: ignore[attr-defined]


def distribution_of(group: str, name: str, module: str) -> str:
    """`NAME VERSION` of the installed distribution that gives a name, or has a module; empty where none is."""
    for point in entry_points(group=group, name=name):
        return _distribution(point)
    found = _distributions(tuple(sys.path)).get(module.partition(".")[0], [])
    return f"{found[0]} {version(found[0])}" if found else ""


@functools.cache
def _distributions(_path: tuple[str, ...]) -> Mapping[str, list[str]]:
    """By module, along a search path: to look through all that is installed takes a tenth of a second."""
    return packages_distributions()


def _class_of(kind: Kind, name: Any) -> type:
    if not isinstance(name, str):
        raise NotFound(f"there is no {kind.word} {shown(name)}{suggest(name, kind.own)}")
    points = entry_points(group=kind.group)
    named = sorted(points.select(name=name), key=_distribution)
    if name in kind.own:
        if named:
            raise NotFound(f"{kind.word} {name!r} is Winnow's own, and {_distribution(named[0])} has another of that "
                           f"name ({named[0].value}): name it directly, {DIRECT}, or remove that package")  # fmt: skip
        return kind.own[name]
    if len(named) > 1:
        raise NotFound(f"{kind.word} {name!r} is of {' and of '.join(map(_distribution, named))}: name the one that is "
                       f"meant directly, {DIRECT}")  # fmt: skip
    if named:
        return _loaded(kind, f"{kind.word} {name!r} of {_distribution(named[0])}", named[0].value)
    if ":" in name:
        of = distribution_of(kind.group, name, name.partition(":")[0])
        return _loaded(kind, f"{kind.word} {name!r}{f' of {of}' if of else ''}", name)
    raise NotFound(f"there is no {kind.word} {shown(name)}{suggest(name, {*kind.own, *points.names})}; {DIRECT}")


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "a distribution without a name"


def _loaded(kind: Kind, what: str, place: str) -> type:
    """The class at `place`, package.module:NAME; `what` is how messages call it."""
    if not _PLACE.fullmatch(place):
        raise NotFound(f"{what} is said to lie at {shown(place)}; {DIRECT}")
    name, attribute = place.split(":")
    try:
        module = importlib.import_module(name)
    except (Exception, SystemExit) as error:  # whatever somebody else's module does while it is imported
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            raise NotFound(f"{what}: there is no module {error.name!r}; install its package, or put the folder that "
                           "holds it on PYTHONPATH") from error  # fmt: skip
        raise NotFound(f"{what} cannot be imported: {described(error)}") from error
    found = getattr(module, attribute, None)
    if found is None:
        near = suggest(attribute, [each for each, value in vars(module).items() if not kind.fault(value)])
        raise NotFound(f"{what}: there is no {attribute!r} in {module.__file__}{near}")
    if fault := kind.fault(found):
        raise NotFound(f"{what} is no {kind.word}: {attribute} {fault}")
    made: type = found
    return made
