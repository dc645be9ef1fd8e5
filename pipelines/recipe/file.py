"""Recipes on disk: one strict TOML file becomes one `Recipe`, or an error that names the line and the nearest name."""

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeGuard, TypeVar
from urllib.parse import quote

from winnow.filters.setting_checks import NotAllowed, within
from winnow.filters.steps import Filter
from winnow.pipelines.dedup.settings import FACTS, ORDER, Losses, NearDuplicates, Spans, Substrings
from winnow.pipelines.errors import BadCall, described
from winnow.pipelines.recipe import catalogue, kept_languages, scope
from winnow.pipelines.recipe.languages import restricted, with_languages
from winnow.pipelines.recipe.limits import limits
from winnow.pipelines.recipe.lists import lists_of
from winnow.pipelines.recipe.lock import settings_of
from winnow.pipelines.recipe.model import Dedup, Output, Recipe, Settings, Source, Step, is_foreign
from winnow.pipelines.recipe.notes import notes_of
from winnow.pipelines.recipe.plugin_class import RESERVED
from winnow.pipelines.recipe.strict import Origin, Place, fill, only, read, shown, suggest
from winnow.pipelines.sources import base

_RECIPES = resources.files(__package__).joinpath("recipes")


def shipped() -> list[str]:
    """The names of the recipes that come with Winnow."""
    return sorted(p.name.removesuffix(".toml") for p in _RECIPES.iterdir() if p.name.endswith(".toml"))


RECOMMENDED = "mixed"
"""The recipe for files of which nobody says how they are to be read."""


def is_recipe(name: str) -> bool:
    """Whether a word names a recipe rather than something to read: a shipped one, or a file of TOML."""
    return name in shipped() or name.endswith(".toml")


def find(name: str) -> Path:
    """A shipped recipe by name, or a file by path."""
    if name in shipped():
        return Path(str(_RECIPES.joinpath(f"{name}.toml")))
    if os.path.isfile(name):
        return Path(name)
    if name.endswith(".toml") or "/" in name:
        raise BadCall(f"{name}: there is no such recipe file")
    raise BadCall(f"there is no recipe {name!r}{suggest(name, shipped())}; a file ends in .toml")


def load(path: Path) -> Recipe:
    """Parse a recipe; every mistake is a `BadCall` that names file, line, value and the nearest valid name."""
    table, origin = read(path)
    known = [f.name for f in dataclasses.fields(Recipe) if f.name not in ("sources", "steps", "extracts")]
    only(table, [*known, "source", "step"], origin, (), "a recipe")
    sources = [_source(t, origin, ("source", i)) for i, t in enumerate(_tables(table, "source", origin))]
    names = [s.name for s in sources]
    steps = [_step(t, names, origin, ("step", i), path.parent) for i, t in enumerate(_tables(table, "step", origin))]
    _unique(names, origin, "source")
    _unique([s.name for s in steps], origin, "step")
    _columns(steps, origin)
    if not sources:
        raise origin.fail((), "a recipe needs a [[source]]")
    plain = {f.name: table[f.name] for f in dataclasses.fields(_Plain) if f.name in table}
    own = [t.get("languages", {}) for t in _tables(table, "step", origin)]
    kept_languages.check(steps, own, names, origin)
    steps = [restricted(step, kept_languages.kept(steps, step.sources or names)) for step in steps]
    top = fill(_Plain, plain, origin, (), "the recipe")
    notes = notes_of(top.notes, path.parent, origin)
    return Recipe(
        sources=tuple(sources),
        steps=tuple(steps),
        **scope.extract(table.get("extract", {}), names, origin),
        dedup=_dedup(table.get("dedup", {}), sources, steps, origin),
        output=fill(Output, table.get("output", {}), origin, ("output",), "[output]"),
        **dataclasses.asdict(top) | {"notes": notes},
    )


T = TypeVar("T")
P = TypeVar("P", Spans, Substrings)
_NAME = "of 1 to 100 printable characters"


@dataclass(frozen=True)
class _Plain:
    """The settings of a recipe that stand in no table."""

    name: str
    about: str = ""
    notes: str | None = None
    """The path of a file, relative to the recipe."""
    rejected_text: Literal["all", "sample", "none"] = "all"
    max_dropped_share: float = 1.0
    max_error_share: float = 0.01
    warn_dropped_share: float = 0.5

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise NotAllowed("name", self.name, f"wanted {_NAME}")
        within(self, "max_dropped_share", 0, 1)
        within(self, "max_error_share", 0, 1)
        within(self, "warn_dropped_share", 0, 1)


