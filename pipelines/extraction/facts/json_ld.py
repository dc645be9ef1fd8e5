"""JSON-LD: the things of which a page says that they are what it is about.

Scripts are read as JSON; those that are none, because of a comma too many, a comment or a text cut short, as far as
they can be understood (`lenient.py`). Only what stands at the top, in a list or an `@graph` there, or is the
`mainEntity` of such a thing, is this page's: what it lists or recommends is described with the same words.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from winnow.pipelines.extraction.facts import lenient

Thing = dict[str, Any]

TYPES = frozenset(("application/ld+json", "application/settings+json"))
"""Of scripts that hold it."""
MOST_CHARACTERS = 500_000
"""Of JSON-LD that are read of a page (153,095 at most in the 2,487 pages that `ExtractSettings` names)."""
MOST_THINGS = 20_000
"""Objects of a page among which a reference is looked up."""
MOST_NAMES = 100
"""Of one property."""
MOST_DEPTH = 100
"""Brackets inside one another; a script with more is not read, before Python's own limit decides."""

_BRACKET = re.compile(r'"(?:\\.|[^"\\])*+"?|([\[{])|([\]}])', re.DOTALL)
_HELD = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True)
class Linked:
    """The JSON-LD of a page."""

    things: list[Thing] = field(default_factory=list)
    """What it is about, in order."""
    by_id: dict[str, Thing] = field(default_factory=dict)
    """Every object that has an `@id` and says anything of it."""

    def followed(self, value: Any) -> Any:
        """The object that a reference stands for; anything else itself."""
        if isinstance(value, dict) and len(value) <= 2 and isinstance(name := value.get("@id"), str):
            return self.by_id.get(name, value)
        return value

    def names(self, value: Any) -> Iterator[str]:
        """The names that a property holds: of objects, of what references stand for, or written out."""
        for one in listed(value)[:MOST_NAMES]:
            one = self.followed(one)
            for name in listed(one.get("name") if isinstance(one, dict) else one):
                if isinstance(name, str):
                    yield name


def read(scripts: Iterable[str]) -> Linked:
    """Return what a page's scripts of JSON-LD say, up to `MOST_CHARACTERS` of them."""
    linked, left, count = Linked(), MOST_CHARACTERS, 0
    for script in scripts:
        left -= len(script)
        if left < 0:
            break
        value = _value(script)
        linked.things.extend(_things(value))
        for thing in _all(value):
            count += 1
            if count > MOST_THINGS:
                break
            if isinstance(name := thing.get("@id"), str) and len(thing) > 1:
                known = linked.by_id.get(name)
                if known is None or len(known) < len(thing):
                    linked.by_id[name] = thing
    return linked


def types(thing: Thing) -> list[str]:
    """The types of a thing without what stands before them in their addresses."""
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in listed(thing.get("@type")) if isinstance(name, str)]


def listed(value: Any) -> list[Any]:
    """A list as it is, nothing as none, anything else as the only one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _value(script: str) -> Any:
    if script.count("{") + script.count("[") > MOST_DEPTH and _depth(script) > MOST_DEPTH:
        return None
    try:
        return json.loads(script, strict=False)
    except ValueError:
        return lenient.read(script, MOST_DEPTH)


def _depth(script: str) -> int:
    depth = deepest = 0
    for found in _BRACKET.finditer(script):
        depth += (found[1] is not None) - (found[2] is not None)
        deepest = max(deepest, depth)
    return deepest


def _things(value: Any) -> Iterator[Thing]:
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(reversed(here))
        elif isinstance(here, dict):
            yield here
            waiting.extend(here[name] for name in reversed(_HELD) if isinstance(here.get(name), dict | list))


def _all(value: Any) -> Iterator[Thing]:
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
            here = list(here.values())
        if isinstance(here, list):
            waiting.extend(each for each in reversed(here) if isinstance(each, dict | list))
