# ruff: noqa: RUF001  marks that look like others are what some cases are about

import pytest

from winnow.filters.document import Document
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.rules import judge
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
NAMES = [rule.name for rule in GopherQuality.RULES]


def measure(string: str, variant: str = "winnow") -> dict[str, float | None]:
    return GopherQuality(variant=variant).measure(DOCUMENT, Text(string))


# 9 words of 25 characters, 3 lines; one "#", one "...", one "…"; "The", "the" and "and".
GOLDEN = "- The #one ...\n\n• the café 42…\nand"


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        # words: - The #one ... • the café 42… and
        (
            "winnow",
            {
                "words": 9.0, "mean_word_length": 25 / 9, "median_word_length": None, "hash_to_word_ratio": 1 / 9,
                "ellipsis_to_word_ratio": 2 / 9, "symbol_to_word_ratio": None, "bullet_line_share": 2 / 3,
                "ellipsis_line_share": 2 / 3, "alphabetic_word_share": 5 / 9, "stop_words": 2.0,
            },
        ),
        # tokens: - The # one ... • the café 42 … and = 11, of which 7 are words to it, • too (19 characters);
        # 4 lines with the empty one
        (
            "datatrove",
            {
                "words": 7.0, "mean_word_length": 19 / 7, "median_word_length": None, "hash_to_word_ratio": 1 / 11,
                "ellipsis_to_word_ratio": 2 / 11, "symbol_to_word_ratio": None, "bullet_line_share": 2 / 4,
                "ellipsis_line_share": 2 / 4, "alphabetic_word_share": 5 / 11, "stop_words": 2.0,
            },
        ),
        # words that hold # or …: #one, 42…; "•" is no bullet, "..." is no ellipsis, "The" is no stop word
        (
            "dolma",
            {
                "words": 9.0, "mean_word_length": None, "median_word_length": 3.0, "hash_to_word_ratio": None,
                "ellipsis_to_word_ratio": None, "symbol_to_word_ratio": 2 / 9, "bullet_line_share": 1 / 3,
                "ellipsis_line_share": 1 / 3, "alphabetic_word_share": 5 / 9, "stop_words": 2.0,
            },
        ),
        # segmented words: The one the café 42 and; "The", "the", "and" occur
        (
            "dclm",
            {
                "words": 6.0, "mean_word_length": 25 / 9, "median_word_length": None, "hash_to_word_ratio": None,
                "ellipsis_to_word_ratio": None, "symbol_to_word_ratio": 3 / 9, "bullet_line_share": 2 / 3,
                "ellipsis_line_share": 2 / 3, "alphabetic_word_share": 5 / 9, "stop_words": 3.0,
            },
        ),
    ],
)  # fmt: skip
def test_golden(variant: str, expected: dict[str, float | None]) -> None:
    assert measure(GOLDEN, variant) == expected


@pytest.mark.parametrize(
    ("string", "broken"),
    [
        ("the with " + "word " * 48, []),
        ("the with " + "word " * 47, ["words"]),
        ("the with " + "word " * 99_998, []),
        ("the with " + "word " * 99_999, ["words"]),
        ("the and " + "abc " * 98, []),  # a mean of 3 is kept
        ("the and " + "abc " * 98 + "ab", ["mean_word_length"]),
        ("the and " + "abcdefghij " * 2 + "abcdefghijk " * 14 + "abcdefghij " * 34, []),  # a mean of 10
        ("the and " + "abcdefghij " * 2 + "abcdefghijk " * 15 + "abcdefghij " * 34, ["mean_word_length"]),
        ("the and " + "word " * 88 + "word# " * 10, []),
        ("the and " + "word " * 88 + "word# " * 9 + "word## ", ["hash_to_word_ratio"]),
        ("the and " + "word " * 88 + "word... " * 10, ["ellipsis_line_share"]),  # the one line ends in an ellipsis
        ("the and " + "word " * 87 + "word… " * 11 + "end", ["ellipsis_to_word_ratio"]),
        ("the and word word word\n" + "- word word word word\n" * 9, []),
        ("- the and word word word\n" + "- word word word word\n" * 9, ["bullet_line_share"]),
        ("the and word word word…\n" + "word word word word…\n" * 2 + "word word word word word word\n" * 7, []),
        ("the and word word word…\n" + "word word word word…\n" * 3 + "word word word word word word\n" * 6,
         ["ellipsis_line_share"]),
        ("the and " + "word " * 78 + "1234 " * 20, []),
        ("the and " + "word " * 77 + "1234 " * 21, ["alphabetic_word_share"]),
        ("The " * 2 + "word " * 98, ["stop_words"]),  # one word, twice
        ("The and " + "word " * 98, []),
    ],
)  # fmt: skip
def test_the_limits(string: str, broken: list[str]) -> None:
    assert [r.rule for r in judge(measure(string), GopherQuality.RULES)] == broken


@pytest.mark.parametrize("variant", ["winnow", "datatrove", "dolma", "dclm"])
@pytest.mark.parametrize("string", ["", " ", "\n\n", "\x00", "🙂", "שלום עולם", "x" * 1_000_000, "... !!!", "_"])
def test_ugly_texts_give_every_name(variant: str, string: str) -> None:
    measures = measure(string, variant)
    assert list(measures) == NAMES
    assert {type(value) for value in measures.values()} <= {float, type(None)}


@pytest.mark.parametrize("variant", ["winnow", "datatrove", "dolma", "dclm"])
def test_an_empty_text_has_no_words_and_unknown_ratios(variant: str) -> None:
    known = {name: value for name, value in measure("", variant).items() if value is not None}
    assert known == {"words": 0.0, "bullet_line_share": 0.0, "ellipsis_line_share": 0.0, "stop_words": 0.0}


def test_only_punctuation_fails_by_its_words_though_datatrove_has_no_mean() -> None:
    measures = measure("!!! ??? ...", "datatrove")
    assert (measures["words"], measures["mean_word_length"]) == (0.0, None)
    assert judge(measures, GopherQuality.RULES)[0].rule == "words"


@pytest.mark.parametrize("variant", ["winnow", "datatrove", "dolma", "dclm"])
def test_without_stop_words_nothing_is_known_of_them(variant: str) -> None:
    step = GopherQuality(variant, ())
    measures = step.measure(DOCUMENT, Text("the word " * 50))
    assert measures["stop_words"] is None
    assert step.spans(DOCUMENT, Text("the word"))["stop_words"] == []


@pytest.mark.parametrize(
    ("variant", "words", "mean"), [("winnow", 4.0, 7 / 4), ("dolma", 1.0, None), ("dclm", 1.0, 8.0)]
)
def test_words_of_scripts_without_spaces(variant: str, words: float, mean: float | None) -> None:
    found = measure("我们去大学学习。", variant)
    assert (found["words"], found["mean_word_length"]) == (words, mean)


def test_stop_words_of_scripts_without_spaces() -> None:
    step = GopherQuality(stop_words=("我的", "是", "OK"))
    assert step.measure(DOCUMENT, Text("书是我的，ok。"))["stop_words"] == 3.0


def test_stop_words_are_a_setting() -> None:
    german = GopherQuality(stop_words=("Der", "und"))
    assert german.measure(DOCUMENT, Text("der Hund UND die Katze"))["stop_words"] == 2.0


def test_an_unknown_variant_names_the_valid_ones() -> None:
    with pytest.raises(ValueError, match="'gopher'; it is none of winnow, datatrove, dolma, dclm"):
        GopherQuality(variant="gopher")
