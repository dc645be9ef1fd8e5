"""A configuration before a run: every setting as TOML, with its meaning and where its value comes from."""

import ast
import dataclasses
import inspect
import itertools
import json
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from winnow.trainer.config import rates
from winnow.trainer.config.config_file import NO_PACK, find, load, shipped
from winnow.trainer.config.layouts import Layout, suited
from winnow.trainer.config.settings import Config, ModelShape
from winnow.trainer.config.text import Origin, Place, line_of, read
from winnow.trainer.errors import BadCall, printable

Init = Callable[[Config], tuple[Config, Layout]]
"""Gives a configuration the shape of the model that its `init` names, and that model's layout."""
OF_RUN = ("context", "yarn")
"""Settings of [model] that init leaves to the run."""
WIDE = 100
"""Characters of a comment's line."""


def show(name: str, sets: Sequence[str] = (), init: Init | None = None) -> str:
    """TOML that `load` reads as the same configuration, with the shape that `init` brings in the place of the one that
    it replaces. BadCall as of `load`; a pack may be missing, and the model that init names: a comment says so."""
    config = load(name, sets, NO_PACK)
    origin, said, shape = read(find(name), sets)[1], "", config.model
    layout = Layout.of(shape, suited(shape.width), config.objective)
    if config.init and init is not None:
        try:
            config, layout = init(config)
        except BadCall as error:
            said = f". [model] is not what a run would have: {error}"
    by_rule = {} if config.init and config.model is shape else rates.settled(config, layout)[1]
    file = f"{name}.toml" if name in shipped() else name
    from_init = () if config.model is shape else tuple(("model", of) for of in meanings(ModelShape) if of not in OF_RUN)
    where = _Where(origin, tomllib.loads(origin.text), file, by_rule, from_init)
    return "\n".join([*_comment(printable(f"{file}: each setting, what it means, where its value comes from{said}")),
                      *_section(config, (), where), ""])  # fmt: skip


def meanings(kind: type) -> dict[str, str]:
    """Setting to meaning: what stands below it in the source."""
    (made,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(made, ast.ClassDef)
    found = {}
    for setting, below in itertools.pairwise(made.body):
        if isinstance(setting, ast.AnnAssign) and isinstance(setting.target, ast.Name):
            said = below.value if isinstance(below, ast.Expr) else None
            text = said.value if isinstance(said, ast.Constant) else ""
            found[setting.target.id] = " ".join(str(text).split())
    return found


@dataclasses.dataclass(frozen=True)
class _Where:
    """Where values come from."""

    origin: Origin
    table: Mapping[str, Any]
    """Of the file alone."""
    file: str
    by_rule: Mapping[Place, str]
    """What rates.py gives, and why."""
    from_init: Sequence[Place]

    def __call__(self, place: Place) -> str:
        if place in self.from_init:
            return "from init"
        sets = self.origin.sets.items()
        said = [f"--set {words}" for of, words in sets if of[: len(place)] == place or place[: len(of)] == of]
        replaced = any(len(of) <= len(place) and place[: len(of)] == of for of in self.origin.sets)
        if not replaced and self._has(place):
            said.insert(0, f"{self.file}, line {line_of(self.origin.text, place)}")
        found = printable(", ".join(said)) or "default"
        return f"{found}; {self.by_rule[place]}" if place in self.by_rule else found

    def _has(self, place: Place) -> bool:
        table: Any = self.table
        for key in place:
            if not isinstance(table, Mapping) or key not in table:
                return False
            table = table[key]
        return True


def _section(value: Any, place: Place, where: _Where) -> Iterator[str]:
    """The lines of a table: settings first, then the tables within."""
    said = meanings(type(value))
    fields = [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    for name, of in (pair for pair in fields if not dataclasses.is_dataclass(pair[1])):
        yield from ["", *_comment(said.get(name, ""))]
        if of == NO_PACK:
            yield f'# {name} = "PACK"  # not given: --pack PACK, a directory that winnow pack made'
        else:
            yield f"{name} = {_toml(of)}  # {where((*place, name))}"
    for name, of in (pair for pair in fields if dataclasses.is_dataclass(pair[1])):
        about = inspect.getdoc(type(of)) or ""
        yield from ["", "", *_comment(" ".join(about.split())), f"[{name}]"]
        yield from _section(of, (*place, name), where)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDE, break_on_hyphens=False)]


def _toml(value: Any) -> str:
    """A value on one line, which shows what it holds, whatever a terminal would make of it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    if isinstance(value, dict):
        keys = [key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key) for key in value]
        return f"{{ {', '.join(map('{} = {}'.format, keys, map(_toml, value.values())))} }}" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    plain = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain)
