"""Weights in and out of a Hugging Face model directory: config.json and model.safetensors, or its shards."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from winnow.trainer.errors import BadCall
from winnow.trainer.layouts import Layout, from_config, to_config
from winnow.trainer.model import Model

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
_TIED = "lm_head.weight"


def layout_of(directory: Path) -> Layout:
    """The layout of a model directory. BadCall names what is missing, or what this trainer has no part for."""
    path = directory / CONFIG
    return from_config(_json(path), str(path))


def load_weights(model: Model, directory: Path) -> None:
    """Fill the parameters of `model` from the directory, converted to float32.

    BadCall where a file or a tensor is missing, has another shape, or is not a part of the layout.
    """
    wanted = dict(model.named_parameters())
    for path, name, tensor in _tensors(directory):
        if name == _TIED and model.layout.tied:
            continue  # some writers keep both of the two names
        if name.endswith("rotary_emb.inv_freq"):
            continue  # old checkpoints keep what the configuration says already
        parameter = wanted.pop(name, None)
        if parameter is None:
            raise BadCall(f"{path}: {name} is no part of {model.layout.architecture}, or stands there twice")
        if tensor.shape != parameter.shape:
            shapes = f"{list(tensor.shape)}, and {CONFIG} says {list(parameter.shape)}"
            raise BadCall(f"{path}: {name} has the shape {shapes}")
        with torch.no_grad():
            parameter.copy_(tensor)
    if wanted:
        name = min(wanted)
        raise BadCall(f"{directory}: {name} is missing ({len(wanted)} tensors in all); is the download whole?")


def load_model(directory: Path, dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu") -> Model:
    """The model of a directory, with its weights in float32. dtype: of its matrix products."""
    layout = layout_of(directory)
    with torch.device("meta"):
        model = Model(layout, dtype)
    model = model.to_empty(device=device)
    load_weights(model, directory)
    return model


def save_weights(model: Model, directory: Path, *, end: int, mask: int | None = None) -> None:
    """Write config.json and model.safetensors (float32) into an existing directory; the caller syncs and names it.

    end, mask: ids of the end-of-text and the mask token. transformers' AutoModelForCausalLM or AutoModelForMaskedLM
    loads the directory; for a whole checkpoint the tokenizer's files belong beside. OSError or SafetensorError where it
    cannot be written.
    """
    tensors = {name: parameter.detach().cpu().contiguous() for name, parameter in model.named_parameters()}
    config = json.dumps(to_config(model.layout, end=end, mask=mask), indent=2, sort_keys=True) + "\n"
    save_file(tensors, directory / WEIGHTS, metadata={"format": "pt"})
    (directory / CONFIG).write_text(config, encoding="utf-8")


def _tensors(directory: Path) -> Iterator[tuple[Path, str, Tensor]]:
    for path in _files(directory):
        try:
            with safe_open(path, framework="pt") as file:
                for name in file.keys():  # noqa: SIM118 (not a mapping)
                    yield path, name, file.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise BadCall(f"{path}: not a whole safetensors file ({error}); fetch it anew") from error


def _files(directory: Path) -> list[Path]:
    if (directory / WEIGHTS).is_file():
        return [directory / WEIGHTS]
    if not (directory / INDEX).is_file():
        raise BadCall(f"{directory}: neither {WEIGHTS} nor {INDEX}; only safetensors are read, never pickles")
    placed = _json(directory / INDEX).get("weight_map")
    if not isinstance(placed, dict) or not placed or not all(isinstance(name, str) for name in placed.values()):
        raise BadCall(f"{directory / INDEX}: has no weight_map of tensors to files")
    return [directory / name for name in sorted(set(placed.values()))]


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadCall(f"{path}: no such file; a model directory has one") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadCall(f"{path}: cannot be read as JSON ({error})") from error
    if not isinstance(content, dict):
        raise BadCall(f"{path}: not a JSON object")
    return content
