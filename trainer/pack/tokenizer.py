"""Tokenizers, ready to encode: our own or any Hugging Face tokenizer directory that can write every text.

A document is one token that begins it, its text's tokens, and one that ends it. What begins it is the tokenizer's BOS
(`bos_token`), else what its post-processor puts before a text, else its end-of-text, as in GPT-2.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import AddedToken, Encoding, Tokenizer

from winnow.trainer import reading
from winnow.trainer.errors import BadCall, one_line, shown
from winnow.trainer.pack import tokenizer_files
from winnow.trainer.pack.pieces import PATTERN, pieces
from winnow.trainer.pack.token_bytes import BYTE, fallbacks, is_exact, lengths, spelling
from winnow.trainer.pack.tokenizer_files import FILES
from winnow.trainer.pack.tokenizer_training import END, MASK

LARGEST = 1 << 24
"""Of tokens."""


@dataclass(frozen=True)
class Loaded:
    """A tokenizer directory, ready to encode."""

    tokenizer: Tokenizer
    vocab: int
    """One more than the largest id."""
    begin: int
    """Of a document; `end` where the tokenizer has no token for it."""
    end: int
    mask: int | None
    files: Mapping[str, bytes]
    """Of the directory (`tokenizer_files`), with a post-processor that puts `begin` before a text."""
    sha256: str
    """Of tokenizer.json in `files`."""
    lengths: np.ndarray
    """int32 [vocab]: how many bytes of text each token stands for; 0 for special tokens and for ids without a token.

    Exact for byte-level tokenizers without a normaliser. Of others: what a normaliser changes is counted as changed,
    and a space that the tokenizer puts before a text counts as one byte, though the text has none."""
    exact: bool
    """Whether the tokens stand for a text's very bytes (`token_bytes.is_exact`)."""
    spelled: Mapping[int, np.ndarray]
    """For each of `special` and `bytes`, the tokens of the bytes of its name."""
    special: np.ndarray
    """int64: the ids that no text has."""
    bytes: Mapping[int, str]
    """Of tokenizers that fall back to bytes: the ids that stand for one, and their names, <0xNN>."""
    cuts: bool
    """Whether a text may be cut before a letter that begins a line, which is sure of PATTERN only."""

    def encode(self, texts: Sequence[str], places: Sequence[str] = ()) -> list[np.ndarray]:
        """Token ids of each text, int64 [tokens], without what begins and ends it; names of special tokens are plain.

        BadCall where the tokenizer fails on one of them; places: what they are called there.
        """
        cut = [list(pieces(text, self.cuts)) for text in texts]
        flat = [piece for of in cut for piece in of]
        with _failing() as failure:
            found = self.tokenizer.encode_batch_fast(flat, add_special_tokens=False)
        if failure:
            raise self._failed(cut, places or [f"text {number}" for number in range(1, len(texts) + 1)])
        ids = iter([self._plain(piece, encoding) for piece, encoding in zip(flat, found, strict=True)])
        return [np.concatenate([next(ids) for _ in of]) for of in cut]

    def document(self, tokens: np.ndarray) -> np.ndarray:
        """A text's tokens with what begins and ends it: int64 [tokens + 2]."""
        return np.concatenate(([self.begin], tokens, [self.end]))

    def _plain(self, text: str, encoding: Encoding) -> np.ndarray:
        """Spell the names of special tokens that stood in the text: Unigram finds them among its pieces. A <0x41> that
        was written is told from a byte that the text really has by its place in the text."""
        ids = np.array(encoding.ids, np.int64)
        odd = np.isin(ids, self.special)
        if self.bytes and BYTE.search(text):
            exact = self.tokenizer.encode(text, add_special_tokens=False)  # with places
            found = zip(exact.ids, exact.offsets, strict=True)
            odd = odd | [self.bytes.get(one) == text[first:stop] for one, (first, stop) in found]
        if odd.any():
            plain = [self.spelled[one] if so else [one] for one, so in zip(ids.tolist(), odd, strict=True)]
            return np.concatenate(plain)
        return ids

    def _failed(self, cut: Sequence[Sequence[str]], places: Sequence[str]) -> BadCall:
        """Of the first text that the tokenizer fails on."""
        for of, place in zip(cut, places, strict=True):
            with _failing() as failure:
                self.tokenizer.encode_batch_fast(of, add_special_tokens=False)
            if failure:
                size = sum(map(len, of))
                return BadCall(f"{place}: the tokenizer fails on its {size:,} characters: {failure[0]}; "
                               "take it out")  # fmt: skip
        return BadCall(f"{places[0]}: the tokenizer fails on this text together with those after it")


