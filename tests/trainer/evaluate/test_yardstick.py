"""xz beside a model."""

import lzma
from pathlib import Path

import pytest

from winnow.trainer.evaluate.held_out import Sample, Text
from winnow.trainer.evaluate.yardstick import beside, xz_bits_per_byte
from winnow.trainer.pack import tokenizer

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


def test_sources_and_all_weighted_by_what_they_stand_for(ours: Path) -> None:
    words = tokenizer.load(ours)
    texts = {"a": [TEXT.decode(), ""], "b": ["a text of its own", "and one more"], "c": [""]}

    def sample(lost: int = 0) -> Sample:
        found = [Text(source, "id", "file", 0, len(text.encode()) + lost, words.document(words.encode([text])[0]))
                 for source, of in texts.items() for text in of]  # fmt: skip
        return Sample(lambda: iter(found), {"a": 3000, "b": 1000, "c": 0}, "sample")

    one = xz_bits_per_byte([TEXT], len(TEXT))
    other = xz_bits_per_byte([text.encode() for text in texts["b"]], 29)
    assert beside(sample(), words) == {"a": one, "b": other, "": pytest.approx(0.75 * one + 0.25 * other)}
    assert beside(sample(lost=1), words) is None  # the tokenizer does not give the text back
