import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.books.characters import clean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\u2028d\ve", "a\nb\nc\nd\ne"),
        ("e\u0301", "\u00e9"),
        ("\ufeffco\u00adoperate\u2060\u2014he", "cooperate\u2014he"),
        ("estab\u00ad\n  lished", "established"),
        ("\u201c\u200a\u2018No", "\u201c\u2018No"),
        ("10\u00a0km\u202f!\u2009x", "10 km ! x"),
        ("end\x1a\0", "end"),
        ("a\tb\fc", "a\tb\fc"),
        ("\u3000\u6625", "\u3000\u6625"),
        ("\u0e01\u200b\u0e02", "\u0e01\u200b\u0e02"),
        ("", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(max_size=200))
def test_short_texts_are_in_nfc_and_stay_as_they_are(text: str) -> None:
    found = clean(text)
    assert unicodedata.is_normalized("NFC", found)
    assert "\r" not in found


def test_many_marks_take_linear_time() -> None:
    began = time.process_time()
    assert clean("a" + "\u0301\u0316" * 200_000).startswith("a")
    assert time.process_time() - began < 2
