import pytest

from winnow.filters.catalogue import STEPS
from winnow.filters.families.gopher_quality import STOP_WORDS
from winnow.filters.languages import own
from winnow.filters.languages.own import Own
from winnow.filters.languages.table import table


def test_what_is_converted_for_words_of_ours() -> None:
    found = own.own("gopher_quality", "winnow", "fr")
    assert found
    assert found.limits == {"mean_word_length": (2.0, 12.0), "alphabetic_word_share": (0.812, None)}
    repetition = own.own("gopher_repetition", "winnow", "fr")
    assert repetition
    assert repetition.limits["duplicate_line_share"] == (None, 0.528)
    assert repetition.limits["top_2_gram_character_share"] == (None, 0.161)
    assert repetition.limits["duplicate_5_gram_character_share"] == (None, 0.3)
    assert own.own("fineweb_quality", "winnow", "fr") == Own(
        {"terminal_marks": ()}, {"line_punctuation_share": (0.1, None), "newline_to_word_ratio": (None, 0.222)}
    )


def test_what_holds_as_it_was_published() -> None:
    found = own.own("gopher_quality", "datatrove", "fr")
    assert found
    assert found.limits == {"mean_word_length": (2.0, 11), "alphabetic_word_share": (0.812, None)}
    repetition = own.own("gopher_repetition", "datatrove", "fr")
    assert repetition
    assert repetition.limits["duplicate_line_share"] == (None, 0.264)
    quality = own.own("fineweb_quality", "datatrove", "fr")
    assert quality
    assert quality.limits["newline_to_word_ratio"] == (None, 0.185)


def test_a_mark_is_no_stop_word_of_ours() -> None:
    arabic = [own.own("gopher_quality", variant, "ar") for variant in own.VARIANTS]
    assert ["،" in of.settings["stop_words"] if of else None for of in arabic] == [False, True]


@pytest.mark.parametrize(
    ("language", "measure", "limit"),
    [
        ("de", "line_punctuation_share", (None, None)),  # 0
        ("sh", "line_punctuation_share", (None, None)),  # -1
        ("ru", "line_punctuation_share", (0.231, None)),
        ("sd", "newline_to_word_ratio", (None, 8.7)),  # a ratio may be more than 1
    ],
)
def test_what_nothing_can_break_is_no_limit(language: str, measure: str, limit: own.Limit) -> None:
    found = own.own("fineweb_quality", "winnow", language)
    assert found
    assert found.limits[measure] == limit


def test_a_share_of_more_than_all_is_no_limit() -> None:
    found = own.own("gopher_repetition", "winnow", "yue")
    assert found
    assert found.limits["top_2_gram_character_share"] == (None, None)


def test_marks_of_one_language() -> None:
    greek = own.own("fineweb_quality", "winnow", "el")
    assert greek
    assert greek.settings == {"terminal_marks": (";",)}


def test_english_is_what_was_published_for_english() -> None:
    found = own.own("gopher_quality", "datatrove", "en")
    assert found == Own(
        {"stop_words": STOP_WORDS}, {"mean_word_length": (3.0, 10), "alphabetic_word_share": (0.8, None)}
    )


def test_a_language_that_the_table_has_not() -> None:
    assert own.own("gopher_quality", "winnow", "tlh") is None


@pytest.mark.parametrize("use", own.STEPS)
def test_names_are_settings_and_measures_of_the_step(use: str) -> None:
    kind = STEPS[use]
    measures = {rule.name for rule in kind.RULES}  # type: ignore[attr-defined]
    found = own.own(use, "winnow", "de")
    assert found
    assert own.names(use) == [*found.settings, *found.limits]
    assert set(found.limits) <= measures
    assert kind(**found.settings) != None  # noqa: E711  it takes them
    assert found.only(frozenset(["stop_words"])).limits == {}


@pytest.mark.parametrize("variant", own.VARIANTS)
@pytest.mark.parametrize("use", own.STEPS)
def test_every_language_gives_settings_that_the_step_takes(use: str, variant: str) -> None:
    for code in table():
        found = own.own(use, variant, code)
        assert found
        STEPS[use](variant=variant, **found.settings)
        assert [name for name, (least, most) in found.limits.items() if least and most and least > most] == []
