"""Strict TOML: a table fills a frozen dataclass, or an error names file, line, value and nearest name."""

import dataclasses
import difflib
import re
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.errors import BadCall

T = TypeVar("T")
Key = str | int
Place = tuple[Key, ...]

MOST_BYTES = 1 << 20
"""Of a file: word lists have files of their own."""
MOST_DEPTH = 16
"""Of tables and lists inside one another; no recipe has more than four."""
_HEADER = re.compile(r"\[(\[)?([^\[\]]+)\]\]?\s*(#.*)?$")
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*"
_DEEP_NAME = re.compile(rf"(?<![\w-])(?:{_PART}\.[ \t]*){{{8 * MOST_DEPTH}}}")
_SHOWN = 200
"""Characters of a value that an error shows."""


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where a table was read from, so that an error can name the line."""

    name: str
    text: str

    def fail(self, place: Place, message: str) -> BadCall:
        """An error at `place`, a path of keys and indices: ("step", 2, "limits", "words")."""
        line = line_of(self.text, place)
        return BadCall(f"{self.name}{f', line {line}' if line else ''}: {message}")


def read(path: Path) -> tuple[dict[str, Any], Origin]:
    """Parse a TOML file; a syntax error, a missing file, one that is too large or not UTF-8 are named."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise BadCall(f"{path}: more than {MOST_BYTES:,} bytes, which is no recipe")
        text = content.decode().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCall(f"{path}: cannot be read: {error}") from error
    return _parsed(path, text), Origin(str(path), text)


def _parsed(path: Path, text: str) -> dict[str, Any]:
    deep = f"{path}: tables and lists lie more than {MOST_DEPTH} deep in one another"
    if _DEEP_NAME.search(text):  # tomllib takes time by the square of the parts
        raise BadCall(deep)
    try:
        table = tomllib.loads(text)
    except RecursionError as error:
        raise BadCall(deep) from error
    except ValueError as error:  # beside tomllib's own one of Python: a number of thousands of digits
        raise BadCall(f"{path}: {error}") from error
    if _is_deeper(table, MOST_DEPTH):
        raise BadCall(deep)
    return table


def _is_deeper(value: Any, most: int) -> bool:
    """Level by level, for a call for each level would meet Python's own limit."""
    level = [value]
    for _ in range(most + 1):
        level = [part for whole in level if isinstance(whole, dict | list)
                 for part in (whole.values() if isinstance(whole, dict) else whole)]  # fmt: skip
        if not level:
            return False
    return True


def shown(value: Any) -> str:
    """A value as an error shows it: its repr, not more than a line of it."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no more than 4,300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def line_of(text: str, place: Place) -> int | None:
    """The line of the deepest key of `place` that stands in `text`, counted from 1, or None if none does."""
    table: Place = ()
    counts: dict[str, int] = {}
    best, best_depth = None, 0
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would also split at U+2028
        header = _HEADER.match(line.strip())
        if header:
            table = _table(header.group(2), bool(header.group(1)), counts)
            found = table
        else:
            key = line.split("=", 1)[0].strip().strip('"') if "=" in line else ""
            found = (*table, *key.split(".")) if key and not key.startswith("#") else ()
        depth = _shared(found, place)
        if found and depth in (len(found), len(place)) and depth > best_depth:
            best, best_depth = number, depth
    return best


def _table(name: str, many: bool, counts: dict[str, int]) -> Place:
    """The place of a header: the third `[[step]]` is ("step", 2), `[step.limits]` after it ("step", 2, "limits")."""
    keys = [part.strip().strip('"') for part in name.split(".")]
    if many:
        counts[keys[0]] = counts.get(keys[0], -1) + 1
    first: Place = (keys[0], counts[keys[0]]) if keys[0] in counts else (keys[0],)
    return (*first, *keys[1:])


def _shared(a: Place, b: Place) -> int:
    depth = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        depth += 1
    return depth


def suggest(name: Any, valid: Iterable[str]) -> str:
    """'; did you mean X?', or the list of what is valid."""
    names = sorted(valid)
    close = difflib.get_close_matches(name, names, 1) if isinstance(name, str) else []
    return f"; did you mean {close[0]!r}?" if close else f"; valid are: {', '.join(names) or 'none'}"


def only(table: Mapping[str, Any], valid: Iterable[str], origin: Origin, place: Place, what: str) -> None:
    """Refuse what is no table, and keys that are not in `valid`."""
    if not isinstance(table, Mapping):
        raise origin.fail(place, f"{what} is {shown(table)}, wanted a table")
    names = list(valid)
    for key in table:
        if key not in names:
            raise origin.fail((*place, key), f"{what} has no setting {shown(key)}{suggest(key, names)}")


def fill(kind: type[T], table: Mapping[str, Any], origin: Origin, place: Place, what: str) -> T:
    """Make a `kind` from a table; every key must be a field, every value of its type."""
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    only(table, fields, origin, place, what)
    hints = typing.get_type_hints(kind)
    values = {}
    for key, value in table.items():
        values[key] = _typed(value, hints[key], origin, (*place, key), f"{what}, {key}")
    missing = [
        name
        for name, f in fields.items()
        if name not in values and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise origin.fail(place, f"{what} needs {missing[0]!r}")
    try:
        return kind(**values)
    except NotAllowed as error:
        raise origin.fail((*place, error.setting), f"{what}, {error}") from error


def _typed(value: Any, hint: Any, origin: Origin, place: Place, what: str) -> Any:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    for option in options:
        if typing.get_origin(option) is typing.Literal:
            if value in typing.get_args(option):
                return value
            raise origin.fail(place, f"{what} is {shown(value)}{suggest(value, map(str, typing.get_args(option)))}")
        if typing.get_origin(option) is tuple and isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        if option is float and finite(value):
            return float(value)
        if option is int and type(value) is int and abs(value) >= 1 << 63:
            continue
        if isinstance(option, type) and option is not float and type(value) is option:
            return value
    wanted = " or ".join(_name(o) for o in options)
    raise origin.fail(place, f"{what} is {shown(value)}, wanted {wanted}")


def can_fill(hint: Any) -> bool:
    """Whether a value of a recipe can fill a field of this type."""
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    plain = (str, int, float, bool, type(None), tuple[str, ...])
    return all(option in plain or typing.get_origin(option) is typing.Literal for option in options)


def finite(value: Any) -> bool:
    """Whether it is a number that can be a limit: not true or false, not nan, not past what a float tells apart."""
    return type(value) in (int, float) and -(2**53) <= value <= 2**53


def _name(hint: Any) -> str:
    if typing.get_origin(hint) is tuple:
        return "a list of strings"
    return {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}.get(hint, "nothing")
