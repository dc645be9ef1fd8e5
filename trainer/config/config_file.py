"""Configurations on disk: strict TOML and `--set a.b=c` become one `Config`, or an error that names the place."""

import dataclasses
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from winnow.trainer.config.check import complaints
from winnow.trainer.config.fill import Fill, dotted, shown
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import Place, nearest, read
from winnow.trainer.errors import BadCall

NO_PACK = "(no pack)"
"""In the place of data.pack where a command can do without one."""

BY_RULE: tuple[Place, ...] = (("optimizer", "rate"), ("run", "batch_tokens"))
"""Where 0 leaves a setting to rates.py."""

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
    raise BadCall(f"there is no configuration {name!r}{nearest(name, shipped()) or '.'} Shipped are "
                  f"{', '.join(shipped())}; one of your own is a file, NAME.toml")  # fmt: skip


def load(path: Path | str, sets: Sequence[str] = (), pack: str = "") -> Config:
    """Read a configuration: a file, or the name of a shipped one; then each of `sets`, "a.b=c", in order.

    `pack`: data.pack where nothing names one; empty: then it is an error.

    Every mistake is a `BadCall` of one line: unknown names with the nearest valid one, values of a wrong type or
    outside their range, with the file's line or the words of the command line.
    """
    config, wrong = checked(path, sets, pack)
    if config is None or wrong:
        raise wrong[0]
    return config


def checked(path: Path | str, sets: Sequence[str] = (), pack: str = "") -> tuple[Config | None, list[BadCall]]:
    """As `load`, with every mistake that there is, and what could be read (None: no pack is named). BadCall where no
    configuration can be read at all."""
    table, origin = read(find(str(path)), sets)
    if pack and isinstance(table.setdefault("data", {}), dict):
        table["data"].setdefault("pack", pack)
    fill = Fill(origin)
    config = fill.config(table)
    wrong = [error for _, error in fill.found]
    if config is None:
        return None, wrong
    spoilt = {place[:1] for place, _ in fill.found}  # a default in the place of what was meant fits nothing beside it
    for place, message in complaints(config):
        if place[:1] not in spoilt:
            wrong.append(origin.fail(place, f"{dotted(place)} is {shown(_at(config, place))}; {message}"))
    return config, wrong


def setting(name: str, value: str) -> str:
    """The words for `sets` that make `name` the string `value`, whatever stands in it."""
    return f"{name}={tomli_w.dumps({'v': value}).removeprefix('v = ').rstrip()}"


def dump(config: Config) -> str:
    """The configuration as TOML, every default written out: `load` gives the same `Config` back."""
    return tomli_w.dumps(dataclasses.asdict(config))


def difference(a: Config, b: Config) -> str | None:
    """The first setting that differs, as "optimizer.rate is 0.006 there and 0.01 here"; None where all agree.

    `a` is the run's (config.lock.toml), `b` what is asked for now. What `b` leaves to the machine ("auto" and 0 in
    [machine]) or to the rule (0 of BY_RULE) agrees with whatever was settled in `a`.
    """
    there, here = dict(_leaves(a, ())), dict(_leaves(b, ()))
    for place in [*there, *(place for place in here if place not in there)]:
        x, y = there.get(place), here.get(place)
        if x != y and not ((place[0] == "machine" or place in BY_RULE) and y in ("auto", 0)):
            return f"{dotted(place)} is {shown(x)} there and {shown(y)} here"
    return None


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name), (*place, field.name))
    elif isinstance(value, dict | tuple):
        for key, part in sorted(value.items()) if isinstance(value, dict) else enumerate(value):
            yield from _leaves(part, (*place, key))
    else:
        yield place, value


def _at(config: Config, place: Place) -> Any:
    value: Any = config
    for key in place:
        value = getattr(value, str(key)) if dataclasses.is_dataclass(value) else value[key]
    return value
