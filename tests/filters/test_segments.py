"""The stretches of a text that can have a language."""

import itertools

import pytest

from winnow.filters.segments import lines, segments

TEN = "a" * 9 + "."


def of(string: str, least: int, kinds: list[str] | None = None) -> list[str]:
    return [string[start:end] for start, end in segments(string, kinds, least)]


@pytest.mark.parametrize(
    ("string", "least", "expected"),
    [
        ("", 10, []),
        (" \n\n ", 10, []),
        ("abc", 10, ["abc"]),  # short, and nothing to join
        ("abc\ndef", 7, ["abc\ndef"]),
        ("abc\ndef", 3, ["abc", "def"]),
        ("abcdef\nabcdef\nabcdef", 12, ["abcdef", "abcdef", "abcdef"]),  # half is enough where others have as much
        ("abcde\nabcde\nabcde", 11, ["abcde\nabcde\nabcde"]),
        ("head\n" + "a" * 12, 10, ["head\n" + "a" * 12]),  # a heading goes with its paragraph
        ("a" * 12 + "\nend", 10, ["a" * 12 + "\nend"]),  # and so does what is left at the end
        ("a" * 12 + "\nabcde", 10, ["a" * 12, "abcde"]),
        (f"{TEN} Bbbbbbbbb. Ccccccccc.", 11, [f"{TEN} ", "Bbbbbbbbb. ", "Ccccccccc."]),
        (f"{TEN} Bbbbbbbbb.", 11, [f"{TEN} Bbbbbbbbb."]),  # 21 characters are not twice 11
        ("  abc  \n\n  def  ", 3, ["abc", "def"]),
        ("河" * 50, 10, ["河" * 50]),
    ],
)
def test_lines_are_cut_and_joined(string: str, least: int, expected: list[str]) -> None:
    assert of(string, least) == expected


def test_code_and_tables_part_what_is_around_them() -> None:
    string = "abc\nx = 1\ndef\na | b\n\nghi"
    assert of(string, 6, ["prose", "code", "prose", "table", "prose", "prose"]) == ["abc", "def", "ghi"]
    assert of(string, 6, ["prose", "code", "code", "table", "prose", "list"]) == ["abc", "ghi"]
    assert of(string, 60) == [string]


def test_lines_with_their_kinds() -> None:
    assert lines(" a \n\nb", ["prose", "prose", "heading"]) == [((1, 2), "prose"), ((5, 6), "heading")]
    assert lines(" a \n\nb", None) == [((1, 2), ""), ((5, 6), "")]
    assert lines("a\nb", ["code", "list", "prose"]) == [((0, 1), "code"), ((2, 3), "list")]
    assert lines("", None) == []


@pytest.mark.parametrize("string", ["a. B" * 200_000, "\n" * 500_000, "ab\n" * 300_000, "a" * 2_000_000, "\0. \0"])
def test_ugly_texts_are_covered_in_order(string: str) -> None:
    found = segments(string, None, 200)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))
    assert all(start < end for start, end in found)
    assert sum(end - start for start, end in found) <= len(string)
