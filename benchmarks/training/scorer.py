"""One scorer for all: the bits that a trained model charges for held-out documents, by its own code's logits.

Runs in the environment of the trainer whose checkpoint it is. Float32; windows of the context that advance by half of
it, each token scored once; bits of the text's tokens, without the end-of-text's. Twice over: with the end-of-text token
in view before the document, and with the document by itself, its first token predicted from that token alone. A model
is judged by what suits the way in which it was trained.

    python scorer.py KIND CHECKPOINT --documents FILE.npz --context N --code DIR --output FILE.json

FILE.npz: tokens [all], lengths [documents], end; FILE.json: {"seen": [bits a document], "alone": [bits a document]}.
"""

# mypy: disable-error-code="import-not-found"

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

Logits = Callable[[Tensor], Tensor]
"""Tokens [B, T] to logits [B, T, V]."""
Row = tuple[int, np.ndarray, np.ndarray]
"""(document, inputs, targets of which the last are scored)"""
ROWS = 8


def winnow(checkpoint: Path, code: Path) -> Logits:
    sys.path.insert(0, str(code))
    from winnow.trainer.model.hf import load_model

    model = load_model(checkpoint)

    def logits(tokens: Tensor) -> Tensor:
        found: Tensor = model(tokens)
        return found

    return logits


def nanogpt(checkpoint: Path, code: Path) -> Logits:
    sys.path.insert(0, str(code))
    from model import GPT, GPTConfig

    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = GPT(GPTConfig(**saved["model_args"]))
    model.load_state_dict({name.removeprefix("_orig_mod."): tensor for name, tensor in saved["model"].items()})

    def logits(tokens: Tensor) -> Tensor:
        found: Tensor = model(tokens, tokens)[0]  # it gives logits of all places only when it is given targets
        return found

    return logits


def litgpt(checkpoint: Path, code: Path) -> Logits:
    from litgpt.config import Config
    from litgpt.model import GPT

    model: Any = GPT(Config.from_file(checkpoint.with_name("model_config.yaml")))
    saved = torch.load(checkpoint, map_location="cpu", weights_only=False)["model"]
    model.load_state_dict({name.removeprefix("_orig_mod."): tensor for name, tensor in saved.items()})

    def logits(tokens: Tensor) -> Tensor:
        found: Tensor = model(tokens)
        return found

    return logits


def nanochat(checkpoint: Path, code: Path) -> Logits:
    """Under its own numbers of tokens; its special tokens beyond two are taken to have no share."""
    sys.path.insert(0, str(code))
    from nanochat.checkpoint_manager import build_model

    base = checkpoint.parents[2]
    os.environ["NANOCHAT_BASE_DIR"] = str(base)
    step = int(checkpoint.stem.rpartition("_")[2])
    model: Any = build_model(str(checkpoint.parent), step, torch.device("cpu"), "eval")[0]
    ids = torch.from_numpy(np.load(base / "ids.npy"))

    def logits(tokens: Tensor) -> Tensor:
        found: Tensor = model(ids[tokens])
        return found[..., ids]

    return logits


KINDS = {"winnow": winnow, "nanogpt": nanogpt, "litgpt": litgpt, "nanochat": nanochat}


def rows_of(documents: list[np.ndarray], context: int) -> Iterator[Row]:
    """`documents`: what a model reads, of which the first token is not scored."""
    for number, tokens in enumerate(documents):
        done, first, inputs = 0, 0, len(tokens) - 1
        while done < inputs:
            stop = min(first + context, inputs)
            begin = max(0, stop - context)
            yield number, tokens[begin:stop], tokens[done + 1 : stop + 1]
            done, first = stop, first + context // 2


@torch.inference_mode()
def score(logits: Logits, documents: list[np.ndarray], context: int) -> np.ndarray:
    """Bits of each document except its first token."""
    found = np.zeros(len(documents))
    rows = sorted(rows_of(documents, context), key=lambda row: -len(row[1]))
    for first in range(0, len(rows), ROWS):
        batch = rows[first : first + ROWS]
        # the longest first; filled to the right, to two at least, which nanochat must have
        tokens = torch.zeros(len(batch), max(2, len(batch[0][1])), dtype=torch.int64)
        for place, (_, inputs, _) in enumerate(batch):
            tokens[place, : len(inputs)] = torch.from_numpy(inputs)
        predicted = logits(tokens)
        for place, (number, inputs, targets) in enumerate(batch):
            of = predicted[place, len(inputs) - len(targets) : len(inputs)].float()
            nats = torch.nn.functional.cross_entropy(of, torch.from_numpy(targets), reduction="sum")
            found[number] += nats.item() / np.log(2)
    return found


def views(logits: Logits, texts: list[np.ndarray], end: int, context: int) -> dict[str, list[float]]:
    """Bits of each text, with the end-of-text before it in view and without."""
    before = np.array([end], dtype=np.int64)
    seen = score(logits, [np.concatenate((before, text)) for text in texts], context)
    first = score(logits, [np.concatenate((before, text[:1])) for text in texts], context)
    return {"seen": seen.tolist(), "alone": (first + score(logits, texts, context)).tolist()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--code", type=Path, default=Path())
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    held_out = np.load(given.documents)
    texts = np.split(held_out["tokens"].astype(np.int64), np.cumsum(held_out["lengths"])[:-1])
    logits = KINDS[given.kind](given.checkpoint, given.code)
    given.output.write_text(json.dumps(views(logits, texts, int(held_out["end"]), given.context)))


if __name__ == "__main__":
    main()
