"""A checkpoint, opened for use: a run's newest one, one of its others, or any model directory of a known layout."""

from dataclasses import dataclass
from pathlib import Path

import torch

from winnow.trainer.config import config_file
from winnow.trainer.config.settings import Masking
from winnow.trainer.errors import BadCall
from winnow.trainer.model import hf
from winnow.trainer.model.model import Model
from winnow.trainer.pack import tokenizer
from winnow.trainer.run import hardware, run_folder
from winnow.trainer.run.checkpoint_folders import find_checkpoint


@dataclass(frozen=True)
class Checkpoint:
    """A model with its tokenizer."""

    path: Path
    model: Model
    tokenizer: tokenizer.Loaded
    hidden: Masking | None
    """Of an encoder."""


def open_checkpoint(path: Path, device: str = "auto", dtype: str = "auto") -> Checkpoint:
    """The model with its tokenizer; what an encoder was trained to find says config.lock.toml of the run that it lies
    in."""
    found = find_checkpoint(path)
    if device == "cuda" and not torch.cuda.is_available():
        raise BadCall("--device cuda: torch sees no CUDA device here")
    place = "cuda" if device != "cpu" and torch.cuda.is_available() else "cpu"
    able = place == "cuda" and torch.cuda.get_device_capability()[0] >= hardware.BFLOAT16
    exact = dtype == "float32" or (dtype == "auto" and not able)
    model = hf.load_model(found, torch.float32 if exact else torch.bfloat16, place)
    words = tokenizer.load(found)
    if words.vocab > model.layout.vocab:
        raise BadCall(f"{found}: the tokenizer has {words.vocab} tokens, the model {model.layout.vocab}")
    lock = found.absolute().parent.parent / run_folder.CONFIG
    config = config_file.load(lock) if lock.is_file() else None
    hidden = None if model.layout.causal else config.masking if config else Masking()
    return Checkpoint(found, model, words, hidden)
