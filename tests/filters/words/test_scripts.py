# ruff: noqa: RUF001  full-width marks are what some cases are about

import time
from unicodedata import category, name

import pytest

from winnow.filters.words import scripts
from winnow.filters.words.scripts import LONGEST_RUN, is_unspaced, pieces

NAMES = (
    "CJK UNIFIED IDEOGRAPH-", "CJK COMPATIBILITY IDEOGRAPH-", "HIRAGANA LETTER ", "KATAKANA LETTER ",
    "HALFWIDTH KATAKANA LETTER ", "THAI CHARACTER ", "LAO LETTER ", "KHMER LETTER ", "MYANMAR LETTER ",
    "TIBETAN LETTER ",
)  # fmt: skip


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("", False),
        ("plain", False),
        ("naïve “quotes” — and…", False),
        ("Съешь ещё, שלום, طويل, ελληνικά", False),
        ("नमस्ते Tiếng Việt ამბავი", False),
        ("한국어", False),
        ("🙂 \ud800", False),
        ("。「」、", False),
        ("་།", False),
        ("\u0e3f 100", False),
        ("x一", True),
        ("カ", True),
        ("ｶ", True),
        ("ไทย", True),
        ("ລາວ", True),
        ("ខ្មែរ", True),
        ("မြန်မာ", True),
        ("ꩠ", True),
        ("བོད", True),
        ("\U00020000", True),
    ],
)
def test_is_unspaced(string: str, expected: bool) -> None:
    assert is_unspaced(string) is expected


def test_every_letter_of_these_scripts_is_known_by_its_bytes_too() -> None:
    letters = [c for c in map(chr, range(0x110000)) if name(c, "").startswith(NAMES) and category(c) == "Lo"]
    assert len(letters) > 90_000
    assert [c for c in letters if not is_unspaced(c)] == []
    matched = [c for c in map(chr, range(0x110000)) if scripts._LETTER.match(c)]
    assert [c for c in matched if not is_unspaced(c)] == []


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        ("it's", [("", "it's")]),
        ("！「", [("", "！「")]),
        ("「ABC」", [("", "「ABC」")]),
        ("我爱Python3.11。", [("我爱", ""), ("", "Python3.11")]),
        ("你好,世界!", [("你好", ""), ("世界", "")]),
        ("（一）2024年", [("一", ""), ("", "2024"), ("年", "")]),
        ("ไทย\u200bລາວ", [("ไทย", ""), ("ລາວ", "")]),
        ("葛\U000e0100城", [("葛\U000e0100城", "")]),
        ("བོད་སྐད།", [("", "བོད"), ("", "སྐད")]),
        ("bodབོད", [("", "bod"), ("", "བོད")]),
        ("\u2f00一", [("\u2f00一", "")]),
        ("\u2f00", [("", "\u2f00")]),
        ("好\ud800", [("好", "")]),
        ("一" * (LONGEST_RUN + 1), [("一" * LONGEST_RUN, ""), ("一", "")]),
        ("一" * LONGEST_RUN, [("一" * LONGEST_RUN, "")]),
    ],
)
def test_pieces(chunk: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(chunk) == expected


@pytest.mark.parametrize("chunk", ["!" * 300_000 + "一", "。" * 300_000 + "一", "一,a" * 100_000, "a" * 300_000 + "一"])
def test_hostile_chunks_take_linear_time(chunk: str) -> None:
    began = time.process_time()
    pieces(chunk)
    assert time.process_time() - began < 2
