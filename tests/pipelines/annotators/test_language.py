"""Language identification: one adapter, ugly input, and the figure on the Declaration of Human Rights."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from winnow.filters.document import Document
from winnow.filters.rules import Reject, Rule, judge
from winnow.filters.text import Text
from winnow.pipelines.annotators.language import Language, identify
from winnow.pipelines.annotators.models import MissingModel, cached_model

UDHR = Path(__file__).resolve().parents[3] / "../shared/data/language/udhr.jsonl.gz"
ENGLISH = "All human beings are born free and equal in dignity and rights."
FRENCH = "Tous les êtres humains naissent libres et égaux en dignité et en droits."


@pytest.mark.parametrize(("text", "label"), [(ENGLISH, "en"), (FRENCH, "fr"), ("كل الناس يولدون أحرارا", "ar")])
def test_label_and_score(model: Any, text: str, label: str) -> None:
    found, score = identify(model, text)
    assert found == label
    assert score is not None
    assert 0.65 < score <= 1.0
    assert score == round(score, 6)


@pytest.mark.parametrize("text", ["", " ", "\n", "\0", " \r\n\t\0 ", "\u2028"])
def test_no_words_no_language(model: Any, text: str) -> None:
    assert identify(model, text) == (None, None)


@pytest.mark.parametrize("between", ["\n", "\r\n", "\0", "\t"])
def test_any_break_is_a_space(model: Any, between: str) -> None:
    assert identify(model, ENGLISH.replace(" ", between)) == identify(model, ENGLISH)


@pytest.mark.parametrize("text", ["😀", "\ud800 alone", "a" * 1_000_000, "word " * 200_000])
def test_ugly_text_has_some_label(model: Any, text: str) -> None:
    label, score = identify(model, text)
    assert isinstance(label, str)
    assert isinstance(score, float)


def test_annotates_the_document(model: Any) -> None:
    document = Document(id="0" * 32, text=ENGLISH, source="web")
    label, score = identify(model, ENGLISH)
    assert Language().annotate(document) == replace(document, language=label, language_score=score)


@pytest.mark.parametrize(
    ("kinds", "read"),
    [
        ("c1p1", FRENCH),
        ("p1c1", ENGLISH),
        ("p2", f"{ENGLISH}\n{FRENCH}"),
        ("c2", f"{ENGLISH}\n{FRENCH}"),  # nothing else would be left
        ("c1", f"{ENGLISH}\n{FRENCH}"),  # not the kinds of these lines
        ("", f"{ENGLISH}\n{FRENCH}"),
    ],
)
def test_code_is_skipped(model: Any, kinds: str, read: str) -> None:
    document = Document(id="0" * 32, text=f"{ENGLISH}\n{FRENCH}", source="web", meta={"kinds": kinds})
    found = Language(skip_code=True).annotate(document)
    assert (found.language, found.language_score) == identify(model, read)
    assert found.text == document.text
    found = Language().annotate(document)
    assert (found.language, found.language_score) == identify(model, document.text)


def test_only_so_many_characters_are_read(model: Any) -> None:
    document = Document(id="0" * 32, text=f"{ENGLISH} {FRENCH * 50}", source="web")
    assert Language(max_characters=len(ENGLISH)).annotate(document).language == "en"
    assert Language(max_characters=len(document.text)).annotate(document).language == "fr"


@pytest.mark.parametrize(
    ("keep", "language", "score", "expected"),
    [
        ((), "fr", 0.9, []),
        (("en", "fr"), "fr", 0.9, []),
        (("en",), "fr", 0.9, [Reject("listed", 0.0, 1.0)]),
        (("en",), "en", 0.65, []),  # the boundary is kept
        (("en",), "en", 0.649999, [Reject("score", 0.649999, 0.65)]),
        (("en",), None, None, []),  # unknown is never judged
    ],
)
def test_rules(keep: tuple[str, ...], language: str | None, score: float | None, expected: list[Reject]) -> None:
    document = Document(id="0" * 32, text="", source="web", language=language, language_score=score)
    assert judge(Language(keep=keep).measure(document, Text("")), Language.RULES) == expected


def test_a_missing_model_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path))
    with pytest.raises(MissingModel, match=r"model lid\.176\.ftz is not in .*: winnow models fetch lid\.176\.ftz"):
        Language().load()


@pytest.mark.parametrize(
    ("keep", "rules", "expected"),
    [
        (("en",), Language.RULES, True),
        ((), Language.RULES, False),
        (("en",), (Rule("listed"), Rule("score", min=0.65)), False),
        (("en",), (Rule("listed", min=0.0),), False),
        (("en",), (Rule("listed", min=0.5),), True),
        (("en",), (), False),
    ],
)
def test_it_screens_where_other_languages_are_dropped(
    keep: tuple[str, ...], rules: tuple[Rule, ...], expected: bool
) -> None:
    assert Language(keep=keep).screens(rules) is expected


def test_how_near_pieces_come(model: Any) -> None:
    asked: list[str] = []

    def pieces(*texts: str) -> Iterator[str]:
        for text in texts:
            asked.append(text)
            yield text

    score = round(identify(model, ENGLISH)[1] or 0, 3)
    assert Language(keep=("en", "nl")).nearest(pieces(FRENCH, ENGLISH, FRENCH), score) == (score, "fr")
    assert asked == [FRENCH, ENGLISH]
    assert Language(keep=("en",)).nearest([FRENCH, ENGLISH, FRENCH], 1.0) == (score, "fr")
    assert Language(keep=("zh",)).nearest([ENGLISH, FRENCH, ""], 0.1) == (0.0, "en")  # the first of as many
    assert Language(keep=("zh",)).nearest(["", " "], 0.1) == (0.0, None)


def test_declaration_of_human_rights(model: Any) -> None:
    if not UDHR.exists():
        pytest.skip("the shared paragraphs are not here")
    with gzip.open(UDHR, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    right = sum(identify(model, row["text"])[0] == row["language"] for row in rows)
    assert (right, len(rows)) == (3734, 4007)  # 93.2 %


def test_the_model_is_read_once(model: Any) -> None:
    assert Language().load() is model
    assert cached_model(Language().model, Language().sha256).name == "lid.176.ftz"
    assert os.environ.get("WINNOW_CACHE", "") in str(cached_model(Language().model, Language().sha256))
