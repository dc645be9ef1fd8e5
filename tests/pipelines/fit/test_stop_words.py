import pytest

from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.gopher_repetition import GopherRepetition
from winnow.pipelines.fit import stop_words as module
from winnow.pipelines.fit.fitted import StopWord
from winnow.pipelines.fit.stop_words import most_frequent, takes_stop_words, wanted, with_stop_words
from winnow.pipelines.recipe.model import Step


def step(variant: str = "winnow", words: tuple[str, ...] = ("the", "be")) -> Step:
    return Step("quality", "gopher_quality", GopherQuality(variant, words), GopherQuality.RULES)


TEXTS = ["Und der Hund und und und", "und Der, Kater", "der 17 \u2013 the"]


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("winnow", [("der", 2), ("und", 2)]),  # `Der,` is another word
        ("datatrove", [("der", 2), ("und", 2)]),
        ("dolma", [("der", 2), ("und", 2)]),
        ("dclm", [("der", 2), ("und", 2)]),
    ],
)
def test_by_documents_then_by_the_alphabet(variant: str, expected: list[tuple[str, int]]) -> None:
    assert most_frequent(TEXTS, step(variant)) == tuple(StopWord(*pair) for pair in expected)


def test_words_are_those_that_the_step_counts() -> None:
    texts = ["Der", "Der,", "der"]
    many = ("a", "b", "c")
    assert most_frequent(texts, step("winnow", many)) == (StopWord("der", 2),)
    assert most_frequent(texts, step("dolma", many)) == (StopWord("Der", 1), StopWord("der", 1))
    assert most_frequent(texts, step("datatrove", many)) == (StopWord("Der", 2), StopWord("der", 1))


def test_a_variant_that_parts_words_at_white_space_does_so_in_every_script() -> None:
    texts = ["我爱公司 我爱公司"]
    assert most_frequent(texts, step("dolma", ("a",))) == (StopWord("我爱公司", 1),)
    assert most_frequent(texts, step("dclm", ("a",))) == (StopWord("我爱公司", 1),)
    assert "公司" in [each.word for each in most_frequent(texts, step("winnow", ("a", "b", "c")))]


def test_only_words_of_the_script() -> None:
    texts = ["и в на \u2013 2024 the"] * 20
    assert [each.word for each in most_frequent(texts * 2 + ["и в на"] * 200, step())] == ["в", "и"]


def test_nothing_to_find() -> None:
    assert most_frequent([], step()) == ()
    assert most_frequent(["", " ", "\0 17 😀"], step()) == ()


def test_what_was_met_once_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DISTINCT", 3)
    letters = "abcdefghij"
    assert most_frequent([f"und {letter}" for letter in letters], step())[0] == StopWord("und", 10)


def test_as_many_as_the_step_takes() -> None:
    assert (wanted(step()), wanted(step(words=()))) == (2, 8)


def test_which_steps() -> None:
    repetition = Step("repetition", "gopher_repetition", GopherRepetition(), GopherRepetition.RULES)
    assert (takes_stop_words(step()), takes_stop_words(repetition)) == (True, False)
    found = with_stop_words(step(), (StopWord("und", 2),))
    assert (found.settings, found.rules) == (GopherQuality(stop_words=("und",)), GopherQuality.RULES)
