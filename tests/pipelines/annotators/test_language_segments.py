"""Pages of two languages are known as such; those of one are asked little."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from tests.pipelines.annotators.small_models import ENGLISH, GERMAN
from winnow.filters.document import Document
from winnow.filters.text import Text
from winnow.pipelines.annotators.identifier import Identifier
from winnow.pipelines.annotators.language_segments import LANGUAGES, LanguageSegments

pytestmark = pytest.mark.usefixtures("model")

STEP = LanguageSegments()


def of(*lines: str, language: str | None = "en", **meta: str) -> Document:
    return Document("0" * 32, "\n".join(lines), "web", language=language, meta=meta)


def measured(document: Document, step: LanguageSegments = STEP) -> tuple[float | None, float | None]:
    found = step.measure(step.annotate(document), Text(document.text))
    return found["main_share"], found["second_share"]


EN, DE = f"{ENGLISH} " * 3, f"{GERMAN} " * 3
EN_300, DE_300 = EN.strip().ljust(300, "."), DE.strip().ljust(300, ".")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (of(EN_300), (1.0, 0.0)),
        (of(EN_300, EN_300, EN_300), (1.0, 0.0)),
        (of(EN_300, DE_300), (0.5, 0.5)),
        (of(EN_300, DE_300, language="de"), (0.5, 0.5)),
        (of(EN_300, EN_300, EN_300, DE_300), (0.75, 0.25)),
        (of(EN_300, language="de"), (0.0, 1.0)),
        (of(EN_300, DE_300, language=None), (None, None)),
        (of("", language="en"), (1.0, 0.0)),
        (of("12 34 " * 100, "😀" * 300, language=None), (None, None)),
        (of(EN_300, DE_300, kinds="p1c1"), (1.0, 0.0)),  # code has no language
        (of(EN_300, DE_300, kinds="p1t1"), (1.0, 0.0)),
        (of(EN_300, DE_300, kinds="p1q1"), (0.5, 0.5)),
        (of(EN_300, DE_300, kinds="p1c2"), (0.5, 0.5)),  # of another text
        (of(EN_300, DE_300, kinds="x1p9y"), (0.5, 0.5)),  # of anybody
    ],
)
def test_shares(document: Document, expected: tuple[float | None, float | None]) -> None:
    assert measured(document) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (of(EN_300, EN_300), {}),
        (of(EN_300, DE_300, language=None), {}),
        (of(EN_300, DE_300), {"main_share": [(301, 601)], "second_share": [(301, 601)]}),
        (of(EN_300, DE_300, language="de"), {"main_share": [(0, 300)], "second_share": [(0, 300)]}),
    ],
)
def test_what_is_in_another_language_is_shown(document: Document, expected: dict[str, list[tuple[int, int]]]) -> None:
    assert STEP.spans(document, Text(document.text)) == expected


def test_languages_are_listed_where_there_are_several() -> None:
    assert STEP.annotate(of(EN_300, EN_300, DE_300)).meta == {LANGUAGES: "en 0.67, de 0.33"}
    assert STEP.annotate(of(EN_300, author="Ada")).meta == {"author": "Ada"}
    assert STEP.annotate(of(EN_300, **{LANGUAGES: "of another build"})).meta == {}
    assert STEP.annotate(of(EN_300, language="de")).meta == {LANGUAGES: "en 1.00"}
    document = of(EN_300, DE_300)
    assert dataclasses.replace(STEP.annotate(document), meta=document.meta) == document


class _Counts:
    """Asks the model and counts."""

    def __init__(self, model: Identifier) -> None:
        self.model, self.asked = model, list[int]()

    def predicted(self, text: str, most: int) -> Sequence[tuple[str, float]]:
        self.asked.append(len(text))
        return self.model.predicted(text, most)


def test_a_page_of_one_language_is_asked_little(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: Any = _Counts(STEP.load())
    monkeypatch.setattr(LanguageSegments, "load", lambda _: counts)
    assert measured(of(*[EN_300] * 50)) == (1.0, 0.0)
    assert counts.asked == [200] * 8
    counts.asked.clear()
    assert measured(of(*[EN_300] * 40, *[DE_300] * 10)) == (0.8, 0.2)
    assert len(counts.asked) == 7 + 50  # once for both, what is noted and what is measured
    counts.asked.clear()
    assert measured(of(*[EN_300] * 50), LanguageSegments(stretches=0)) == (1.0, 0.0)
    assert counts.asked == [300] * 50
    counts.asked.clear()
    assert measured(of(*[EN_300] * 50, DE_300), LanguageSegments(max_characters=600)) == (1.0, 0.0)
    assert counts.asked == [200] * 5


@pytest.mark.parametrize(
    "string", ["\0", "\ud800 alone", "a" * 1_000_000, "word " * 200_000, "שלום\n" * 1000, " \n" * 99]
)
def test_ugly_text(string: str) -> None:
    document = of(string)
    assert set(STEP.measure(document, Text(string))) == {"main_share", "second_share"}
    assert STEP.annotate(document).text == string
