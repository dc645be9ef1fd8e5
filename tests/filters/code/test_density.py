import random

import pytest

from winnow.filters.code.density import LEAST_DATA, STRUCTURED_CHARACTERS, figures_share, is_data, is_minified

NUMBERS = "static const int table[] = {\n" + "    0x1f, 12, -3.5e+10f, 77,\n" * 60 + "};\n"
CODE = "def twice(number):\n    return number * 2 + offset\n\n\n" * 40
BLOB = "".join(random.Random(1).choices("ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789+/", k=3000))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [(NUMBERS, 0.9, 1.0), (CODE, 0.0, 0.1), (f"x = '{BLOB}'", 0.9, 1.0), ("\\x00\\xff" * 500, 1.0, 1.0), ("", 0.0, 0.0),
     (" \n", 0.0, 0.0), ("é" * 5000, 0.0, 0.0)],
)  # fmt: skip
def test_figures_share(text: str, low: float, high: float) -> None:
    assert low <= figures_share(text) <= high


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.csv", "a,b\n", True), ("a.svg", "<svg/>", True), ("po/de.po", "", True), ("x.ipynb", '{"cells": []}', True),
        ("x.ipynb", "# Title\n\n```python\na\n```\n", False),
        ("a.json", "x " * (STRUCTURED_CHARACTERS // 2), False),
        ("a.json", "x " * (STRUCTURED_CHARACTERS // 2 + 1), True),
        ("package.json", "x " * STRUCTURED_CHARACTERS, False), ("ci.yml", "x " * STRUCTURED_CHARACTERS, False),
        ("a.c", NUMBERS, True), ("a.py", CODE, False), ("", NUMBERS, True), ("a.py", "1, 2, " * 100, False),
        ("a.py", "1, 2, " * (LEAST_DATA // 6 + 1), True), ("README.txt", "word " * 3000, False),
    ],
)  # fmt: skip
def test_data(path: str, text: str, expected: bool) -> None:
    assert is_data(text, path) == expected


@pytest.mark.parametrize(
    ("path", "language", "text", "expected"),
    [
        ("a.js", "JavaScript", "x" * 110 + "\n", False), ("a.js", "JavaScript", "x" * 111 + "\n\n\n", True),
        ("a.css", "CSS", "x" * 111, True), ("a.py", "Python", "x" * 500, False), ("a.min.js", None, "a", True),
        ("a.js", None, "x" * 500, False), ("a.js", "JavaScript", "", False), ("", None, "", False),
    ],
)  # fmt: skip
def test_minified(path: str, language: str | None, text: str, expected: bool) -> None:
    assert is_minified(text, path, language) == expected
