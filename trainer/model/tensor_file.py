"""Safetensors files: written with their sha256 in one pass, which `safetensors` would need another one for, and read by
rows, of which several files may have a part.

    8 bytes: length of the header | header: JSON of each tensor's type, shape and place | the tensors' bytes

(https://github.com/huggingface/safetensors, "Format"; all little-endian, as every machine is that torch runs on.)
"""

import hashlib
import itertools
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import EllipsisType
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

TYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16", torch.float64: "F64", torch.int64: "I64"}
_PIECE = 1 << 22
"""Bytes that are hashed while they are still in the cache."""


def write(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> str:
    """Write contiguous tensors of the CPU into a file and sync it to the disk; its sha256.

    metadata: a text for each name, which the header keeps. OSError where it cannot be written.
    """
    sha256 = hashlib.sha256()
    with path.open("wb") as file:
        for part in (_header(tensors, metadata or {}), *map(_bytes, tensors.values())):
            for first in range(0, len(part), _PIECE):
                piece = part[first : first + _PIECE]
                sha256.update(piece)
                file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return sha256.hexdigest()


def numbered(stem: str, number: int, count: int) -> str:
    """The name of one of `count` files, as Hugging Face's tools number them; `number` counts from 0."""
    return f"{stem}.safetensors" if count == 1 else f"{stem}-{number + 1:05}-of-{count:05}.safetensors"


class Rows:
    """A tensor of which each file has some rows, one after another; only what is asked for is read."""

    def __init__(self, parts: Sequence[Any]) -> None:
        """parts: `get_slice` of each file."""
        self._parts, self._shapes = parts, [part.get_shape() for part in parts]

    @property
    def shape(self) -> list[int]:
        first = self._shapes[0]
        return [sum(shape[0] for shape in self._shapes), *first[1:]] if first else []

    def __getitem__(self, rows: slice | EllipsisType) -> Tensor:
        """`rows`: from a first to a last one, or all."""
        if len(self._parts) == 1 or isinstance(rows, EllipsisType):
            found = [part[rows] for part in self._parts]
        else:
            places = [0, *itertools.accumulate(shape[0] for shape in self._shapes)]
            found = [part[max(0, rows.start - place) : max(0, rows.stop - place)]
                     for part, place in zip(self._parts, places, strict=False)]  # fmt: skip
        return found[0] if len(found) == 1 else torch.cat(found)


def rows(files: Sequence[Path]) -> dict[str, Rows]:
    """The tensors of files; where several have a part of one, its rows lie in the order of the files."""
    parts = dict[str, list[Any]]()
    for file in files:
        of: Any = safe_open(file, framework="pt")
        for name in of.keys():  # noqa: SIM118 (not a mapping)
            parts.setdefault(name, []).append(of.get_slice(name))
    return {name: Rows(of) for name, of in parts.items()}


def _header(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> memoryview:
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    place = 0
    for name, tensor in tensors.items():
        stop = place + tensor.nbytes
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [place, stop]}
        place = stop
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that the tensors begin at a multiple of 8
    return memoryview(len(text).to_bytes(8, "little") + text)


def _bytes(tensor: Tensor) -> memoryview:
    """Those of the tensor itself, not copied."""
    plain: Any = tensor.detach().reshape(-1).view(torch.uint8).numpy()
    return memoryview(plain)
