"""Models in and out of a Hugging Face directory: config.json and model.safetensors, or its shards."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from winnow.trainer import reading
from winnow.trainer.config.layouts import CONFIG, Layout, layout_of, to_config
from winnow.trainer.errors import BadCall, one_line, shown
from winnow.trainer.model import tensor_file
from winnow.trainer.model.model import Model, Weights, bare
from winnow.trainer.model.tensor_file import Rows
from winnow.trainer.reading import NAME

GENERATION = "generation_config.json"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
METADATA = {"format": "pt"}
"""Of a file of weights, as transformers wants it."""
SHARD = 5_000_000_000
"""Bytes of a file of weights above which there are several: what the Hugging Face hub and its tools like best."""
_HEAD, _EMBEDDING = "lm_head.weight", "model.embed_tokens.weight"
_BLOCK = "model.layers.{}."


def load_model(
    directory: Path,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    layout: Layout | None = None,
) -> Model:
    """The model of a directory, with its weights in float32. dtype: of its matrix products. layout: instead of the one
    that the directory describes, and of the same shapes. BadCall as of `weights`."""
    layout = layout or layout_of(directory)
    found = weights(directory, layout)
    model = bare(layout, dtype).to_empty(device=device)
    model.fill(found)
    return model


def weights(directory: Path, layout: Layout) -> Weights:
    """To fill a model of that layout with, parameter by parameter.

    BadCall where a file or a tensor is missing, has another shape, is no part of the layout, or, once it is read, not
    finite. The layout is held against the files' headers before anything of its size is made.
    """
    found = stored(directory, layout)
    return lambda name, rows: finite(directory, name, found[name][rows])


def finite(directory: Path, name: str, tensor: Tensor) -> Tensor:
    """A parameter of a directory as it is. BadCall where it holds a value that is not finite."""
    if not tensor.isfinite().all():
        raise BadCall(f"{directory}: {name} holds a value that is not finite; take another checkpoint")
    return tensor


def stored(directory: Path, layout: Layout | None = None) -> dict[str, Rows]:
    """Each parameter of a directory, to be read when it is its turn. layout: as of `load_model`."""
    places = _held(layout or layout_of(directory), directory)
    return {of[name]: rows for path, of in places.items()
            for name, rows in tensor_file.rows([path]).items() if name in of}  # fmt: skip


def files(sizes: Mapping[str, int], most: int) -> dict[str, list[str]]:
    """The tensors of each file: model.safetensors, or in order files of at most `most` bytes of tensors each; one that
    has more gets a file of its own. sizes: bytes by tensor."""
    parts, room = [list[str]()], most
    for name, size in sizes.items():
        if parts[-1] and size > room:
            parts.append([])
            room = most
        parts[-1].append(name)
        room -= size
    return {tensor_file.numbered("model", number, len(parts)): names for number, names in enumerate(parts)}


def write_index(sizes: Mapping[str, int], directory: Path, most: int) -> None:
    """Write which tensor stands in which of `files`, where there are several."""
    placed = {name: file for file, names in files(sizes, most).items() for name in names}
    if len(set(placed.values())) > 1:
        index = {"metadata": {"total_size": sum(sizes.values())}, "weight_map": placed}
        (directory / INDEX).write_text(f"{json.dumps(index, indent=2, sort_keys=True)}\n", encoding="utf-8")


def write_files(sizes: Mapping[str, int], tensor: Callable[[str], Tensor], directory: Path, most: int = SHARD) -> None:
    """Write `files` and their index. tensor: gives one by its name, when its file is written: no more are held."""
    for file, names in files(sizes, most).items():
        tensor_file.write(directory / file, {name: tensor(name) for name in names}, METADATA)
    write_index(sizes, directory, most)


def save_weights(
    model: Model, directory: Path, *, end: int, begin: int | None = None, mask: int | None = None
) -> None:  # fmt: skip
    """Write a model, in float32, into an existing directory: see `write_config`."""
    tensors = {name: parameter.detach().cpu().contiguous() for name, parameter in model.named_parameters()}
    write_config(model.layout, directory, end=end, begin=begin, mask=mask)
    write_files({name: tensor.nbytes for name, tensor in tensors.items()}, tensors.__getitem__, directory)


def write_config(
    layout: Layout, directory: Path, *, end: int, begin: int | None = None, mask: int | None = None
) -> None:  # fmt: skip
    """Write config.json and, of a decoder, generation_config.json into an existing directory, which the caller syncs
    and names.

    end, begin, mask: ids of the tokens that end and begin a document (None: the same), and of the mask. With `files`
    beside, transformers' AutoModelForCausalLM or AutoModelForMaskedLM loads the directory; for a whole checkpoint the
    tokenizer's files belong there too. OSError where it cannot be written.
    """
    content = {CONFIG: to_config(layout, end=end, begin=begin, mask=mask)}
    if layout.causal:
        content[GENERATION] = {name: content[CONFIG][name] for name in ("bos_token_id", "eos_token_id")}
    for name, of in content.items():
        (directory / name).write_text(json.dumps(of, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _held(layout: Layout, directory: Path) -> dict[Path, dict[str, str]]:
    """For each file, its tensors' names and those of the parameters that they are."""
    found = dict[str, tuple[Path, str, list[int]]]()
    for path in _files(directory):
        for name, shape in _header(path):
            if name.endswith("rotary_emb.inv_freq"):
                continue  # old checkpoints keep what the configuration says already
            if name in found:
                raise BadCall(f"{path}: {shown(name)} stands in {found[name][0].name} too; fetch the directory anew")
            found[name] = path, name, shape
    if layout.tied and (head := found.pop(_HEAD, None)):
        found.setdefault(_EMBEDDING, head)  # some writers keep both of the two names, or only this one
    if layout.layers > len(found):
        raise BadCall(f"{directory}: {CONFIG} says {layout.layers:,} layers, and the files hold {len(found):,} tensors")
    wanted, places = _shapes(layout), dict[Path, dict[str, str]]()
    for name, (path, stored, shape) in found.items():
        if name not in wanted:
            raise BadCall(f"{path}: {stored[:NAME]} is no part of {layout.architecture}")
        if shape != (says := wanted.pop(name)):
            raise BadCall(f"{path}: {stored} has the shape {shown(shape)}, and {CONFIG} says {says}")
        places.setdefault(path, {})[stored] = name
    if wanted:
        name = min(wanted)
        raise BadCall(f"{directory}: {name} is missing ({len(wanted)} tensors in all); is the download whole?")
    return places


