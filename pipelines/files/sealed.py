"""The files that a build leaves for itself under work/: each can tell whether it is still what was written.

A file that is cut or changed raises `Damaged`, one that is not there `Gone`, which is `Damaged` too. Both name what to
delete so that its piece is made again.
"""

import contextlib
import errno
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, BinaryIO, ClassVar, Self, TypeVar

import numpy as np
import numpy.typing as npt

from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.files.storage import Storage, write_json
from winnow.pipelines.files.typed import WrongShape, from_json, to_json

SEAL = "seal"
"""The key of a JSON file's digest, and the array of a file's names."""

Array = npt.NDArray[Any]
Type = TypeVar("Type")


def write_sealed(storage: Storage, path: str, value: Mapping[str, Any]) -> None:
    """A JSON file with a digest of what else is in it."""
    write_json(storage, path, {SEAL: _digest(value)} | dict(value))


def read_sealed(storage: Storage, path: str, remove: Sequence[str] = ()) -> dict[str, Any]:
    """What `write_sealed` wrote. `remove` stands for the path itself where deleting others has the file made again."""
    try:
        with opened(storage, path, remove) as file:
            found = json.load(file)
        right = _digest({key: value for key, value in found.items() if key != SEAL}) == found[SEAL]
    except (ValueError, KeyError, AttributeError, RecursionError) as error:  # not JSON, not UTF-8, not an object
        raise damaged(path, remove) from error
    if not right:
        raise damaged(path, remove)
    del found[SEAL]
    return dict(found)


def save_typed(storage: Storage, path: str, value: Any) -> None:
    """A dataclass as a sealed JSON file."""
    write_sealed(storage, path, to_json(value))


def load_typed(storage: Storage, path: str, kind: type[Type], remove: Sequence[str] = ()) -> Type:
    """The `kind` that `save_typed` wrote; `remove` as `read_sealed` takes it."""
    found = read_sealed(storage, path, remove)
    try:
        return from_json(kind, found)
    except WrongShape as error:
        raise damaged(path, remove) from error


class Sealed:
    """A dataclass of which each object lies in a file of its own."""

    __slots__ = ()

    def save(self, storage: Storage, path: str) -> None:
        save_typed(storage, path, self)

    @classmethod
    def load(cls, storage: Storage, path: str) -> Self:
        return load_typed(storage, path, cls)


def save_arrays(storage: Storage, path: str, arrays: Mapping[str, Array]) -> None:
    """Named arrays as an npz file, whose members carry checksums; one more tells the names."""
    with storage.create(path) as file:
        np.savez(_Sink(file), allow_pickle=False, **arrays, **{SEAL: np.array(list(arrays), "U")})


class _Sink(io.RawIOBase):
    """A file that is only written on: so zipfile goes back in none, and what it writes is the same in all."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._file.write(data)


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
        return cls(**load_arrays(storage, path, remove=remove))


def load_arrays(
    storage: Storage, path: str, names: Sequence[str] | None = None, remove: Sequence[str] = ()
) -> dict[str, Array]:
    """The arrays that `save_arrays` wrote; of those in `names`, if given, the ones that are there."""
    try:
        with opened(storage, path, remove) as file, zipfile.ZipFile(file) as held:
            told = _array(held.read(f"{SEAL}.npy")).tolist()  # `read` checks the checksum
            wanted = told if names is None else [name for name in names if name in told]
            return {name: _array(held.read(f"{name}.npy")) for name in wanted}
    except _BROKEN_ZIP as error:
        raise damaged(path, remove) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the file's beginning, and not a disk that cannot be read
            raise
        raise damaged(path, remove) from error


_BROKEN_ZIP = (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises on a damaged file: a wrong checksum, a name gone, a flag that says encrypted or unknown."""


def damaged(path: str, remove: Sequence[str] = (), how: str = "is not what was written") -> Damaged:
    return Damaged(f"{path}: {how}", tuple(remove) or (path,))


def gone(path: str, remove: Sequence[str] = (), how: str = "is gone") -> Gone:
    return Gone(f"{path}: {how}", tuple(remove) or (path,))


@contextlib.contextmanager
def opened(storage: Storage, path: str, remove: Sequence[str] = ()) -> Iterator[BinaryIO]:
    """A file that the build left for itself, for reading; Gone where it is not there.

    It may go after it was asked for: another worker that finds it damaged deletes it.
    """
    if storage.size(path) is None:  # not every object store says of what it cannot open that it is not there
        raise gone(path, remove)
    try:
        file = storage.open(path)
    except FileNotFoundError as error:
        raise gone(path, remove) from error
    with file:
        yield file


def _array(data: bytes) -> Array:
    found: Array = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    return found


def _digest(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
