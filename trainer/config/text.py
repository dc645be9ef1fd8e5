"""Where a setting stands: the line of a TOML file or the `--set` of the command line, so that an error can name it."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.trainer import reading
from winnow.trainer.errors import BadCall, one_line

Place = tuple[str | int, ...]
"""A way through tables: ("data", "phases", 1, "start")."""

MOST_BYTES = 1 << 20
_LONGEST_NAME = 1000
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*"
_DEEP_NAME = re.compile(rf"(?<![\w-])(?:{_PART}\.[ \t]*){{100}}")
_HEADER = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(#.*)?$")


@dataclass(frozen=True)
class Origin:
    """What a configuration was read from."""

    name: str
    text: str
    sets: Mapping[Place, str]
    """Place of a value that the command line gave to the words it was given in."""

    def fail(self, place: Place, message: str) -> BadCall:
        """An error about the value at `place`: it names the words of --set, or the file and the line."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.sets:
                return BadCall(f"--set {self.sets[place[:length]]}: {message}")
        within = [words for of, words in self.sets.items() if of[: len(place)] == place]
        if place and within:
            return BadCall(f"--set {within[-1]}: {message}")
        line = line_of(self.text, place)
        return BadCall(f"{self.name}{f', line {line}' if line else ''}: {message}")


def read(path: Path, sets: Iterable[str] = ()) -> tuple[dict[str, Any], Origin]:
    """The tables of a file with the `sets` laid over them, in their order. BadCall: unreadable, or not TOML."""
    try:
        text = reading.small(path, MOST_BYTES, ": cannot be read").decode().replace("\r\n", "\n")
        table = _loads(text)
    except ValueError as error:
        raise BadCall(f"{path}: cannot be read as TOML: {one_line(error)}") from None
    origins: dict[Place, str] = {}
    for given in sets:
        place, value = parse_set(given)
        _lay(table, place, value, given)
        origins = {of: words for of, words in origins.items() if of[: len(place)] != place} | {place: given}
    return table, Origin(str(path), text, origins)


def _loads(text: str) -> dict[str, Any]:
    """tomllib's, but what lies so deep that Python gives up, or takes time by the square of its parts, is no TOML."""
    if _DEEP_NAME.search(text):
        raise ValueError("a name of more than a hundred parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("lists or tables lie too deep in one another") from None


def parse_set(given: str) -> tuple[Place, Any]:
    """`a.b=c` as a place and a value: c is TOML, or the string that stands there. `run.tokens=1_000` is a number."""
    key, equals, value = given.partition("=")
    while equals:  # a quoted name may hold the sign
        keys = _keys(key)
        if keys and "\n" not in given:
            try:
                return keys, _loads(f"value = {value.strip()}")["value"]
            except ValueError:
                return keys, value.strip()
        more, equals, value = value.partition("=")
        key = f"{key}={more}"
    said = given.replace("\n", " ")
    raise BadCall(f"--set {said}: write NAME=VALUE, for example optimizer.rate=0.01")


def _keys(text: str) -> Place:
    """The parts of a dotted name as TOML reads it; none if it is no name."""
    if len(text) > _LONGEST_NAME:
        return ()
    try:
        table: Any = _loads(f"{text} = 0")
    except ValueError:
        return ()
    keys: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        (key, table), *_ = table.items()
        keys.append(key)
    return tuple(keys)


def _lay(table: dict[str, Any], place: Place, value: Any, given: str) -> None:
    """Put `value` at `place`, making tables on the way there."""
    for depth, key in enumerate(place[:-1], 1):
        table = table.setdefault(key, {})  # type: ignore[arg-type]
        if not isinstance(table, dict):
            raise BadCall(f"--set {given}: {'.'.join(map(str, place[:depth]))} is {table!r}, which has no parts")
    table[place[-1]] = value  # type: ignore[index]


def line_of(text: str, place: Place) -> int | None:
    """The line, counted from 1, of the longest beginning of `place` that stands in `text`; None where none does."""
    table: Place = ()
    last: dict[Place, int] = {}
    best, best_depth = None, 0
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would also split at U+2028
        header = _HEADER.match(line)
        if header:
            table = found = _table(_keys(header[2]), header[1] == "[[", last)
        else:
            keys = next((keys for cut in _cuts(line) if (keys := _keys(cut))), ())
            found = (*table, *keys) if keys else ()
        depth = len(found) if found == place[: len(found)] else len(place) if found[: len(place)] == place else 0
        if depth > best_depth:
            best, best_depth = number, depth
    return best


def _table(keys: Place, many: bool, last: dict[Place, int]) -> Place:
    """A header's place, numbers of its arrays in it: ("data", "phases", 1) for the second [[data.phases]]."""
    place: Place = ()
    for depth, key in enumerate(keys, 1):
        place = (*place, key)
        if many and depth == len(keys):
            last[place] = last.get(place, -1) + 1
        if place in last:
            place = (*place, last[place])
    return place


def _cuts(line: str) -> Iterable[str]:
    """What stands before each sign of equality: a quoted name may hold one."""
    signs = re.finditer("=", line[:_LONGEST_NAME])
    return (line[: m.start()] for m in signs) if not line.lstrip().startswith("#") else ()


def nearest(name: str, valid: Iterable[str], before: str = "") -> str:
    """'; did you mean X?', X with what stands before it; nothing where none is near."""
    close = difflib.get_close_matches(name, list(valid), 1)
    return f"; did you mean {before + close[0]!r}?" if close else ""


def suggest(name: str, valid: Iterable[str]) -> str:
    """'; did you mean X?', or the list of what is valid."""
    names = list(valid)
    return nearest(name, names) or f"; valid are: {', '.join(names) or 'none'}"
