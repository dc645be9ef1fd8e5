"""xz beside a model."""

import lzma

import pytest

from winnow.trainer.evaluate.yardstick import xz_bits_per_byte

TEXT = "".join(f"line {number} of {number * number}\n" for number in range(2000)).encode()


def test_it_is_what_xz_makes_of_it_without_headers() -> None:
    whole = 8 * len(lzma.compress(TEXT, preset=9 | lzma.PRESET_EXTREME)) / len(TEXT)
    found = xz_bits_per_byte([TEXT], len(TEXT))
    assert 0 < whole - found < 8 * 100 / len(TEXT)


def test_pieces_are_one_stream() -> None:
    lines = TEXT.splitlines(keepends=True)
    assert xz_bits_per_byte(lines, len(TEXT)) == xz_bits_per_byte([TEXT], len(TEXT))


def test_what_came_before_is_pointed_back_to() -> None:
    assert xz_bits_per_byte([TEXT, TEXT], 2 * len(TEXT)) < 0.6 * xz_bits_per_byte([TEXT], len(TEXT))


@pytest.mark.parametrize("texts", [[], [b""], [b"", b""]])
def test_no_text(texts: list[bytes]) -> None:
    with pytest.raises(ValueError, match="no text"):
        xz_bits_per_byte(texts, 0)


def test_one_byte() -> None:
    assert xz_bits_per_byte([b"x"], 1) >= 8
