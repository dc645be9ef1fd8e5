"""How a copy differs from the document that was kept."""

import pytest

from winnow.pipelines.views.report.clusters import pieces


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", []),
        ("A. B.", "A. B.", []),
        ("A. B. C.", "A. X. C.", [("=", "A. "), ("-", "B. "), ("+", "X. "), ("=", "C.")]),
        ("A. B.", "A. ", [("=", "A. "), ("-", "B.")]),
        ("A. ", "A. B.", [("=", "A. "), ("+", "B.")]),
        ("甲。乙。", "甲。丙。", [("=", "甲。"), ("-", "乙。"), ("+", "丙。")]),
        ("line\nother", "line\nanother", [("=", "line\n"), ("-", "other"), ("+", "another")]),
        ("", "all new", [("+", "all new")]),
    ],
)
def test_pieces(one: str, other: str, expected: list[tuple[str, str]]) -> None:
    assert list(pieces(one, other)) == expected


def test_what_is_equal_lacks_its_middle_and_what_differs_is_bounded() -> None:
    same = "".join(f"Sentence {n}. " for n in range(100))
    (sign, text), *others = pieces(same + "End.", same + "Other end.")
    assert (sign, text.startswith("Sentence 0. "), " … " in text, len(text) < 300) == ("=", True, True, True)
    assert others == [("-", "End."), ("+", "Other end.")]
    different = list(pieces("a" * 50_000, "b" * 50_000))
    assert [(sign, len(text) <= 1_503) for sign, text in different] == [("-", True), ("+", True)]


def test_many_differences_end_in_an_ellipsis() -> None:
    one = "".join(f"Sentence {n} is {'x' * 40}. Same {n}. " for n in range(250))
    found = list(pieces(one, one.replace("x", "y")))
    assert (found[-1], sum(len(text) for _, text in found) < 10_000) == (("=", "…"), True)


def test_a_text_of_one_endless_line_of_marks_is_quick() -> None:
    assert [sign for sign, _ in pieces("." * 40_000, "!" * 40_000)] == ["-", "+"]
