from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.document import Document
from winnow.filters.families.gopher_repetition import DUPLICATE, TOP, VARIANTS, GopherRepetition
from winnow.filters.text import Text, n_grams

DOCUMENT = Document(id="0" * 32, text="", source="test")
NAMES = [rule.name for rule in GopherRepetition.RULES]


def measure(string: str, variant: str = "winnow") -> dict[str, float | None]:
    return GopherRepetition(variant=variant).measure(DOCUMENT, Text(string))


def top(n: int) -> str:
    return f"top_{n}_gram_character_share"


def duplicate(n: int) -> str:
    return f"duplicate_{n}_gram_character_share"


# lines: "aa" 3 times, "b c", "dddd"; their characters 2+2+2+3+4 = 13, the text's 17, without white space 12
LINES = "aa\naa\nb c\naa\ndddd"


@pytest.mark.parametrize(
    ("variant", "lines", "characters"),
    [
        ("winnow", 3 / 5, 6 / 13),
        ("datatrove", 2 / 5, 4 / 17),
        ("dolma", 3 / 5, 6 / 12),
        ("dclm", 3 / 5, 6 / 13),
    ],
)
def test_lines(variant: str, lines: float, characters: float) -> None:
    measures = measure(LINES, variant)
    assert measures["duplicate_line_share"] == lines
    assert measures["duplicate_line_character_share"] == characters


# paragraphs: "x y" twice, "zz"; their characters 3+3+2 = 8, the text's 13
PARAGRAPHS = "x y\n\nx y\n\n\nzz"


@pytest.mark.parametrize(
    ("variant", "paragraphs", "characters"),
    [
        ("winnow", 2 / 3, 6 / 8),
        ("datatrove", 1 / 3, 3 / 13),
        ("dolma", None, None),
        ("dclm", 2 / 3, 6 / 9),  # the third is "\nzz"
    ],
)
def test_paragraphs(variant: str, paragraphs: float | None, characters: float | None) -> None:
    measures = measure(PARAGRAPHS, variant)
    assert measures["duplicate_paragraph_share"] == paragraphs
    assert measures["duplicate_paragraph_character_share"] == characters


# words of 2+3+2+3+4 = 14 characters, 18 with spaces; "ab cde" twice
TWICE = "ab cde ab cde fghi"
# words of 2 characters, 5 of them, 14 with spaces; "ha ha" four times, overlapping
HA = "ha ha ha ha ha"


@pytest.mark.parametrize(
    ("string", "variant", "expected"),
    [
        (TWICE, "winnow", [10 / 14, 0.0, 0.0]),
        (TWICE, "datatrove", [2 * 6 / 18, 9 / 18, 13 / 18]),  # a single 3-gram counts: "ab cde ab" with spaces
        (TWICE, "dolma", [10 / 14, 7 / 14, 10 / 14]),
        (TWICE, "dclm", [10 / 14, 0.0, 0.0]),
        (HA, "winnow", [1.0, 1.0, 1.0]),
        (HA, "datatrove", [4 * 5 / 14, 3 * 8 / 14, 2 * 11 / 14]),
        (HA, "dolma", [4 * 4 / 10, 3 * 6 / 10, 2 * 8 / 10]),
        (HA, "dclm", [4 * 4 / 10, 3 * 6 / 10, 2 * 8 / 10]),
        ("a b a b lo ng lo ng", "winnow", [8 / 12, 0.0, 0.0]),  # as frequent, and longer
        ("a b a b lo ng lo ng", "dclm", [8 / 12, 0.0, 0.0]),
        ("a b a b lo ng lo ng", "dolma", [4 / 12, 3 / 12, 4 / 12]),  # the first in the text
        ("one two", "winnow", [0.0, 0.0, 0.0]),
        ("one two", "datatrove", [1.0, None, None]),
        ("one two", "dolma", [1.0, None, None]),
        ("one two", "dclm", [0.0, 0.0, 0.0]),
    ],
)
def test_top_n_grams(string: str, variant: str, expected: list[float | None]) -> None:
    measures = measure(string, variant)
    assert [measures[top(n)] for n in TOP] == expected


# "a b c d e" twice around "x": 11 words of one character, 21 with spaces
FIVE = "a b c d e x a b c d e"


@pytest.mark.parametrize(
    ("string", "variant", "five", "six"),
    [
        (FIVE, "winnow", 10 / 11, 0.0),
        (FIVE, "datatrove", 5 / 21, 0.0),
        (FIVE, "dolma", 10 / 35, 0.0),  # 7 5-grams of 5 characters
        (FIVE, "dclm", 10 / 11, 0.0),
        ("a " * 12, "winnow", 1.0, 1.0),
        ("a " * 12, "datatrove", 10 / 24, 6 / 24),  # words 1-5 and 6-10; words 1-6 and no room for another
        ("a " * 12, "dolma", 1.0, 1.0),
        ("a " * 12, "dclm", 1.0, 1.0),
        ("a b c d", "winnow", 0.0, 0.0),
        ("a b c d", "datatrove", None, None),
        ("a b c d", "dolma", None, None),
        ("a b c d", "dclm", 0.0, 0.0),
    ],
)
def test_duplicate_n_grams(string: str, variant: str, five: float | None, six: float | None) -> None:
    measures = measure(string, variant)
    assert (measures[duplicate(5)], measures[duplicate(6)]) == (five, six)


@given(st.lists(st.sampled_from(["a", "bb", "ccc"]), min_size=1, max_size=60))
def test_covered_characters_equal_a_plain_count(words: list[str]) -> None:
    measures = measure(" ".join(words))
    for n in DUPLICATE:
        grams = n_grams(words, n)
        counts = Counter(grams)
        covered = {i + k for i, gram in enumerate(grams) if counts[gram] > 1 for k in range(n)}
        assert measures[duplicate(n)] == sum(len(words[i]) for i in covered) / sum(map(len, words))
    for n in TOP:
        counts = Counter(n_grams(words, n))
        most = max(counts.values(), default=0)
        covers = set()
        for gram in (g for g, count in counts.items() if count == most and most > 1):
            starts = [i for i, g in enumerate(n_grams(words, n)) if g == gram]
            positions = {i + k for i in starts for k in range(n)}
            covers.add(sum(len(words[i]) for i in positions) / sum(map(len, words)))
        assert measures[top(n)] in (covers or {0.0})


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("string", ["", " ", "\n\n\n"])
def test_an_empty_text_is_unknown_throughout(variant: str, string: str) -> None:
    assert measure(string, variant) == dict.fromkeys(NAMES)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("string", ["\x00", "🙂 🙂", "שלם\nשלם", "x" * 1_000_000, "...", "a\n \nb"])
def test_ugly_texts_give_every_name(variant: str, string: str) -> None:
    measures = measure(string, variant)
    assert list(measures) == NAMES
    assert {type(value) for value in measures.values()} <= {float, type(None)}


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_hundred_thousand_equal_words(variant: str) -> None:
    assert measure("word " * 200_000, variant)[duplicate(10)] is not None


def test_empty_lines_at_the_ends_are_a_duplicate_to_datatrove_only() -> None:
    assert measure("\na\n", "datatrove")["duplicate_line_share"] == 1 / 3
    assert measure("\na\n")["duplicate_line_share"] == 0.0


def test_an_unknown_variant_names_the_valid_ones() -> None:
    with pytest.raises(ValueError, match="''; it is none of winnow, datatrove, dolma, dclm"):
        GopherRepetition(variant="")
