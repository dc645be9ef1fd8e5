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
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from winnow.pipelines.counts import Count

Type = TypeVar("Type")

_MOST = 1 << 63
"""No count and no limit comes near it; an integer past what a float can hold would end in an error of Python."""


class WrongShape(ValueError):
    """A value is not what its type says."""

    def __init__(self, *place: str | int) -> None:
        """place: names and numbers of items, from the outside in; none where the whole is wrong."""
        self.parts = place
        self.place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
        """`total.kept[0]`"""
        super().__init__(self.place)


def to_json(value: Any) -> Any:
    """A value of the types above as `json` takes it; the fields of a dataclass in their order."""
    if isinstance(value, Count):
        return value.json
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(getattr(value, name)) for name in _types(type(value))}
    if isinstance(value, Mapping):
        return {name: to_json(part) for name, part in value.items()}
    return [to_json(part) for part in value] if isinstance(value, tuple) else value


def from_json(kind: type[Type], value: Any) -> Type:
    """The value that `to_json` made this of; WrongShape where it is of no such value."""
    asked: Any = kind  # a type is hashable, which mypy does not see
    found: Type = _reader(asked)(value)
    return found


@functools.cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What reads values of a type."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if kind is Count:
        both = _reader(tuple[int, int])
        return lambda value: Count(*both(value))
    if dataclasses.is_dataclass(kind):
        return _fields(kind)
    if origin is types.UnionType:
        some = _reader(parts[0])
        return lambda value: None if value is None else some(value)
    if origin is tuple and parts[1:] == (...,):
        return functools.partial(_many, _reader(parts[0]))
    if origin is tuple:
        return functools.partial(_few, [_reader(part) for part in parts])
    if origin is collections.abc.Mapping:
        return functools.partial(_mapping, _reader(parts[1]))
    return functools.partial(_plain, kind)


def _fields(kind: Any) -> Callable[[Any], Any]:
    return functools.partial(_object, kind, {name: _reader(part) for name, part in _types(kind).items()})


def _object(kind: Any, readers: Mapping[str, Callable[[Any], Any]], value: Any) -> Any:
    table, read = _table(value), {}
    for name, reader in readers.items():
        if name not in table:
            raise WrongShape(name)
        read[name] = _part(name, reader, table[name])
    try:
        return kind(**read)
    except ValueError as error:  # a dataclass that checks itself
        raise WrongShape from error


def _mapping(reader: Callable[[Any], Any], value: Any) -> dict[str, Any]:
    return {name: _part(name, reader, part) for name, part in _table(value).items()}


def _many(reader: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    return _few([reader] * len(_list(value)), value)


def _few(readers: Sequence[Callable[[Any], Any]], value: Any) -> tuple[Any, ...]:
    if len(_list(value)) != len(readers):
        raise WrongShape
    return tuple(_part(at, reader, part) for at, (reader, part) in enumerate(zip(readers, value, strict=True)))


def _part(place: str | int, reader: Callable[[Any], Any], value: Any) -> Any:
    try:
        return reader(value)
    except WrongShape as error:
        raise WrongShape(place, *error.parts) from error


def _plain(kind: Any, value: Any) -> Any:
    if kind is int:
        fits = type(value) is int and 0 <= value < _MOST
    elif kind is float:
        fits = type(value) is float or (type(value) is int and abs(value) < _MOST)
    else:
        fits = isinstance(value, kind)
    if not fits:
        raise WrongShape
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongShape
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise WrongShape
    return value


@functools.cache
def _types(kind: Any) -> dict[str, Any]:
    """The type of each field, by name."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
