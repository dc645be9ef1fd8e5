"""Places that a rule measured, carried to the text that is shown."""

import dataclasses
from typing import ClassVar

import pytest
from hypothesis import given, strategies

from winnow.filters.document import Document
from winnow.filters.edits import Change, Span, apply
from winnow.filters.families.c4 import C4Lines
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.mask import MaskPersonal
from winnow.filters.rules import Rule
from winnow.filters.text import Text
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.views.report.marks import carry, marks


@pytest.mark.parametrize(
    ("spans", "changes", "expected"),
    [
        ([(0, 3)], [], [(0, 3)]),
        ([(4, 6)], [Change(0, 2)], [(2, 4)]),  # behind what went
        ([(0, 2)], [Change(2, 4)], [(0, 2)]),  # right before it
        ([(2, 4)], [Change(2, 4)], []),  # gone whole
        ([(1, 5)], [Change(2, 4)], [(1, 3)]),  # gone inside
        ([(2, 4)], [Change(2, 4, "xyz")], [(2, 5)]),  # what stands there now
        ([(3, 4)], [Change(2, 6, "xy")], [(2, 4)]),  # a part: all that stands there
        ([(0, 3)], [Change(2, 6, "xy")], [(0, 4)]),
        ([(5, 8)], [Change(2, 6, "xy")], [(2, 6)]),
        ([(2, 4)], [Change(2, 2, "in")], [(4, 6)]),  # put in before it
        ([(0, 2)], [Change(2, 2, "in")], [(0, 2)]),  # and behind it
        ([(0, 4)], [Change(2, 2, "in")], [(0, 6)]),
        ([(0, 1), (3, 4)], [Change(0, 1), Change(2, 3, "__")], [(3, 4)]),
    ],
)
def test_carry(spans: list[Span], changes: list[Change], expected: list[Span]) -> None:
    assert carry(spans, changes) == expected


@given(strategies.text("ab ", min_size=1, max_size=30), strategies.data())
def test_what_no_change_meets_stays_the_same_text(text: str, data: strategies.DataObject) -> None:
    cuts = sorted(data.draw(strategies.lists(strategies.integers(0, len(text)), max_size=6, unique=True)))
    changes = [
        Change(a, b, data.draw(strategies.text("xy", max_size=3))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    start = data.draw(strategies.integers(0, len(text) - 1))
    end = data.draw(strategies.integers(start + 1, len(text)))
    if all(change.end < start or change.start > end for change in changes):
        [(a, b)] = carry([(start, end)], changes)
        assert apply(text, changes)[a:b] == text[start:end]


QUALITY = GopherQuality()
STEPS = (
    Step("lines", "c4_lines", C4Lines()), Step("mask", "mask_personal", MaskPersonal()),
    Step("quality", "gopher_quality", QUALITY, QUALITY.RULES),
)  # fmt: skip
SYMBOLS, LETTERS = "quality.hash_to_word_ratio", "quality.alphabetic_word_share"
TEXT = "Home\nWrite to # ada@corp.org or # 12 there.\nMenu"


def document(text: str = TEXT) -> Document:
    return Document("0" * 32, text, "web")


def test_places_are_of_the_text_that_the_step_saw_and_stand_in_the_one_that_is_shown() -> None:
    found = marks(STEPS, document(), {SYMBOLS, LETTERS})
    assert [TEXT[a:b] for a, b in found[SYMBOLS]] == ["#", "#"]
    assert [TEXT[a:b] for a, b in found[LETTERS]] == ["#", "#", "12"]


def test_places_in_the_edited_text() -> None:
    done, changes = TEXT, []
    edit = STEPS[0].editor.edit(document(), Text(TEXT))  # type: ignore[union-attr]
    done, changes = apply(TEXT, edit.changes), [*edit.changes]
    found = marks(STEPS[:1] + STEPS[2:], document(), {LETTERS}, changes)
    assert [done[a:b] for a, b in found[LETTERS]] == ["#", "#", "12"]


def test_only_what_is_wanted_is_asked_for() -> None:
    assert marks(STEPS, document(), set()) == {}
    assert marks(STEPS, document(), {"quality.words", "other.words"}) == {}
    assert marks(STEPS, document(), {SYMBOLS}).keys() == {SYMBOLS}


@dataclasses.dataclass(frozen=True)
class Fails:
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("x"),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"x": 1.0}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        raise ZeroDivisionError


@dataclasses.dataclass(frozen=True)
class Gives:
    """A plug-in's filter that shows whatever it is given, or raises it."""

    found: object
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("x"),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"x": 1.0}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"x": [(0, 1)]}, {"gives.x": [(0, 1)]}),
        ({"x": [(0, 6), (-1, 2), (2, 2), (3, 2), (0, 5), ("a", "b"), (0.0, 1.0), (True, 2), (0, 10**30)]},
         {"gives.x": [(0, 5)]}),
        ({"x": [], "y": [(0, 1)]}, {"gives.x": []}),
        ({"x": [(1, 2, 3)]}, {}), ({"x": 5}, {}), ({"x": None}, {}), (None, {}), ([(0, 1)], {}), ("x", {}),
        (ImportError("no module"), {}), (BuildFailed("no model"), {}), (RecursionError(), {}), (UnicodeError("no"), {}),
    ],
)  # fmt: skip
def test_whatever_a_plugin_shows(found: object, expected: dict[str, list[Span]]) -> None:
    gives = Step("gives", "a.b:Gives", Gives(found), Gives.RULES)
    assert marks((gives,), document("# one"), {"gives.x"}) == expected


@dataclasses.dataclass(frozen=True)
class EditFails:
    def edit(self, document: Document, text: Text) -> object:
        raise ZeroDivisionError


def test_a_step_that_fails_shows_nothing_and_others_do() -> None:
    fails = Step("fails", "a.b:Fails", Fails(), Fails.RULES)
    assert marks((fails, STEPS[2]), document("# one"), {"fails.x", SYMBOLS}) == {SYMBOLS: [(0, 1)]}


def test_behind_an_editor_that_fails_nothing_is_known() -> None:
    fails = Step("fails", "a.b:EditFails", EditFails())  # type: ignore[arg-type]
    assert marks((STEPS[2], fails), document("# one"), {SYMBOLS}) == {SYMBOLS: [(0, 1)]}
    assert marks((fails, STEPS[2]), document("# one"), {SYMBOLS}) == {}
