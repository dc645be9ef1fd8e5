"""Tables of a configuration made into its dataclasses, with every mistake in names and types on the way."""

import dataclasses
import difflib
import json
import re
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeVar

from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import Origin, Place, nearest, suggest
from winnow.trainer.errors import BadCall

T = TypeVar("T")
_SHORT = re.compile(r"(\d[\d_]{0,17}(?:\.\d{1,9})?) ?([kKmMbBgG]?)", re.ASCII)
_THOUSANDS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9}
LEFT_OUT: Any = object()
"""In the place of a value that is none."""


class Fill:
    """Makes a `Config`; `found` gathers the place of each mistake and the error that names it."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self.found: list[tuple[Place, BadCall]] = []

    def config(self, table: Any) -> Config | None:
        """None where a setting that has no default is missing. What is wrong has its default."""
        config = self._fill(Config, table, ())
        return None if config is LEFT_OUT else config

    def _wrong(self, place: Place, message: str) -> Any:
        self.found.append((place, self._origin.fail(place, message)))
        return LEFT_OUT

    def _fill(self, kind: type[T], table: Any, place: Place) -> T:
        """A `kind` of a table; every key must be a field, every value of its type."""
        if not isinstance(table, dict):
            return typing.cast(T, self._wrong(place, f"{dotted(place)} is {shown(table)}, wanted a table"))
        fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
        hints = typing.get_type_hints(kind)
        for key in table:
            if key not in fields:
                self._wrong((*place, key), _unknown(key, kind, place))
        values = {key: self._typed(value, hints[key], (*place, key)) for key, value in table.items() if key in fields}
        values = {key: value for key, value in values.items() if value is not LEFT_OUT}
        for name, field in fields.items():
            if name in values or field.default is not dataclasses.MISSING:
                continue
            if field.default_factory is dataclasses.MISSING:
                pack = name in ("data", "pack")  # the one thing that no configuration can know
                cure = "data.pack is not given: add --pack PACK (a directory that winnow pack made)"
                if name not in table:
                    self._wrong((*place, name), cure if pack else f"{dotted((*place, name))} is missing")
                return typing.cast(T, LEFT_OUT)
        return kind(**values)

    def _typed(self, value: Any, hint: Any, place: Place) -> Any:
        """`value` as `hint` wants it, or LEFT_OUT."""
        origin_of, parts = typing.get_origin(hint), typing.get_args(hint)
        if dataclasses.is_dataclass(hint):
            return self._fill(typing.cast(type, hint), value, place)
        if origin_of is typing.Literal:
            if not any(value == part and type(value) is type(part) for part in parts):
                return self._wrong(place, f"{dotted(place)} is {shown(value)}{suggest(str(value), map(str, parts))}")
            return value
        if origin_of is dict and isinstance(value, dict):
            made = {key: self._typed(part, parts[1], (*place, key)) for key, part in value.items()}
            return {key: part for key, part in made.items() if part is not LEFT_OUT}
        if origin_of is tuple and isinstance(value, str) and (parts[0] is str or typing.get_origin(parts[0])):
            value = [value]  # a list of one string may be written as that
        if origin_of is tuple and isinstance(value, list):
            several = [self._typed(part, parts[0], (*place, i)) for i, part in enumerate(value)]
            return tuple(part for part in several if part is not LEFT_OUT)
        if hint is float and type(value) in (int, float) and abs(value) <= 2**53:  # not nan, not infinite
            return float(value)
        if hint is int and type(value) is int and abs(value) < 2**63:
            return value
        if hint in (str, bool) and type(value) is hint:
            return value
        cure = _written(value) if hint is int else ""
        return self._wrong(place, f"{dotted(place)} is {shown(value)}, wanted {_wanted(hint, place)}{cure}")


def _written(value: Any) -> str:
    """How a whole number is written that was meant by 1e6, 250k or 1.5M."""
    if type(value) is float and value == value // 1:
        return f", written {int(value):_}"
    said = _SHORT.fullmatch(value) if isinstance(value, str) else None
    meant = Decimal(said[1].replace("_", "")) * _THOUSANDS[said[2].lower()] if said else None
    return f", written {int(meant):_}" if meant is not None and meant == int(meant) else ""


def dotted(place: Place) -> str:
    """("data", "phases", 1, "start") as the user reads it: data.phases[1].start."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).removeprefix(".")


def shown(value: Any) -> str:
    """As TOML has it, on one line; nothing is "not given"."""
    return "not given" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _names(kind: type, prefix: str = "") -> Iterator[str]:
    """Every setting by its dotted name."""
    for name, hint in typing.get_type_hints(kind).items():
        if dataclasses.is_dataclass(hint):
            yield from _names(typing.cast(type, hint), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _unknown(key: str, kind: type, place: Place) -> str:
    """What to say about a name that is none: the setting of that name in another table, the nearest of its own, or the
    nearest of all."""
    own, said = [field.name for field in dataclasses.fields(kind)], f"there is no setting {dotted((*place, key))!r}"
    elsewhere = {name.rpartition(".")[2]: name for name in reversed(list(_names(Config)))}
    if key not in elsewhere and (near := nearest(key, own, dotted((*place, "")))):
        return f"{said}{near}"
    found = difflib.get_close_matches(key, elsewhere, 1)
    return f"{said}; did you mean {elsewhere[found[0]]!r}?" if found else f"{said}{suggest(key, own)}"


def _wanted(hint: Any, place: Place) -> str:
    if isinstance(hint, types.GenericAlias) and hint.__origin__ is tuple:
        tables = f"tables, [[{dotted(place)}]]"
        several = "a list of numbers" if hint.__args__[0] is float else "a list of strings"
        return tables if dataclasses.is_dataclass(hint.__args__[0]) else several
    if isinstance(hint, types.GenericAlias):
        return "a table of names and numbers"
    return {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}[hint]
