"""How many bytes of text a token stands for, read off tokenizer.json: what bits per byte need."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import pre_tokenizers

from winnow.trainer.errors import BadCall

BYTE = re.compile(r"<0x[0-9A-F]{2}>")


def lengths(words: Mapping[str, Any], vocab: int, directory: Path) -> np.ndarray:
    """int32 [vocab]: see `tokenizer.Loaded`. `words` is tokenizer.json.

    Byte-level tokenizers spell each byte as one of 256 letters; byte-fallback ones (SentencePiece's) spell characters,
    the space as a sign of its own, and bytes as <0xNN> where they have no token. BadCall for every other kind, and
    where a byte is missing: it could not write every text.
    """
    model, tokens = words["model"], words["model"]["vocab"]
    if not isinstance(tokens, dict):  # Unigram's, with a score each
        tokens = {token: index for index, (token, _) in enumerate(tokens)}
    parts = list(_parts([words.get(name) for name in ("normalizer", "pre_tokenizer", "decoder")]))
    odd = model.get("continuing_subword_prefix") or model.get("end_of_word_suffix")
    if any(part["type"] == "ByteLevel" for part in parts) and model["type"] in ("BPE", "Unigram") and not odd:
        count, bytes_ = len, pre_tokenizers.ByteLevel.alphabet()
    elif model.get("byte_fallback") and not odd:
        count, bytes_ = _counter(parts), fallbacks(words)
    else:
        raise BadCall(
            f"{directory} is a {model['type']} tokenizer that is neither byte-level nor falls back to bytes: it cannot "
            "write every text, and its loss cannot be told in bits per byte"
        )
    missing = [byte for byte in bytes_ if byte not in tokens]
    if missing:
        raise BadCall(f"{directory} has no token for {len(missing)} of the 256 bytes: it would lose text")
    table = np.zeros(vocab, np.int32)
    for token, index in tokens.items():
        table[index] = count(token)
    for added in words.get("added_tokens") or ():
        table[added["id"]] = 0 if added["special"] else len(added["content"].encode())
    return table


def fallbacks(words: Mapping[str, Any]) -> list[str]:
    """The names of the 256 tokens that stand for a byte where a character has no token; none of byte-level ones."""
    return [f"<0x{byte:02X}>" for byte in range(256)] if words["model"].get("byte_fallback") else []


def is_exact(words: Mapping[str, Any]) -> bool:
    """Whether a text's tokens stand for exactly its bytes: byte-level, nothing normalised, no space put before."""
    parts = list(_parts([words.get(name) for name in ("normalizer", "pre_tokenizer")]))
    byte_level = [part for part in parts if part["type"] == "ByteLevel"]
    return bool(byte_level) and not words.get("normalizer") and not any(p.get("add_prefix_space") for p in byte_level)


def spelling(words: Mapping[str, Any], text: str) -> list[str]:
    """The tokens that spell a text byte by byte."""
    if words["model"].get("byte_fallback"):
        return [f"<0x{byte:02X}>" for byte in text.encode()]
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)
    return [letter for word, _ in letters for letter in word]


def _counter(parts: list[Mapping[str, Any]]) -> Any:
    spaces = {part["replacement"] for part in parts if part["type"] == "Metaspace"}
    spaces |= {part["content"] for part in parts if part["type"] == "Replace" and part["pattern"] == {"String": " "}}

    def count(token: str) -> int:
        if BYTE.fullmatch(token):
            return 1
        for sign in spaces:
            token = token.replace(sign, " ")
        return len(token.encode())

    return count


def _parts(values: Any) -> Iterator[Mapping[str, Any]]:
    """Every normaliser, pre-tokenizer and decoder, those inside sequences too."""
    for value in values:
        if isinstance(value, dict):
            yield value
            yield from _parts([item for inner in value.values() if isinstance(inner, list) for item in inner])
