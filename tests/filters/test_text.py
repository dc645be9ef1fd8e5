# ruff: noqa: RUF001  full-width marks are what a case is about

import pytest

from winnow.filters.text import Text, n_grams, places


@pytest.mark.parametrize(
    ("string", "words", "lines", "paragraphs"),
    [
        ("", [], [], []),
        (" \n\n ", [], [], []),
        ("one", ["one"], ["one"], ["one"]),
        (" a b \n c ", ["a", "b", "c"], ["a b", "c"], ["a b \n c"]),
        ("\na\n\nb\n", ["a", "b"], ["a", "b"], ["a", "b"]),
        ("a\n\n\n\nb", ["a", "b"], ["a", "b"], ["a", "b"]),
        ("a\n \nb", ["a", "b"], ["a", "b"], ["a\n \nb"]),  # a blank in between: no two newlines in a row
        ("a\r\nb", ["a", "b"], ["a", "b"], ["a\r\nb"]),
        ("a\u00a0b\u2028c", ["a", "b", "c"], ["a\u00a0b\u2028c"], ["a\u00a0b\u2028c"]),
        ("\x00", ["\x00"], ["\x00"], ["\x00"]),
        ("שלום עולם", ["שלום", "עולם"], ["שלום עולם"], ["שלום עולם"]),
        ("我爱,你。\n\n- one！", ["我", "爱", "你", "-", "one！"], ["我爱,你。", "- one！"], ["我爱,你。", "- one！"]),
    ],
)
def test_views(string: str, words: list[str], lines: list[str], paragraphs: list[str]) -> None:
    text = Text(string)
    assert (text.words, text.lines, text.paragraphs) == (words, lines, paragraphs)
    for stands, pieces in (
        (text.word_places, words), (text.line_places, lines), (text.paragraph_places, paragraphs)
    ):  # fmt: skip
        assert [string[start:end] for start, end in stands] == pieces


def test_a_piece_stands_behind_the_one_before() -> None:
    assert Text("a aa a a").word_places == [(0, 1), (2, 4), (5, 6), (7, 8)]
    assert places(["", " b", "b"], " b\n\nb") == [(0, 0), (0, 2), (4, 5)]


def test_words_of_lines_and_between_white_space() -> None:
    text = Text(" 我们去学校。 \n\n a b\x85c\n")
    assert text.words_of_lines == [["我们", "去", "学校"], ["a", "b", "c"]]
    assert (text.words, text.split_words) == (["我们", "去", "学校", "a", "b", "c"], ["我们去学校。", "a", "b", "c"])
    assert Text("a b\n\nc").words_of_lines == [["a", "b"], ["c"]]


def test_a_view_is_made_once() -> None:
    text = Text("a b")
    assert text.words is text.words


@pytest.mark.parametrize(
    ("words", "n", "expected"),
    [
        ("abc", 2, [("a", "b"), ("b", "c")]),
        ("abc", 3, [("a", "b", "c")]),
        ("abc", 4, []),
        ("", 1, []),
    ],
)
def test_n_grams(words: str, n: int, expected: list[tuple[str, ...]]) -> None:
    assert n_grams(words, n) == expected
