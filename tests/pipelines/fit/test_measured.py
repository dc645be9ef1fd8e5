from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from winnow.filters.document import Document
from winnow.filters.edits import Change
from winnow.filters.rules import Rule
from winnow.filters.steps import Edit
from winnow.pipelines.fit.measured import Seen, measure, seen, without_limits
from winnow.pipelines.recipe.model import Step


@dataclass(frozen=True)
class Length:
    STOPS: ClassVar[bool] = True
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("characters", max=3),)

    def measure(self, document: Any, text: Any) -> dict[str, float | None]:
        if text.string == "fail":
            raise ValueError("no")
        return {"characters": float(len(text.string)) if "?" not in text.string else None}


@dataclass(frozen=True)
class Beheads:
    def edit(self, document: Any, text: Any) -> Edit:
        return Edit([Change(0, 1, "")])


def step(name: str, settings: Any) -> Step:
    return Step(name, name, settings, getattr(settings, "RULES", ()))


def document(text: str, **more: Any) -> Document:
    return Document(text[:8], text, "web", "f", 7, **more)


STEPS = [step("first", Length()), step("edit", Beheads()), step("second", Length())]


def test_all_is_measured_whatever_the_limits() -> None:
    found = measure(map(document, ["abcdef", "?b"]), STEPS, lambda *_: None)
    np.testing.assert_equal(found.values["first", "characters"], [6.0, np.nan])
    np.testing.assert_equal(found.values["second", "characters"], [5.0, 1.0])


def test_what_an_editor_emptied_is_measured_no_further() -> None:
    found = measure([document("a")], STEPS, lambda *_: None)
    np.testing.assert_equal(
        (found.values["first", "characters"], found.values["second", "characters"]), ([1.0], [np.nan])
    )


def test_a_document_that_fails_is_left_out() -> None:
    found = measure(map(document, ["fail", "ab"]), STEPS, lambda *_: None)
    assert (found.failed, [each.text for each in found.seen]) == (1, ["ab"])
    assert found.values["first", "characters"].tolist() == [2.0]


def test_nothing() -> None:
    found = measure([], STEPS, lambda *_: None)
    assert (found.seen, found.values["first", "characters"].tolist()) == ([], [])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (document("a\nb\x1b[31m"), Seen("a b\ufffd[31m", "f, 7", "a b\ufffd[31m")),
        (document("x" * 5000, url="u" * 5000, meta={"id": "i" * 5000}), Seen("i" * 200, "u" * 200, "x" * 80)),
    ],
)
def test_how_it_is_shown(given: Document, expected: Seen) -> None:
    assert seen(given) == expected


def test_without_limits() -> None:
    assert (without_limits(STEPS[0]).rules, without_limits(STEPS[0]).settings) == ((), Length())
