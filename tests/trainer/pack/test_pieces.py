"""Words are those of a pre-tokenizer that llama.cpp has, so that its tokens are ours."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Regex, pre_tokenizers

from winnow.trainer.pack import pieces
from winnow.trainer.pack.pieces import LLAMA_CPP, PATTERN

_BEFORE, _ENDING = r"[^\r\n\p{L}\p{N}]?", r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])?"
_UPPER, _LOWER = r"((?=[\p{L}\p{M}])([^a-z]))", r"((?=[\p{L}\p{M}])([^A-Z]))"
THEIRS = (
    rf"{_BEFORE}{_UPPER}*{_LOWER}+{_ENDING}|{_BEFORE}{_UPPER}+{_LOWER}*{_ENDING}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""As llama.cpp has it under pieces.LLAMA_CPP (src/llama-vocab.cpp), whose expressions know no && in a class."""
TEXTS = [
    "", " ", "It's  DON'T I'll o'clock 'twas x'S", "camelCase HTTPServer ÜberGroß ǅ İstanbul", "a1b22c333d4444",
    "नमस्ते कैसे हैं\u200dक्ष", "กำลังดี ꯃꯤꯇꯩ", "e\u0301\u0301 \u0301x \u20dd", "path/to//x\n/ y\r\n//\n",
    "東京abc中国",
    "\ttabs\t\n  lines \n\n\u2028 \u3000 \u00a0x \u0085", "½ ² ٣ Ⅷ \u3007",
    "👩\u200d👩\u200d👧 🏳️\u200d🌈", "<|endoftext|>",
]  # fmt: skip


def words(pattern: str, text: str) -> list[str]:
    return [piece for piece, _ in pre_tokenizers.Split(Regex(pattern), "isolated").pre_tokenize_str(text)]


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_llama_cpp(text: str) -> None:
    assert words(PATTERN, text) == words(THEIRS, text)


@given(st.text(st.sampled_from(" \n\r\t/'.,-aZsTß१ि์東Éǅ½3\u0301\u00a0\u200d🦙"), max_size=30))
def test_words_of_any_signs_are_those_of_llama_cpp(text: str) -> None:
    assert words(PATTERN, text) == words(THEIRS, text)


@pytest.mark.slow
def test_a_genome_is_searched() -> None:
    """`tokenizers` gives up after ten million steps back."""
    assert list(map(len, words(PATTERN, "É" + "ACGT" * 2_750_000))) == [1, 11_000_000]


@given(st.text(st.sampled_from(" \n\r/'a Zं1.é"), min_size=20, max_size=60))
def test_no_word_goes_over_a_place_where_a_text_is_cut(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LONG", 5)
        cut = list(pieces.pieces(text))
    assert "".join(cut) == text
    if not re.search(r"\s{6}", text):  # a sea of white space is cut anywhere
        assert [word for piece in cut for word in words(PATTERN, piece)] == words(PATTERN, text)


def test_the_docs_and_the_benchmark_call_them_by_llama_cpp_s_name() -> None:
    root = Path(__file__).resolve().parents[3]
    for file in ("docs/training.md", "benchmarks/training/to_gguf.py"):
        assert f'lambda self, tokenizer: "{LLAMA_CPP}"' in (root / file).read_text()
