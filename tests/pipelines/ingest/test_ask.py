"""What fails in a step is told with the step's name; what a plug-in gives is looked at."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from line_source import Panic

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.text import Text
from winnow.pipelines.errors import BadCall, BuildFailed, Starved
from winnow.pipelines.ingest import ask
from winnow.pipelines.ingest.ask import StepFailed
from winnow.pipelines.recipe.catalogue import STEPS
from winnow.pipelines.recipe.model import Step

DOCUMENT = Document(id="0" * 32, text="a b", source="web")
TEXT = Text("a b")


ENDED = [KeyboardInterrupt(), SystemExit(3)]


@dataclass(frozen=True)
class Does:
    """All three kinds of step in one, for the tests: each gives `gives`, or raises it."""

    gives: Any
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("x"),)

    def measure(self, document: Document, text: Text) -> Any:
        if isinstance(self.gives, BaseException):
            raise self.gives
        return self.gives

    def edit(self, document: Document, text: Text) -> Any:
        return self.measure(document, text)

    def annotate(self, document: Document) -> Any:
        return self.measure(document, TEXT)


def every(gives: Any) -> list[Any]:
    step = Step("mine", "m:M", Does(gives))
    return [lambda: ask.measure(step, DOCUMENT, TEXT), lambda: ask.edit(step, DOCUMENT, TEXT),
            lambda: ask.annotate(step, DOCUMENT)]  # fmt: skip


@pytest.mark.parametrize("method", range(3))
@pytest.mark.parametrize("error", [ValueError("a\nb"), OSError("x"), RecursionError(), Panic("x"), GeneratorExit()])
def test_what_is_a_documents_affair(error: BaseException, method: int) -> None:
    with pytest.raises(StepFailed) as failed:
        every(error)[method]()
    said = f"{type(error).__name__}{': ' if str(error) else ''}{' '.join(str(error).split())}"
    assert re.fullmatch(rf"step 'mine': {said}, at ingest/test_ask\.py:\d+", str(failed.value))


@pytest.mark.parametrize("method", range(3))
def test_what_is_the_builds_affair(method: int) -> None:
    with pytest.raises(BuildFailed, match=r"^step 'mine': ModuleNotFoundError: no x, at ingest/test_ask\.py:\d+$"):
        every(ModuleNotFoundError("no x"))[method]()


@pytest.mark.parametrize("error", [MemoryError(), Starved("x"), BadCall("x"), BuildFailed("x"), *ENDED])
def test_what_says_it_all_is_left_as_it_is(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        every(error)[0]()
    assert raised.value is error


@pytest.mark.parametrize("method", range(3))
def test_a_plug_ins_result_is_looked_at(method: int) -> None:
    with pytest.raises(StepFailed, match=r"^step 'mine': WrongResult: (measure|edit|annotate) gave 'x', wanted"):
        every("x")[method]()


def test_our_own_is_believed() -> None:
    quality = Step("q", "gopher_quality", STEPS["gopher_quality"]())
    assert quality.filter
    assert ask.measure(quality, DOCUMENT, TEXT) == quality.filter.measure(DOCUMENT, TEXT)
    lines = Step("l", "c4_lines", STEPS["c4_lines"]())
    assert lines.editor
    assert ask.edit(lines, DOCUMENT, TEXT) == lines.editor.edit(DOCUMENT, TEXT)
