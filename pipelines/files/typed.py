"""Frozen dataclasses as JSON, and back: what is read is held against the types, and the first wrong place is named.

    int               a count: 0 to 2**63 - 1            Mapping[str, X]    an object with any names
    float             any number                         tuple[X, ...]      a list of any length
    str, bool         a text, true or false              tuple[X, Y]        a list of just these
    X | None          also null                          Count              [documents, characters]

Names beyond those of a type are no fault.
"""

import collections.abc
import dataclasses
import functools
import types
import typing
from typing import Any, TypeVar

from winnow.pipelines.counts import Count

Type = TypeVar("Type")

_MOST = 1 << 63
"""No count and no limit comes near it; an integer past what a float can hold would end in an error of Python."""


class WrongShape(ValueError):
    """A value is not what its type says."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place
        """`total.kept[0]`; empty where the whole is wrong."""


def to_json(value: Any) -> Any:
    """A value of the types above as `json` takes it; the fields of a dataclass in their order."""
    if isinstance(value, Count):
        return value.json
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(getattr(value, name)) for name in _types(type(value))}
    if isinstance(value, collections.abc.Mapping):
        return {name: to_json(part) for name, part in value.items()}
    return [to_json(part) for part in value] if isinstance(value, tuple) else value


def from_json(kind: type[Type], value: Any) -> Type:
    """The value that `to_json` made this of; WrongShape where it is of no such value."""
    found: Type = _read(kind, value, "")
    return found


def _read(kind: Any, value: Any, place: str) -> Any:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if kind is Count:
        return Count(*_read(tuple[int, int], value, place))
    if dataclasses.is_dataclass(kind):
        return _fields(kind, value, place)
    if origin is types.UnionType:
        return None if value is None else _read(parts[0], value, place)
    if origin is tuple:
        return _list(parts, value, place)
    if origin is collections.abc.Mapping:
        table = _table(value, place)
        return {name: _read(parts[1], part, _below(place, name)) for name, part in table.items()}
    if not _is(kind, value):
        raise WrongShape(place)
    return value


def _fields(kind: Any, value: Any, place: str) -> Any:
    table, read = _table(value, place), {}
    for name, part in _types(kind).items():
        if name not in table:
            raise WrongShape(_below(place, name))
        read[name] = _read(part, table[name], _below(place, name))
    try:
        return kind(**read)
    except ValueError as error:  # a dataclass that checks itself
        raise WrongShape(place) from error


def _list(parts: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or (parts[1:] != (...,) and len(value) != len(parts)):
        raise WrongShape(place)
    kinds = parts[:1] * len(value) if parts[1:] == (...,) else parts
    return tuple(_read(kind, part, f"{place}[{at}]") for at, (kind, part) in enumerate(zip(kinds, value, strict=True)))


def _table(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongShape(place)
    return value


def _is(kind: Any, value: Any) -> bool:
    if kind is int:
        return type(value) is int and 0 <= value < _MOST
    if kind is float:
        return type(value) is float or (type(value) is int and abs(value) < _MOST)
    return isinstance(value, kind)


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


@functools.cache
def _types(kind: Any) -> dict[str, Any]:
    """The type of each field, by name."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