@contextlib.contextmanager
def _failing() -> Iterator[list[str]]:
    """The reason in a list, where `tokenizers` fails; it panics, which is no Exception."""
    failure: list[str] = []
    try:
        yield failure
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        failure.append(one_line(error))


def load(directory: Path) -> Loaded:
    """A tokenizer directory, `train`'s or any other. BadCall where it is not one, has no token that ends a text, or
    cannot write every text (`token_bytes.lengths`)."""
    file = directory / FILES[0]
    if not file.is_file():
        raise BadCall(f"{directory} has no {FILES[0]}: it is no directory of a fast Hugging Face tokenizer")
    _hold_ids(reading.json_object(file, " cannot be read as a tokenizer"), file)
    files = tokenizer_files.files(directory)
    try:
        tokenizer = Tokenizer.from_str(files[FILES[0]].decode())
    except Exception as error:  # noqa: BLE001  # `tokenizers` raises nothing narrower
        raise BadCall(f"{file} cannot be read as a tokenizer: {one_line(error)}") from None
    tokenizer.no_truncation()  # a saved tokenizer may cut texts or fill them up
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    named = tokenizer_files.named(directory, ("bos_token", "eos_token", "mask_token"))
    end = _first_known(tokenizer, END, named.get("eos_token"))
    if end is None:
        raise BadCall(f"{directory} has neither {END} nor an eos_token in {FILES[1]}: nothing would end a document")
    mask = _first_known(tokenizer, named.get("mask_token"), MASK)
    put, plain = _put(tokenizer)
    before = put[0] if put[:1] != plain[:1] else None
    begin = next(one for one in (_first_known(tokenizer, named.get("bos_token")), before, end) if one is not None)
    special = {one: tokenizer.id_to_token(one) or "" for one in (begin, end, mask) if one is not None}
    if put != [begin, *plain]:
        files = tokenizer_files.beginning(files, special[begin], begin)
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in special.values()])
    vocab = max(tokenizer.get_vocab(with_added_tokens=True).values()) + 1
    words = json.loads(tokenizer.to_str())  # not the file's: ids may be dealt out anew on loading
    table = lengths(words, vocab, directory)
    special |= {of["id"]: of["content"] for of in words["added_tokens"] if of["special"]}
    if words["model"].get("unk_id") is not None:
        special[words["model"]["unk_id"]] = tokenizer.id_to_token(words["model"]["unk_id"]) or ""
    bytes_ = {index: name for name in fallbacks(words) if (index := tokenizer.token_to_id(name)) is not None}
    names = special | bytes_
    spelled = {one: np.array(list(map(tokenizer.token_to_id, spelling(words, name)))) for one, name in names.items()}
    return Loaded(
        tokenizer=tokenizer, vocab=vocab, begin=begin, end=end, mask=mask, files=files,
        sha256=hashlib.sha256(files[FILES[0]]).hexdigest(), lengths=table, exact=is_exact(words), spelled=spelled,
        special=np.array([*special], np.int64), bytes=bytes_, cuts=_is_ours(words),
    )  # fmt: skip


def _first_known(tokenizer: Tokenizer, *names: str | None) -> int | None:
    """The id of the first of these tokens that there is."""
    return next((one for name in names if name and (one := tokenizer.token_to_id(name)) is not None), None)


def _put(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The ids of a text with what the post-processor puts around it, and without."""
    with _failing():
        return tokenizer.encode("a").ids, tokenizer.encode("a", add_special_tokens=False).ids
    return [], []


def _hold_ids(words: Mapping[str, Any], file: Path) -> None:
    """BadCall where an id is one that no table of tokens could hold. What else is odd, `tokenizers` finds."""
    vocab = (words.get("model") or {}).get("vocab")
    ids = list(vocab.values()) if isinstance(vocab, dict) else []
    added = words.get("added_tokens")
    ids += [of.get("id") for of in added if isinstance(of, dict)] if isinstance(added, list) else []
    for index in ids:
        if type(index) is not int or not 0 <= index < LARGEST:
            raise BadCall(f"{file}: a token has the id {shown(index)}, and the largest that is read is {LARGEST - 1:,}")


def _is_ours(words: dict[str, Any]) -> bool:
    split = ((words.get("pre_tokenizer") or {}).get("pretokenizers") or [{}])[0]
    return bool(split.get("pattern") == {"Regex": PATTERN} and not words.get("normalizer"))
