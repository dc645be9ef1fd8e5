import pytest

from winnow.filters.document import Document
from winnow.filters.families.fineweb import FineWebQuality
from winnow.filters.rules import judge
from winnow.filters.setting_checks import NotAllowed
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
NAMES = [rule.name for rule in FineWebQuality.RULES]


def measure(string: str, variant: str = "winnow") -> list[float | None]:
    return list(FineWebQuality(variant=variant).measure(DOCUMENT, Text(string)).values())


@pytest.mark.parametrize(
    ("string", "variant", "expected"),
    [
        ("Yes.\nNo", "winnow", [1 / 2, 1.0, 0.0, 1 / 2]),
        ("Yes.\nNo", "datatrove", [1 / 2, 1.0, 0.0, 1 / 3]),
        ("Yes. \nNo.\r\nWell!", "winnow", [1 / 3, 1.0, 0.0, 2 / 3]),  # a space or a return after it is no end
        ("x" * 30 + "\n" + "x" * 31, "winnow", [0.0, 1 / 2, 0.0, 1 / 2]),
        ("ab\nab\nab\n\n \nc", "winnow", [0.0, 1.0, 4 / 8, 5 / 4]),  # the blank line's space is a character
        ("ab\n ab", "winnow", [0.0, 1.0, 0.0, 1 / 2]),  # not stripped, so not equal
        ("你好。\nنعم؟", "winnow", [1.0, 1.0, 0.0, 1 / 2]),
        ("...", "datatrove", [1.0, 1.0, 0.0, 0.0]),
        ("", "winnow", [None] * 4),
        (" \n \n", "datatrove", [None] * 4),
        ("\x00", "winnow", [0.0, 1.0, 0.0, 0.0]),
        ("🙂" * 1_000_000, "winnow", [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_measures(string: str, variant: str, expected: list[float | None]) -> None:
    assert measure(string, variant) == expected


LONG = "a line of more than thirty characters"


@pytest.mark.parametrize(
    ("lines", "broken"),
    [
        ([f"{i} {LONG}." for i in range(3)] + [f"{i} {LONG}" for i in range(22)], []),  # 3/25 = .12
        ([f"{i} {LONG}." for i in range(3)] + [f"{i} {LONG}" for i in range(23)], ["line_punctuation_share"]),
        ([f"{i} word word." for i in range(67)] + [f"{i} {LONG}" for i in range(33)], []),
        ([f"{i} word word." for i in range(68)] + [f"{i} {LONG}" for i in range(32)], ["short_line_share"]),
        (["x" * 98 + ".", "y" * 399, "y" * 399, "w. z."], ["duplicate_line_character_share", "newline_to_word_ratio"]),
        (["a b c d e f g h i j word word word word."], []),
    ],
)  # fmt: skip
def test_the_limits(lines: list[str], broken: list[str]) -> None:
    measures = FineWebQuality().measure(DOCUMENT, Text("\n".join(lines)))
    assert [r.rule for r in judge(measures, FineWebQuality.RULES)] == broken


@pytest.mark.parametrize(("rest", "share"), [(98, 1 / 100), (97, 1 / 99)])
def test_one_percent_of_repeated_characters_is_kept(rest: int, share: float) -> None:
    measures = FineWebQuality().measure(DOCUMENT, Text("x\nx\n" + "y" * rest))
    assert measures["duplicate_line_character_share"] == share
    assert [r.rule for r in judge(measures, FineWebQuality.RULES[2:3])] == ([] if rest == 98 else [NAMES[2]])


@pytest.mark.parametrize(("words", "kept"), [(10, True), (9, False)])
def test_three_newlines_to_ten_words_are_kept(words: int, kept: bool) -> None:
    measures = FineWebQuality().measure(DOCUMENT, Text("\n\n\n" + "a " * words))
    assert (judge(measures, FineWebQuality.RULES[3:]) == []) == kept


def test_an_unknown_variant_names_the_valid_ones() -> None:
    with pytest.raises(ValueError, match="'x'; it is none of winnow, datatrove"):
        FineWebQuality(variant="x")


@pytest.mark.parametrize(
    ("marks", "variant", "share"),
    [((), "winnow", 1 / 3), ((";",), "winnow", 2 / 3), ((";", ":"), "winnow", 1.0), ((";",), "datatrove", 2 / 3)],
)
def test_marks_of_one_language(marks: tuple[str, ...], variant: str, share: float) -> None:
    """Greek's question mark is a semicolon."""
    step, text = FineWebQuality(variant, marks), Text("Γιατί;\nΔεν ξέρω.\nΛέει:")  # noqa: RUF001
    assert step.measure(DOCUMENT, text)["line_punctuation_share"] == share
    shown = step.spans(DOCUMENT, text)["line_punctuation_share"]
    assert len(shown) == 3 - round(3 * share)


@pytest.mark.parametrize("mark", ["", " ", "..", "\n"])
def test_what_is_no_mark(mark: str) -> None:
    with pytest.raises(NotAllowed, match="wanted single characters"):
        FineWebQuality(terminal_marks=(mark,))
