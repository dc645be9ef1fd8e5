"""Writing a safetensors file with its sha256 in one pass; `safetensors` itself writes, and hashing would read it again.

    8 bytes: length of the header | header: JSON of each tensor's type, shape and place | the tensors' bytes

(https://github.com/huggingface/safetensors, "Format"; all little-endian, as every machine is that torch runs on.)
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
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
