"""The files that a build leaves for itself under work/: each can tell whether it is still what was written.

A file that is cut or changed raises `Damaged`, one that is not there `Gone`, which is `Damaged` too. Both name what to
delete so that its piece is made again.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Self, TypeVar

from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.files.storage import Storage, write_json
from winnow.pipelines.files.typed import WrongShape, from_json, to_json

SEAL = "seal"
"""The key of a file's digest."""

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


def _digest(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
