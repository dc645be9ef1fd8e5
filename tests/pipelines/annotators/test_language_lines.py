"""What a document has in other languages is cut by lines, and only where that is sure."""

import pytest

from tests.pipelines.annotators.small_models import ENGLISH, GERMAN
from winnow.filters.document import Document
from winnow.filters.edits import Change, apply
from winnow.filters.setting_checks import NotAllowed
from winnow.filters.text import Text
from winnow.pipelines.annotators.language_lines import LanguageLines

pytestmark = pytest.mark.usefixtures("model")

STEP = LanguageLines(keep=("en",))
EN, DE = f"{ENGLISH} {ENGLISH} {ENGLISH}", f"{GERMAN} {GERMAN} {GERMAN}"


def edited(text: str, step: LanguageLines = STEP, language: str | None = "en", kinds: str = "") -> str:
    meta = {"kinds": kinds} if kinds else {}
    document = Document("0" * 32, text, "web", language=language, meta=meta)
    edit = step.edit(document, Text.of(document))
    assert set(edit.counts) == {"lines", "characters"}
    assert (edit.counts["lines"] == 0) == (not edit.changes)
    return apply(text, edit.changes)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (EN, EN),
        (f"{EN}\n{DE}\n{EN}", f"{EN}\n{EN}"),
        (f"{EN}\n\n{DE}\n\n{EN}", f"{EN}\n\n{EN}"),
        (f"{EN}\n{DE}", EN),
        (f"{EN}\n\n  {DE}  \n", EN),
        (f"{DE}\n{EN}", EN),
        (f"{DE}\n{DE}\n  {EN}\n{DE}\n{DE}", f"  {EN}"),  # indentation stays
        (DE, ""),
        (f"{DE}\n\n{DE}", ""),
        ("", ""),
        (f"{EN} {GERMAN} {EN}", f"{EN} {GERMAN} {EN}"),  # a sentence inside a paragraph
        (f"{EN}\n{GERMAN[:40]}\n{EN}", f"{EN}\n{GERMAN[:40]}\n{EN}"),  # too short to be sure
        (f"{EN}\n- Unter Wasser\n- Bei Nacht\n- {GERMAN}\n- Und alle schliefen ruhig\n{EN}", f"{EN}\n{EN}"),
    ],
)
def test_lines_of_other_languages_go(text: str, left: str) -> None:
    assert edited(text) == left


@pytest.mark.parametrize(("kind", "stays"), [("h", True), ("c", True), ("t", True), ("q", True), ("p", False),
                                             ("l", False), ("f", False)])  # fmt: skip
def test_what_is_in_another_language_on_purpose_stays(kind: str, stays: bool) -> None:
    text = f"{EN}\n{DE}\n{DE}\n{EN}"
    assert edited(text, kinds=f"p1{kind}1p2") == (f"{EN}\n{DE}\n{EN}" if stays else f"{EN}\n{EN}")


@pytest.mark.parametrize(
    ("keep", "language", "left"),
    [
        ((), "en", EN),
        ((), "de", DE),
        ((), None, f"{EN}\n{DE}"),
        (("en", "de"), "en", f"{EN}\n{DE}"),
        (("fr",), "en", ""),
        (("de",), "en", DE),
    ],
)
def test_which_languages_are_wanted(keep: tuple[str, ...], language: str | None, left: str) -> None:
    assert edited(f"{EN}\n{DE}", LanguageLines(keep=keep), language) == left


def test_how_sure_it_must_be() -> None:
    text = f"{EN}\n{DE}"
    ((_, _, chance),) = [each for each in STEP.segments(text, None) if each[1] == "de"]
    assert edited(text, LanguageLines(keep=("en",), min_score=chance)) == EN  # the boundary is enough
    assert edited(text, LanguageLines(keep=("en",), min_score=min(chance + 1e-6, 1.0))) == (text if chance < 1 else EN)


def test_counts() -> None:
    text = f"{EN}\n{DE}\n{DE}\n{EN}"
    edit = STEP.edit(Document("0" * 32, text, "web"), Text(text))
    assert (edit.counts, len(edit.changes)) == ({"lines": 2, "characters": 2 * len(DE)}, 1)
    assert STEP.edit(Document("0" * 32, EN, "web"), Text(EN)).counts == {"lines": 0, "characters": 0}


def test_kinds_are_those_of_the_lines_behind_an_editor() -> None:
    whole = Text(f"Gone\n{EN}\n{DE}\n{DE}\n{EN}", ["prose", "prose", "heading", "prose", "prose"])
    text = whole.edited([Change(0, 5)])
    edit = STEP.edit(Document("0" * 32, text.string, "web", meta={"kinds": "p2h1p2"}), text)
    assert apply(text.string, edit.changes) == f"{EN}\n{DE}\n{EN}"


def test_what_is_not_read_stays() -> None:
    text = f"{EN}\n{DE}\n{DE}"
    most = LanguageLines(keep=("en",), max_characters=len(f"{EN}\n{DE}") + 50)
    assert edited(text, most) == edited(text, most, kinds="p3") == f"{EN}\n{DE}"
    assert edited(text, most, kinds="p1c1p1") == text


@pytest.mark.parametrize("code", ["deu", "deu_Latn", "nb"])
def test_a_language_has_one_code(code: str) -> None:
    with pytest.raises(NotAllowed, match=f"keep is '{code}'; that language is called '(de|no)', whichever model"):
        LanguageLines(keep=("en", code))


@pytest.mark.parametrize("text", ["\0", "\ud800", "a" * 1_000_000, "ж " * 200_000, "\n" * 100_000, f"{DE}\n" * 2000])
def test_ugly_text(text: str) -> None:
    assert len(edited(text)) <= len(text)
