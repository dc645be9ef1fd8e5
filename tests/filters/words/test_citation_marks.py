import time

import pytest

from winnow.filters.words.citation_marks import citation_marks


def marked(string: str) -> list[str]:
    """What is a mark, each with the three characters before it."""
    return [string[max(0, start - 3) : end] for start, end in citation_marks(string, [(0, len(string))])]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("It is so.[1] It rains,[2] he said[3].", ["so.[1]", "ns,[2]", "aid[3]"]),
        ("It is so.[1] It rains,[2] he said.", []),  # two numbers may be anything
        ("It is so.[1] It rains,[1] he said[2], yes.", []),
        ("So it is[1][2]. And was[3].", [" is[1][2]", "was[3]"]),
        ("So it is[1, 2]. And was[3-5].", [" is[1, 2]", "was[3-5]"]),
        ("It is.[4] Was.[5] Will be.[6] And then.[9]", ["is.[4]", "as.[5]", "be.[6]", "en.[9]"]),
        ("See git-add[1], gitignore[5], gitfaq[7], githooks[5].", []),  # pages of a manual do not count up
        ("See matrix[5] and the interval [1].", []),
        ("An index: a[1], b[2], c[3].", []),  # behind a single letter
        ("Call f(x)[1].name, row[2](y), col[3]z.", []),
        ("So [1] and so [2] and [3].", []),  # not behind a word
        ("First[0], next[1], then[2], last[3]", ["ext[1]", "hen[2]", "ast[3]"]),
        ("[1] Smith. [2] Doe. [3] Roe.", []),  # the notes themselves
        ("History[edit]", ["ory[edit]"]),
        ("It is so.[citation needed]", ["so.[citation needed]"]),
        ("It is so.[Edit]", []),
        ("", []),
        ("\x00[1] \U0001f642[2] \u05e9\u05dc[3]", []),
        (
            "\u05e9\u05dc[1] \u05e9\u05dc[2] \u05e9\u05dc[3]",
            ["\u05e9\u05dc[1]", " \u05e9\u05dc[2]", " \u05e9\u05dc[3]"],
        ),
    ],
)
def test_marks(string: str, expected: list[str]) -> None:
    assert marked(string) == expected


def test_only_in_the_lines_that_are_given() -> None:
    string = "so.[1]\nx[edit]\nso.[2]\nso.[3]"
    assert citation_marks(string, [(0, 6), (15, 21), (22, 28)]) == [(3, 6), (18, 21), (25, 28)]
    assert citation_marks(string, [(0, 6), (15, 21)]) == []


@pytest.mark.parametrize("string", ["a[1]" * 200_000, "[" * 500_000, "ab[1, 2" * 100_000, "ab" + "[1, 2]" * 100_000])
def test_it_takes_linear_time(string: str) -> None:
    began = time.process_time()
    marked(string)
    assert time.process_time() - began < 3
