"""Classes that are steps or kinds of source, and what the others lack."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pytest

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.recipe.catalogue import SOURCES, STEPS
from winnow.pipelines.recipe.plugin_class import source_fault, step_fault

Rules = ClassVar[tuple[Rule, ...]]
Measured = dict[str, float | None]


@dataclass(frozen=True)
class Right:
    one: str = ""
    two: tuple[str, ...] = ()
    three: float | None = None
    four: Literal["a", "b"] = "a"
    FILES: ClassVar[tuple[str, ...]] = ("one",)
    RULES: Rules = (Rule("x", max=1.0), Rule("Y_2"))

    def measure(self, document: Document, text: Text) -> Measured:
        return {"x": 1.0, "Y_2": None}


@dataclass(frozen=True)
class Editing:
    def edit(self, document: Document, text: Text) -> Edit:
        return Edit()


@dataclass(frozen=True)
class Annotating:
    def annotate(self, document: Document) -> Document:
        return document


@dataclass(frozen=True)
class Both(Annotating):
    RULES: Rules = (Rule("x"),)

    def measure(self, document: Document, text: Text) -> Measured:
        return {"x": None}


@pytest.mark.parametrize("kind", [Right, Editing, Annotating, Both, *STEPS.values()])
def test_a_step(kind: type) -> None:
    assert step_fault(kind) == ""


class Plain(Both):
    """Frozen as its parent is."""


class NoDataclass:
    def measure(self) -> None: ...


@dataclass
class Thawed:
    def measure(self) -> None: ...


@dataclass(frozen=True)
class Idle:
    x: int = 0


@dataclass(frozen=True)
class EditsAndMeasures(Editing):
    RULES: Rules = (Rule("x"),)

    def measure(self) -> None: ...


@dataclass(frozen=True)
class EditsEarly(Editing):
    NEEDS_TEXT: ClassVar[bool] = False


def measuring(**more: Any) -> type:
    """A class of this module that measures, and has more or other members."""
    made = dataclass(frozen=True)(type("Made", (), {"measure": lambda self: None, "RULES": (Rule("x"),)} | more))
    made.__module__, made.__qualname__ = __name__, "Made"
    globals()["Made"] = made
    return made


def with_field(name: str, hint: Any, value: Any = None) -> type:
    return measuring(**{"__annotations__": {name: hint}, name: value})


@dataclass(frozen=True)
class Hidden(Both): ...


Shown, Hidden = Hidden, None  # type: ignore[misc, assignment]

TYPES = (
    "of a type that a recipe cannot write: wanted str, int, float, bool, tuple[str, ...], Literal or one of them | None"
)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Both(), "is a Both, wanted a class"),
        (None, "is a NoneType, wanted a class"),
        (len, "is a builtin_function_or_method, wanted a class"),
        (NoDataclass, "is no frozen dataclass: write @dataclass(frozen=True) above it"),
        (Thawed, "is no frozen dataclass: write @dataclass(frozen=True) above it"),
        (Shown, "is not to be found as test_plugin_class.Hidden, so no worker could load it"),
        (Idle, "has none of the methods measure, edit and annotate"),
        (EditsAndMeasures, "has edit and measure: an editor is a step of its own"),
        (EditsEarly, "edits with NEEDS_TEXT = False: the text that it is to change is not there yet"),
        (measuring(RULES=None), "measures, and has no RULES: a tuple with a Rule for every measure"),
        (measuring(RULES=()), "measures, and has no RULES: a tuple with a Rule for every measure"),
        (measuring(RULES=[Rule("x")]), "measures, and has no RULES: a tuple with a Rule for every measure"),
        (measuring(RULES=("x",)), "measures, and has no RULES: a tuple with a Rule for every measure"),
        (measuring(RULES=(Rule("x"), Rule("y"), Rule("x"))), "has two rules called 'x'"),
        (measuring(RULES=(Rule("x.y"),)), "has a rule called 'x.y': wanted letters, digits and _"),
        (measuring(RULES=(Rule(""),)), "has a rule called '': wanted letters, digits and _"),
        (measuring(RULES=(Rule("_x"),)), "has a rule called '_x': wanted letters, digits and _"),
        (measuring(RULES=(Rule("ä"),)), "has a rule called 'ä': wanted letters, digits and _"),
        (measuring(FILES=("words",)), "has FILES that name no setting: 'words'"),
        (with_field("use", str), "has a setting 'use', which means something else in every step"),
        (with_field("sources", str), "has a setting 'sources', which means something else in every step"),
        (with_field("languages", str), "has a setting 'languages', which means something else in every step"),
        (with_field("x", dict), f"has a setting 'x' {TYPES}"),
        (with_field("x", list[str]), f"has a setting 'x' {TYPES}"),
        (with_field("x", tuple[int, ...]), f"has a setting 'x' {TYPES}"),
        (with_field("x", str | bytes), f"has a setting 'x' {TYPES}"),
        (with_field("x", Any), f"has a setting 'x' {TYPES}"),
    ],
)
def test_what_it_lacks(found: Any, said: str) -> None:
    if isinstance(found, type) and found.__qualname__ == "Made":
        globals()["Made"] = found
    assert step_fault(found).replace(__name__, "test_plugin_class") == said


def test_types_that_cannot_be_read() -> None:
    assert step_fault(with_field("x", "Nowhere")).startswith(
        "has settings whose types cannot be read: NameError: name 'Nowh"
    )


def test_an_heir_is_frozen_too() -> None:
    assert step_fault(Plain) == ""


@pytest.mark.parametrize("kind", SOURCES.values())
def test_a_source(kind: type) -> None:
    assert source_fault(kind) == ""


def reading(**more: Any) -> type:
    """A kind of source of this module, with more or other members."""
    return measuring(**{"CARRIERS": ("line",), "scan": lambda self: None, "read": lambda self: None, "use": ""} | more)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ""),
        ({"__annotations__": {"use": str}, "SCANS": ("use",)}, ""),
        ({"scan": None}, "has no method scan"),
        ({"scan": None, "read": 3}, "has no method scan and no method read"),
        ({"CARRIERS": None}, "has no CARRIERS: a tuple with the kinds of item that carry documents"),
        ({"CARRIERS": ()}, "has no CARRIERS: a tuple with the kinds of item that carry documents"),
        ({"CARRIERS": "line"}, "has no CARRIERS: a tuple with the kinds of item that carry documents"),
        ({"CARRIERS": (1,)}, "has no CARRIERS: a tuple with the kinds of item that carry documents"),
        ({"CARRIERS": ("line", "gap")}, "has CARRIERS with 'gap', which is the kind of what cannot be read"),
        ({"SCANS": ("x",)}, "has SCANS that name no setting: 'x'"),
        ({"__annotations__": {"use": set}}, f"has a setting 'use' {TYPES}"),
    ],
)
def test_what_a_source_lacks(more: dict[str, Any], said: str) -> None:
    assert source_fault(reading(**more)) == said


def test_a_step_is_no_source() -> None:
    assert source_fault(Right) == "has no method scan and no method read"
    assert source_fault("warc") == "is a str, wanted a class"
