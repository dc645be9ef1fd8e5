"""Bytes a token stands for, of every kind of tokenizer that can write every text."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

from tests.trainer.small_corpora import WORDS, byte_level, byte_tokenizer, fallback, foreign, text, unigram
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.token_bytes import is_exact
from winnow.trainer.pack.tokenizer import load

UGLY = [
    "", " ", "\0", "a\r\n\n b", "🙂👩\u200d👩\u200d👧", "שלום", "e\u0301", "\u2028", "x" * 1000, "<|endoftext|>",
    "</s>", *WORDS,
]  # fmt: skip


def test_ours_stand_for_the_text_s_bytes(tmp_path: Path) -> None:
    folder = byte_tokenizer(tmp_path)
    loaded = load(folder)
    assert (loaded.lengths.dtype, loaded.lengths.shape) == (np.int32, (loaded.vocab,))
    assert loaded.lengths[loaded.end] == loaded.lengths[loaded.mask or 0] == 0
    for words in [*UGLY, text(1)]:
        assert loaded.lengths[loaded.encode([words])[0]].sum() == len(words.encode())


def test_any_byte_level_tokenizer_does(tmp_path: Path) -> None:
    folder = foreign(tmp_path, byte_level(), {"eos_token": "</s>"})
    loaded = load(folder)
    for words in UGLY:
        assert loaded.lengths[loaded.encode([words])[0]].sum() == len(words.encode())


def test_byte_fallback_counts_one_space_put_before(tmp_path: Path) -> None:
    folder = foreign(tmp_path, fallback(), {"eos_token": "</s>"})
    loaded = load(folder)
    assert loaded.lengths[:3].tolist() == [0, 0, 0]
    for words in [word for word in UGLY if word]:
        assert loaded.lengths[loaded.encode([words])[0]].sum() == len(words.encode()) + 1, words


def test_unigram_with_metaspace_counts_too(tmp_path: Path) -> None:
    words = unigram(("▁ab", -1.0), ("é", -2.0))
    words.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    words.add_special_tokens([AddedToken("</s>", normalized=False)])
    folder = foreign(tmp_path, words, {"eos_token": "</s>"})
    loaded = load(folder)
    for words_ in (" ab", "é", " abé!"):
        assert loaded.lengths[loaded.encode([words_])[0]].sum() == len(words_.encode())


def test_tokens_that_were_added_count_unless_special(tmp_path: Path) -> None:
    words = byte_level()
    words.add_tokens(["<thought>", "né"])
    words.add_special_tokens(["<tool>"])
    folder = foreign(tmp_path, words, {"eos_token": "</s>"})
    assert load(folder).lengths[-4:].tolist() == [0, 9, 3, 0]


def test_ids_without_a_token_stand_for_nothing(tmp_path: Path) -> None:
    words = json.loads(byte_level().to_str())
    words["model"]["vocab"]["ab"] = 300
    folder = foreign(tmp_path, Tokenizer.from_str(json.dumps(words)), {"eos_token": "</s>"})
    assert load(folder).vocab == 301
    assert load(folder).lengths[256:].tolist() == [0] * 44 + [2]


def word_piece() -> Tokenizer:
    words = Tokenizer(models.WordPiece({"[UNK]": 0, "a": 1, "##b": 2, "</s>": 3}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return words


def unknown() -> Tokenizer:
    return Tokenizer(models.BPE({"<unk>": 0, "a": 1, "</s>": 2}, [], unk_token="<unk>"))


def suffixed() -> Tokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {letter: n for n, letter in enumerate([*letters, *(f"{letter}</w>" for letter in letters), "</s>"])}
    words = Tokenizer(models.BPE(vocab, [], end_of_word_suffix="</w>"))
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return words


@pytest.mark.parametrize("words", [word_piece(), unknown(), suffixed()])
def test_tokenizers_that_cannot_write_every_text_are_refused(tmp_path: Path, words: Tokenizer) -> None:
    folder = foreign(tmp_path / "other", words, {"eos_token": "</s>"})
    with pytest.raises(BadCall, match=r"other is a \w+ tokenizer that is neither byte-level nor falls back to bytes"):
        load(folder)


@pytest.mark.parametrize("missing", [1, 100])
def test_a_missing_byte_is_told(tmp_path: Path, missing: int) -> None:
    folder = foreign(tmp_path / "other", byte_level(left_out=missing), {"eos_token": "</s>"})
    with pytest.raises(BadCall, match=f"other has no token for {missing} of the 256 bytes: it would lose text"):
        load(folder)


def test_exact_is_said_of_byte_level_that_changes_nothing(tmp_path: Path) -> None:
    normal, prefixed = byte_level(), byte_level()
    normal.normalizer = normalizers.NFC()
    prefixed.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    exact = [is_exact(json.loads(words.to_str())) for words in (byte_level(), normal, prefixed, fallback())]
    assert exact == [True, False, False, False]
