# ruff: noqa: RUF001  full-width marks are what a case is about

import dataclasses

import pytest

from winnow.filters import text as text_module
from winnow.filters.document import Document
from winnow.filters.edits import Change, Span
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


P, H, C, T = "prose", "heading", "code", "table"


@pytest.mark.parametrize(
    ("string", "kinds", "prose"),
    [
        ("a\nb", None, "a\nb"),
        ("a\nb", [P, H], "a\nb"),
        ("a\n b\nc | d\ne", [P, C, T, "list"], "a\ne"),
        ("a\n\nb", [P, P, C], "a\n"),
        ("b\na", [C, P], "a"),
        ("a\n" + "b" * 8, [P, C], "a"),  # a tenth is enough
        ("a\n" + "b" * 9, [P, C], "a\n" + "b" * 9),
        ("a\nb", [C, T], "a\nb"),  # all of it is set in one block
        ("", [C], ""),
    ],
)
def test_prose(string: str, kinds: list[str] | None, prose: str) -> None:
    text = Text(string, kinds)
    assert text.prose.string == prose
    assert (text.prose is text) == (prose == string)
    assert text.prose.prose is text.prose


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(0, 2)], [(0, 2)]),
        ([(3, 5)], [(6, 8)]),
        ([(3, 8)], [(6, 11)]),  # two lines that follow one another are one place
        ([(1, 4)], [(1, 3), (6, 7)]),
        ([(0, 11)], [(0, 3), (6, 12), (18, 20)]),
        ([(9, 11), (0, 1)], [(18, 20), (0, 1)]),
    ],
)
def test_places_in_prose_are_places_in_the_whole(spans: list[Span], expected: list[Span]) -> None:
    text = Text("ab\n{}\ncd\nef\nx | y\ngh", [P, C, P, P, T, P])
    assert text.prose.string == "ab\ncd\nef\ngh"
    assert text.in_whole(spans) == expected
    pieces = [text.prose.string[start:end] for start, end in spans]
    assert "".join(text.string[start:end] for start, end in expected) == "".join(pieces)


def test_where_all_is_prose_places_are_the_same() -> None:
    assert Text("a\nb").in_whole([(0, 1), (2, 3)]) == [(0, 1), (2, 3)]


def test_an_edited_text_keeps_its_kinds() -> None:
    text = Text("a\nb\nc", [H, C, P]).edited([Change(0, 2)])
    assert (text.string, text.kinds) == ("b\nc", [C, P])
    assert Text("a\nb").edited([Change(0, 2)]).kinds is None


def test_of_a_document() -> None:
    document = Document("0" * 32, "a\nb", "web", meta={"kinds": "h1 c1"})
    assert (Text.of(document).string, Text.of(document).kinds) == ("a\nb", [H, C])
    assert Text.of(dataclasses.replace(document, text="a")).kinds is None


@pytest.mark.parametrize(
    ("string", "expected"),
    [("", [(0, 0)]), ("a", [(0, 1)]), ("\n", [(0, 0), (1, 1)]), (" a\n\nbc\n", [(0, 2), (3, 3), (4, 6), (7, 7)])],
)
def test_pieces_between_newlines(string: str, expected: list[Span]) -> None:
    assert list(text_module.pieces(string)) == expected


def test_without_some_kinds_of_lines() -> None:
    text = Text("prose\ncode\nrow", ["prose", "code", "table"])
    assert [text.without(kinds).string for kinds in ({"code"}, {"code", "table"}, {"list"})] == [
        "prose\nrow", "prose", "prose\ncode\nrow"
    ]  # fmt: skip
    assert Text("a\n" + 8 * "x", ["prose", "code"]).without({"code"}).string == "a"
    assert Text("a\n" + 9 * "x", ["prose", "code"]).without({"code"}).string == "a\nxxxxxxxxx"
    assert Text("x", ["code"]).without({"code"}).string == "x"