def _shapes(layout: Layout) -> dict[str, list[int]]:
    """Of all parameters."""
    with torch.device("meta"):
        one = Model(replace(layout, layers=1))
    shapes = dict[str, list[int]]()
    for name, parameter in one.named_parameters():
        of_block = name.startswith(_BLOCK.format(0))
        for layer in range(layout.layers if of_block else 1):
            shapes[name.replace(_BLOCK.format(0), _BLOCK.format(layer), 1)] = list(parameter.shape)
    return shapes


def _header(path: Path) -> Iterator[tuple[str, list[int]]]:
    """Name and shape of each tensor."""
    with _opened(path) as file:
        for name in file.keys():  # noqa: SIM118 (not a mapping)
            of = file.get_slice(name)
            if of.get_dtype() not in ("F64", "F32", "F16", "BF16"):
                raise BadCall(f"{path}: {shown(name)} is of type {of.get_dtype()}; take weights that are not quantised")
            yield name, of.get_shape()


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with safe_open(path, framework="pt") as file:
            yield file
    except (SafetensorError, OSError) as error:
        raise BadCall(f"{path}: not a whole safetensors file ({one_line(error)}); fetch it anew") from None


def _files(directory: Path) -> list[Path]:
    if (directory / WEIGHTS).is_file():
        return [directory / WEIGHTS]
    index = directory / INDEX
    if not index.is_file():
        raise BadCall(f"{directory}: neither {WEIGHTS} nor {INDEX}; only safetensors are read, never pickles")
    placed = reading.json_object(index).get("weight_map")
    if not isinstance(placed, dict) or not placed or not all(isinstance(name, str) for name in placed.values()):
        raise BadCall(f"{index}: has no weight_map of tensors to files")
    names = sorted(set(placed.values()))
    for name in names:
        if not reading.is_file_name(name) or ((directory / name).exists() and not (directory / name).is_file()):
            raise BadCall(f"{index}: {shown(name)} is no file beside it; fetch the directory anew")
    return [directory / name for name in names]
