import time

import pytest

from winnow.filters.code.encoded import encoded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x " + "a" * 64 + " y", ["a" * 64]), ("x " + "a" * 63 + " y", []),
        ("(" + "ab\n" * 22 + ")", ["ab\n" * 22]),
        ("0x12, " * 8, ["0x12, " * 8]), ("0x12, " * 7, []), ("12 34 56 78 9a bc de f0", ["12 34 56 78 9a bc de f0"]),
        ("\\x12" * 8, ["\\x12" * 8]), ("\\x12" * 7, []), ("\\u00e9" * 8, ["\\u00e9" * 8]), ("\\u00e9" * 7, []),
        ("123 456 " * 8, []), ("def f(x): return x", []), ("", []), ("é" * 100, []),
    ],
)  # fmt: skip
def test_encoded(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in encoded(text)] == expected


@pytest.mark.parametrize("piece", ["0x12, ", "\\x12", "\\u00e9", "ab ", "a" * 63 + " ", "0x", "\\u", "\\x1"])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    began = time.process_time()
    encoded(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 3
