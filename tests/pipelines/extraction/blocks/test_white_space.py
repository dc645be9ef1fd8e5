import pytest

from winnow.pipelines.extraction.blocks.white_space import BREAK, lines_of_code, plain, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), (" ", ""), (" a\n b ", "a b"), (f"a {BREAK} b", "a\nb"), (f"{BREAK}a{BREAK}{BREAK}b{BREAK}", "a\nb")],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("\n \n", ""), ("\n  a  \n\n b\n", "  a\n\n b"), ("a\r\nb\rc", "a\nb\nc"), ("\ta", "\ta")],
)
def test_lines_of_code(text: str, expected: str) -> None:
    assert lines_of_code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("a\u00adb\u200bc\ufeff", "abc"), ("\u202eabc\u202c", "abc"), ("a\u200cb\u200dc", "a\u200cb\u200dc")],
)
def test_visible(text: str, expected: str) -> None:
    assert visible(text) == expected