@dataclass(frozen=True)
class _PlainSource:
    """What a recipe says of a source beside its kind and how it is read."""

    name: str
    license: str | None = None
    priority: int = 0
    dedup: Literal["document", "record"] = "document"
    synthetic: bool = False

    def __post_init__(self) -> None:
        if not _is_folder(self.name) or "=" in self.name:
            raise NotAllowed("name", self.name, f"a source needs a name without '=' and '/', {_NAME}")
        if self.license is not None and not _is_name(self.license):
            raise NotAllowed("license", self.license, f"wanted a string: {_NAME}")
        within(self, "priority", -1_000_000, 1_000_000)


def _tables(table: dict[str, Any], key: str, origin: Origin) -> list[dict[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise origin.fail((key,), f"write [[{key}]], with two brackets")
    return value


def _unique(names: list[str], origin: Origin, what: str) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise origin.fail((what, i), f"two {what}s are called {name!r}: give one another `name`")


def _columns(steps: list[Step], origin: Origin) -> None:
    """The measures of a step `language` are called as those of a step `language_measures` would be."""
    columns = [step.column for step in steps]
    for i, column in enumerate(columns):
        if column and column in columns[:i]:
            other = steps[columns.index(column)].name
            raise origin.fail(
                ("step", i), f"the measures of steps {other!r} and {steps[i].name!r} would both be called {column!r}"
            )  # fmt: skip


def _source(table: dict[str, Any], origin: Origin, place: Place) -> Source:
    only(table, ["kind", "read", *(f.name for f in dataclasses.fields(_PlainSource))], origin, place, "a source")
    kind = table.get("kind", catalogue.DEFAULT_SOURCE)
    found = _class_of(catalogue.source, kind, origin, (*place, "kind"))
    given, at = table.get("read", {}), (*place, "read")
    settings: base.Source = _settings(found, catalogue.SOURCE_GROUP, kind, given, origin, at, "[source.read]")
    rest = {k: v for k, v in table.items() if k not in ("kind", "read")}
    return Source(kind=kind, read=settings, **dataclasses.asdict(fill(_PlainSource, rest, origin, place, "a source")))


def _step(table: dict[str, Any], names: list[str], origin: Origin, place: Place, folder: Path) -> Step:
    kind = _class_of(catalogue.step, table.get("use"), origin, (*place, "use"))
    use: str = table["use"]
    name = table.get("name", use.rpartition(":")[2])
    if not _is_folder(name):
        raise origin.fail((*place, "name"), f"a step's name is a string without '/', {_NAME}, not {shown(name)}")
    own = {k: v for k, v in table.items() if k not in RESERVED}
    for key in getattr(kind, "FILES", ()):  # paths of word lists are relative to the recipe
        if own.get(key) and isinstance(own[key], str):
            own[key] = os.path.join(folder, own[key])

    def make(own: dict[str, Any], place: Place, what: str) -> Settings:
        made: Settings = _settings(kind, catalogue.STEP_GROUP, use, own, origin, place, what)
        return made

    settings = make(own, place, f"step {name!r}")
    rules = settings.RULES if isinstance(settings, Filter) else ()
    rules = limits(table.get("limits", {}), rules, origin, (*place, "limits"), name)
    if name in Recipe.STAGES:
        raise origin.fail((*place, "name"), f"a step cannot be called {name!r}: that is a stage of every build")
    of = scope.sources(table, names, origin, place, f"step {name!r}")
    step = Step(name, use, settings, rules, of, lists_of(settings, rules, origin, place))
    return with_languages(step, table, make, origin, place)


def _class_of(look_up: Callable[[Any], type], name: Any, origin: Origin, place: Place) -> type:
    try:
        return look_up(name)
    except catalogue.NotFound as error:
        raise origin.fail(place, str(error)) from error


def _settings(
    kind: type[T], group: str, name: str, table: dict[str, Any], origin: Origin, place: Place, what: str
) -> T:
    """`fill`. Checks and defaults of a class from elsewhere may be wrong: what is locked must make the same again."""
    if not is_foreign(kind):
        return fill(kind, table, origin, place, what)
    what += f" of {catalogue.distribution_of(group, name, kind.__module__) or kind.__module__}"
    try:
        settings = fill(kind, table, origin, place, what)
        same = fill(kind, settings_of(settings), origin, place, what) == settings
    except BadCall:
        raise
    except Exception as error:
        raise origin.fail(place, f"{what} does not take these settings: {described(error)}") from error
    if not same:
        raise origin.fail(place, f"{what} is another one when it is made again of the settings that it has")
    return settings


def _is_name(name: Any) -> bool:
    """Whether it can stand in a message, a card and a table: on one line, and without what moves a terminal."""
    return isinstance(name, str) and 0 < len(name) <= 100 and name.isprintable() and name == name.strip()


def _is_folder(name: Any) -> TypeGuard[str]:
    """Whether a folder of the corpus can be called like this; percent-encoded a letter takes up to twelve bytes."""
    return _is_name(name) and "/" not in name and name not in (".", "..") and len(quote(name, safe="")) <= 255


def _dedup(table: dict[str, Any], sources: list[Source], steps: list[Step], origin: Origin) -> Dedup:
    how, names = ["exact", "near", "order", "payloads", "spans", "substrings"], [source.name for source in sources]
    held = [each.name for each in dataclasses.fields(Losses)]
    only(table, [*how, *held], origin, ("dedup",), "[dedup]")
    rest = {name: of for name, of in table.items() if name in held}
    losses = fill(Losses, rest, origin, ("dedup",), "[dedup]")
    for name in losses.may_lose:
        if name not in names:
            raise origin.fail(
                ("dedup", "may_lose"), f"may_lose: there is no source {shown(name)}{suggest(name, names)}"
            )
    found = _copies(table, _order(table.get("order", list(ORDER)), steps, origin), origin)
    return dataclasses.replace(
        found, losses=losses, payloads=_payloads(table.get("payloads", False), sources, origin),
        spans=_passages(Spans, table, "spans", names, origin),
        substrings=_passages(Substrings, table, "substrings", names, origin),
    )  # fmt: skip


def _payloads(wanted: Any, sources: list[Source], origin: Origin) -> bool:
    """Whether payloads are compared; a recipe of which no source has any does not mean what it says."""
    if type(wanted) is not bool:
        raise origin.fail(("dedup", "payloads"), f"payloads is {shown(wanted)}, wanted true or false")
    if wanted and not any(base.has_payloads(source.read) for source in sources):
        raise origin.fail(
            ("dedup", "payloads"), "payloads = true needs a source of kind 'warc'; no other kind has payloads"
        )
    return wanted


def _passages(kind: type[P], table: dict[str, Any], key: str, names: list[str], origin: Origin) -> P | None:
    """[dedup.spans] or [dedup.substrings]; None where the recipe has none."""
    of, place = table.get(key, "off"), ("dedup", key)
    if of == "off":
        return None
    if not isinstance(of, dict):
        raise origin.fail(place, f'{key} is {shown(of)}; write a table [dedup.{key}] or "off"')
    scope.sources(of, names, origin, place, f"[dedup.{key}]")
    return fill(kind, of, origin, place, f"[dedup.{key}]")


def _copies(table: dict[str, Any], order: tuple[str, ...], origin: Origin) -> Dedup:
    """What copies are, and which of them stays."""
    near = table.get("near", {})
    exact = table.get("exact", True)
    if type(exact) is not bool:
        raise origin.fail(("dedup", "exact"), f"exact is {shown(exact)}, wanted true or false")
    if near == "off":
        return Dedup(exact, None, order)
    if not isinstance(near, dict):
        raise origin.fail(("dedup", "near"), f'near is {shown(near)}; write a table [dedup.near] or "off"')
    if not exact:
        raise origin.fail(("dedup", "exact"), 'near duplicates include exact ones: exact = false needs near = "off"')
    return Dedup(exact, fill(NearDuplicates, near, origin, ("dedup", "near"), "[dedup.near]"), order)


def _order(keys: Any, steps: list[Step], origin: Origin) -> tuple[str, ...]:
    """Which copy stays: facts and measures, each once."""
    names = [*FACTS, *(f"{step.name}.{measure}" for step in steps for measure in step.measures)]
    if not isinstance(keys, list):
        raise origin.fail(("dedup", "order"), f"order is {shown(keys)}; write a list, as {list(ORDER)}")
    for key in keys:
        if key not in names and not (isinstance(key, str) and key[:1] == "-" and key[1:] in names[len(FACTS) :]):
            said = f"order has {shown(key)}{suggest(key, names)}"
            raise origin.fail(("dedup", "order"), f"{said} (of a measure with - before it the least comes first)")
    if again := [key for at, key in enumerate(keys) if key in keys[:at]]:
        raise origin.fail(("dedup", "order"), f"order has {shown(again[0])} twice")
    return tuple(keys)
