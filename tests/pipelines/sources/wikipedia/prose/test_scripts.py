# ruff: noqa: RUF001  marks that look like others are meant

import pytest

from winnow.pipelines.sources.wikipedia.prose.scripts import lowered, raised


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("2", "m", "²"), ("-5", "0", "⁻⁵"), ("2−", "4", "²⁻"), ("n", "x", "ⁿ"), ("th", "9", "th"), ("me", "M", "me"),
        ("n+1", "2", "^(n+1)"), ("n1", "2", "^n1"), ("(a)", "x", "(a)"), ("*", "x", "*"), ("", "x", ""),
        (" 2 ", "m", "²"),
        ("T", "A", "T"), ("n", "2", "n"),
    ],
)  # fmt: skip
def test_raised(text: str, before: str, expected: str) -> None:
    assert raised(text, before) == expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("2", "H", "2"), ("n", "x", "_n"), ("max", "T", "_max"), ("n+1", "a", "_(n+1)"), ("(aq)", "A", "(aq)"),
        ("n", "", "n"), ("n", "]", "n"), ("", "x", ""), ("2,", "O", "2,"),
    ],
)  # fmt: skip
def test_lowered(text: str, before: str, expected: str) -> None:
    assert lowered(text, before) == expected
