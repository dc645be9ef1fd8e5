"""A pack's texts and tokenizer as nanochat's own files. Runs in the environment that the benchmark makes for it.

    python nanochat_data.py --tokenizer DIR --texts FILE.parquet --code CHECKOUT --output DIR

The tokenizer keeps its merges and gets nanochat's special tokens, so a text is cut into the same tokens, under other
numbers: ids.npy has nanochat's for each of ours. The texts are shuffled, since nanochat reads them in the file's order.
"""

# mypy: disable-error-code="import-not-found"

import argparse
import json
import pickle
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import tiktoken
import torch

GROUP = 256
"""Rows of a group, nanochat's unit of reading."""


def byte_of() -> dict[str, int]:
    """The characters that stand for bytes in a byte-level vocabulary."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [number for number in range(256) if number not in plain]
    return {chr(n): n for n in plain} | {chr(256 + place): number for place, number in enumerate(others)}


def tokenizer(directory: Path, output: Path, specials: list[str]) -> None:
    words = json.loads((directory / "tokenizer.json").read_text(encoding="utf-8"))
    letters, vocab = byte_of(), words["model"]["vocab"]
    pieces = [*({word for word in vocab if len(word) == 1}), *("".join(pair) for pair in words["model"]["merges"])]
    of = {word: bytes(letters[letter] for letter in word) for word in pieces}
    singles = {bytes([number]): number for number in range(256)}
    ranks = singles | {of[word]: 256 + n for n, word in enumerate(word for word in pieces if len(word) > 1)}
    encoding = tiktoken.Encoding(
        name="pack",
        pat_str=words["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"],
        mergeable_ranks=ranks,
        special_tokens={name: len(ranks) + place for place, name in enumerate(specials)},
    )
    (output / "tokenizer").mkdir(parents=True, exist_ok=True)
    (output / "tokenizer" / "tokenizer.pkl").write_bytes(pickle.dumps(encoding))
    lengths = sorted((rank, len(token)) for token, rank in ranks.items())
    torch.save(
        torch.tensor([length for _, length in lengths] + [0] * len(specials), dtype=torch.int32),
        output / "tokenizer" / "token_bytes.pt",
    )
    named = json.loads((directory / "tokenizer_config.json").read_text(encoding="utf-8"))
    begin = named.get("bos_token", "<|endoftext|>")
    ours = sorted((word for word in vocab if word not in of), key=lambda word: (word != begin, vocab[word]))
    ids = np.zeros(len(vocab), dtype=np.int64)
    for word, number in vocab.items():  # what begins a document is their <|bos|>, the first of theirs
        ids[number] = ranks[of[word]] if word in of else len(ranks) + ours.index(word)
    np.save(output / "ids.npy", ids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("tokenizer", "texts", "code", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    sys.path.insert(0, str(given.code))
    from nanochat.tokenizer import SPECIAL_TOKENS

    tokenizer(given.tokenizer, given.output, SPECIAL_TOKENS)
    texts = pq.read_table(given.texts)
    data = given.output / "base_data_climbmix"
    data.mkdir(exist_ok=True)
    shuffled = texts.take(np.random.default_rng(1).permutation(len(texts)))
    for part in range(2):  # the last file is for validation, which is not asked for
        pq.write_table(shuffled, data / f"shard_{part:05}.parquet", row_group_size=GROUP)


if __name__ == "__main__":
    main()
