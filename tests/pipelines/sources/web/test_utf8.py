# ruff: noqa: RUF001  (other scripts are what this is about)
import pytest

from winnow.pipelines.sources.web.utf8 import BrokenUtf8, high, outside_ascii

JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 2


@pytest.mark.parametrize(
    ("body", "text", "errors", "as_declared", "even_so"),
    [
        # of two bytes: as many broken as whole, or a third as many
        (b"\xc3\xa9 \xe9 ", "é \ufffd ", 1, True, False),
        (b"\xc3\xa9 \xe9 \xe9 ", "é \ufffd \ufffd ", 2, False, False),
        (b"\xc3\xa9 " * 3 + b"\xe9 ", "é " * 3 + "\ufffd ", 1, True, True),
        # one of three bytes counts as ten, and of four more
        ("’ ".encode() + b"\xe9 " * 10, "’ " + "\ufffd " * 10, 10, True, False),
        ("’ ".encode() + b"\xe9 " * 11, "’ " + "\ufffd " * 11, 11, False, False),
        ("’ ".encode() + b"\xe9 " * 3, "’ " + "\ufffd " * 3, 3, True, True),
        ("😀 ".encode() + b"\xe9 " * 19, "😀 " + "\ufffd " * 19, 19, True, False),
        # U+FFFD that was there is none that is made
        ("’\ufffd ".encode() + b"\xe9", "’\ufffd \ufffd", 1, True, True),
        # a last character that is cut off counts for nothing
        (b"a\xe2\x80", "a\ufffd", 1, True, False),
        (b"\xc3\xa9 \xe2\x80", "é \ufffd", 1, True, True),
        (b"a\xe2\x80b", "a\ufffdb", 1, False, False),
        (b"a\x80", "a\ufffd", 1, False, False),
        # where nothing is whole, a few in many
        (b"\x92" + b"x" * 499, "\ufffd" + "x" * 499, 1, True, False),
        (b"\x92" + b"x" * 498, "\ufffd" + "x" * 498, 1, False, False),
        (b"\x92" * 4 + b"x" * 9999, "\ufffd" * 4 + "x" * 9999, 4, False, False),
    ],
)
def test_broken_utf8(body, text, errors, as_declared, even_so):
    found = BrokenUtf8(body)
    assert (found.text, found.errors, found.holds_as_declared, found.holds) == (text, errors, as_declared, even_so)


@pytest.mark.parametrize("codec", ["euc_jp", "cp932", "gb18030", "big5hkscs"])
def test_legacy_text_is_none(codec):
    found = BrokenUtf8(JAPANESE.encode(codec, "ignore"))
    assert (found.holds_as_declared, found.holds) == (False, False)


def test_counts():
    assert (outside_ascii(""), outside_ascii("aé’"), high(b""), high(b"a\x80\xff")) == (0, 2, 0, 2)
