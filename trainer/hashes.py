"""Hashes of files, of names, and of numbers; the same ones on every machine."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np


def hash_file(path: Path, add: Callable[[int], None] = lambda _: None) -> str:
    """sha256; `add` is told how many more bytes are hashed."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 22):
            sha256.update(piece)
            add(len(piece))
    return sha256.hexdigest()


def hash_text(text: str, size: int = 8) -> int:
    """A number of `size` bytes: what is drawn by a name, is drawn by this."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest(), "little")


def mix(values: np.ndarray) -> np.ndarray:
    """uint64 [any]: a permutation of the 64-bit numbers that leaves no trace of their order, the last steps of
    SplitMix64 (Steele et al. 2014, "Fast splittable pseudorandom number generators")."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
