import pytest

from winnow.pipelines import text as texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" ", ""),
        ("a\n\tb\r\nc", "a b c"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\x1b[31mred", "\N{REPLACEMENT CHARACTER}[31mred"),
        ("user\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe", "user\N{REPLACEMENT CHARACTER}gpj.exe"),
        ("\N{LEFT-TO-RIGHT ISOLATE}a", "\N{REPLACEMENT CHARACTER}a"),
        ("zero\N{ZERO WIDTH SPACE}width", "zero\N{REPLACEMENT CHARACTER}width"),
        ("soft\N{SOFT HYPHEN}hyphen", "softhyphen"),
        ("می\N{ZERO WIDTH NON-JOINER}خواهم", "می\N{ZERO WIDTH NON-JOINER}خواهم"),
        ("a\N{LINE SEPARATOR}b\N{NO-BREAK SPACE}c", "a b c"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("שלום 👍", "שלום 👍"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert texts.clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" a  b \n", "a  b"),
        ("a\n\tb\r\nc\x85d\N{LINE SEPARATOR}e", "a  b  c d e"),
        ("\x1b[31mred\0", "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"),
        ("a\udcff", "a\N{REPLACEMENT CHARACTER}"),
        ("é" * 1500, "é" * 1500),
        ("a" * 1300 + "b" * 300, "a" * 1200 + " … " + "b" * 300),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert texts.one_line(text) == expected
