"""Named arrays in one sealed file, of which any can be read without the others.

A head of JSON tells each array's name, type, shape and checksum; the arrays follow, end to end. It is read many times
as fast as an npz file, whose directory costs more than what a small array holds.
"""

import io
import json
import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, BinaryIO, ClassVar, Self

import numpy as np
import numpy.typing as npt

from winnow.pipelines.files.sealed import damaged, opened
from winnow.pipelines.files.storage import Storage

Array = npt.NDArray[Any]

_START = struct.Struct("<8sII")
"""The mark, and the head's length and checksum."""
_MARK = b"arrays 1"
_WRITTEN_AT_ONCE = 1 << 24
"""Bytes."""


class SealedArrays:
    """A dataclass whose fields are arrays, of which each object lies in a file of its own."""

    __slots__ = ()

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def arrays(self) -> dict[str, Array]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def save(self, storage: Storage, path: str) -> None:
        save_arrays(storage, path, self.arrays)

    @classmethod
    def load(cls, storage: Storage, path: str, remove: Sequence[str] = ()) -> Self:
        return cls(**load_arrays(storage, path, [each.name for each in fields(cls)], remove))


def save_arrays(storage: Storage, path: str, arrays: Mapping[str, Array]) -> None:
    """A file with these arrays, of any shape and of any type but objects."""
    flat = {name: np.ascontiguousarray(array).reshape(-1).view(np.uint8).data for name, array in arrays.items()}
    told = [(name, each.dtype.str, each.shape, zlib.crc32(flat[name])) for name, each in arrays.items()]
    head = json.dumps(told).encode()
    with storage.create(path) as file:
        file.write(_START.pack(_MARK, len(head), zlib.crc32(head)) + head)
        for each in flat.values():
            for start in range(0, len(each), _WRITTEN_AT_ONCE):
                file.write(each[start : start + _WRITTEN_AT_ONCE].tobytes())


def load_arrays(
    storage: Storage, path: str, names: Sequence[str] | None = None, remove: Sequence[str] = ()
) -> dict[str, Array]:
    """The arrays that `save_arrays` wrote; of those in `names`, if given, the ones that are there. `remove` stands for
    the path itself where deleting others has the file made again."""
    with opened(storage, path, remove) as file:
        try:
            return {
                name: _array(file, place, checksum).view(dtype).reshape(shape)
                for name, (dtype, shape, checksum, place) in _head(file).items()
                if names is None or name in names
            }
        except ValueError as error:
            raise damaged(path, remove) from error


def _head(file: BinaryIO) -> dict[str, tuple[np.dtype[Any], Sequence[int], int, slice]]:
    """Of each array its type, shape, checksum and the bytes where it lies; ValueError where the file is cut."""
    start = file.read(_START.size)
    mark, size, checksum = _START.unpack(start) if len(start) == _START.size else (b"", 0, 0)
    head = file.read(size)
    if mark != _MARK or zlib.crc32(head) != checksum:
        raise ValueError
    found, end = {}, _START.size + size
    for name, named, shape, checksum in json.loads(head):
        dtype = np.dtype(named)
        begin, end = end, end + dtype.itemsize * math.prod(shape)
        found[name] = dtype, shape, checksum, slice(begin, end)
    if file.seek(0, io.SEEK_END) != end:
        raise ValueError
    return found


def _array(file: BinaryIO, place: slice, checksum: int) -> npt.NDArray[np.uint8]:
    file.seek(place.start)
    data = bytearray(file.read(place.stop - place.start))
    if zlib.crc32(data) != checksum:
        raise ValueError
    return np.frombuffer(data, np.uint8)
