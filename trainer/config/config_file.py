"""Configurations on disk: strict TOML and `--set a.b=c` become one `Config`, or an error that names the place."""

import dataclasses
import json
import types
import typing
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from winnow.trainer.config.check import complaints
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import Origin, Place, read, suggest
from winnow.trainer.errors import BadCall

T = TypeVar("T")

NO_PACK = "(no pack)"
"""In the place of data.pack where a command can do without one."""

_FILES = resources.files("winnow.trainer.config").joinpath("presets")
_BY_SIZE = ("tiny", "10m", "30m", "124m", "350m", "1b")


def shipped() -> list[str]:
    """The names of the configurations that come with the trainer, the small ones first."""
    names = [p.name.removesuffix(".toml") for p in _FILES.iterdir() if p.name.endswith(".toml")]
    return sorted(names, key=lambda name: (_BY_SIZE.index(name) if name in _BY_SIZE else len(_BY_SIZE), name))


def find(name: str) -> Path:
    """A shipped configuration by name, or a file by path."""
    if name in shipped():
        return Path(str(_FILES.joinpath(f"{name}.toml")))
    if Path(name).is_file():
        return Path(name)
    if name.endswith(".toml") or "/" in name:
        raise BadCall(f"{name}: there is no such configuration file")
    raise BadCall(f"there is no configuration {name!r}{suggest(name, shipped())}; a file ends in .toml")


def load(path: Path | str, sets: Sequence[str] = (), pack: str = "") -> Config:
    """Read a configuration: a file, or the name of a shipped one; then each of `sets`, "a.b=c", in order.

    `pack`: data.pack where nothing names one; empty: then it is an error.

    Every mistake is a `BadCall` of one line: unknown names with the nearest valid one, values of a wrong type or
    outside their range, with the file's line or the words of the command line.
    """
    table, origin = read(find(str(path)), sets)
    if pack and isinstance(table.setdefault("data", {}), dict):
        table["data"].setdefault("pack", pack)
    config = _fill(Config, table, origin, ())
    for place, message in complaints(config):
        raise origin.fail(place, f"{dotted(place)} is {_shown(_at(config, place))}; {message}")
    return config


def setting(name: str, value: str) -> str:
    """The words for `sets` that make `name` the string `value`, whatever stands in it."""
    return f"{name}={tomli_w.dumps({'v': value}).removeprefix('v = ').rstrip()}"


def dump(config: Config) -> str:
    """The configuration as TOML, every default written out: `load` gives the same `Config` back."""
    return tomli_w.dumps(dataclasses.asdict(config))


def difference(a: Config, b: Config) -> str | None:
    """The first setting that differs, as "optimizer.rate is 0.006 there and 0.01 here"; None where all agree.

    `a` is the run's (config.lock.toml), `b` what is asked for now. What `b` leaves to the machine ("auto" and 0 in
    [machine]) agrees with whatever was settled in `a`.
    """
    there, here = dict(_leaves(a, ())), dict(_leaves(b, ()))
    for place in [*there, *(place for place in here if place not in there)]:
        x, y = there.get(place), here.get(place)
        if x != y and not (place[0] == "machine" and y in ("auto", 0)):
            return f"{dotted(place)} is {_shown(x)} there and {_shown(y)} here"
    return None


def dotted(place: Place) -> str:
    """("data", "phases", 1, "start") as the user reads it: data.phases[1].start."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).removeprefix(".")


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name), (*place, field.name))
    elif isinstance(value, dict | tuple):
        for key, part in sorted(value.items()) if isinstance(value, dict) else enumerate(value):
            yield from _leaves(part, (*place, key))
    else:
        yield place, value


def _shown(value: Any) -> str:
    """As TOML has it, on one line; nothing is "not given"."""
    return "not given" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _at(config: Config, place: Place) -> Any:
    value: Any = config
    for key in place:
        value = getattr(value, str(key)) if dataclasses.is_dataclass(value) else value[key]
    return value


def _names(kind: type, prefix: str = "") -> Iterator[str]:
    """Every setting by its dotted name."""
    for name, hint in typing.get_type_hints(kind).items():
        if dataclasses.is_dataclass(hint):
            yield from _names(typing.cast(type, hint), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _unknown(key: str, kind: type, place: Place) -> str:
    """What to say about a name that is none: the nearest of its table, or the setting of that name in another one."""
    elsewhere = [name for name in _names(Config) if name.rpartition(".")[2] == key]
    if elsewhere:
        return f"there is no setting {dotted((*place, key))!r}; did you mean {elsewhere[0]!r}?"
    return f"there is no setting {dotted((*place, key))!r}{suggest(key, [f.name for f in dataclasses.fields(kind)])}"


def _fill(kind: type[T], table: Any, origin: Origin, place: Place) -> T:
    """Make a `kind` of a table; every key must be a field, every value of its type."""
    if not isinstance(table, dict):
        raise origin.fail(place, f"{dotted(place)} is {_shown(table)}, wanted a table")
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(kind)
    for key in table:
        if key not in fields:
            raise origin.fail((*place, key), _unknown(key, kind, place))
    values = {key: _typed(value, hints[key], origin, (*place, key)) for key, value in table.items()}
    for name, field in fields.items():
        if name in values or field.default is not dataclasses.MISSING:
            continue
        if name == "data" or name == "pack":  # the one thing that no configuration can know
            raise origin.fail(place, "data.pack is not given: add --pack PACK (a directory that winnow pack made)")
        if field.default_factory is dataclasses.MISSING:
            raise origin.fail(place, f"{dotted((*place, name))} is missing")
    return kind(**values)


def _typed(value: Any, hint: Any, origin: Origin, place: Place) -> Any:
    """`value` as `hint` wants it, or an error."""
    origin_of, parts = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        return _fill(typing.cast(type, hint), value, origin, place)
    if origin_of is typing.Literal:
        if not any(value == part and type(value) is type(part) for part in parts):
            raise origin.fail(place, f"{dotted(place)} is {_shown(value)}{suggest(str(value), map(str, parts))}")
        return value
    if origin_of is dict and isinstance(value, dict):
        return {key: _typed(part, parts[1], origin, (*place, key)) for key, part in value.items()}
    if origin_of is tuple and isinstance(value, list):
        return tuple(_typed(part, parts[0], origin, (*place, i)) for i, part in enumerate(value))
    if hint is float and type(value) in (int, float) and abs(value) <= 2**53:  # not nan, not infinite
        return float(value)
    if hint is int and type(value) is int and abs(value) < 2**63:
        return value
    if hint in (str, bool) and type(value) is hint:
        return value
    cure = f", written {int(value):_}" if hint is int and type(value) is float and value == value // 1 else ""
    raise origin.fail(place, f"{dotted(place)} is {_shown(value)}, wanted {_wanted(hint, place)}{cure}")


def _wanted(hint: Any, place: Place) -> str:
    if isinstance(hint, types.GenericAlias) and hint.__origin__ is tuple:
        return "numbers in brackets" if hint.__args__[0] is float else f"tables, [[{dotted(place)}]]"
    if isinstance(hint, types.GenericAlias):
        return "a table of names and numbers"
    return {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}[hint]
