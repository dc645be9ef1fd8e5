"""Where files are read and written. Every write appears whole or not at all: written aside, then renamed.

Stages take a `Storage` and never open a file themselves: on this machine it is LocalStorage, anywhere else the one over
Beam's FileSystems (`pipelines.beam.storage`).
"""

import contextlib
import errno
import glob
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from winnow.pipelines.errors import BuildFailed, chain, origin

ASIDE = ".aside-"
_ASIDE = re.compile(rf"^{re.escape(ASIDE)}[0-9a-f]{{12}}-")
_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
_PAIR = re.compile(r"\[\n\s*([\d.]+),\n\s*([\d.]+)\n\s*\]")  # with the line ends, which no string of JSON holds


def is_remote(path: str) -> bool:
    """Whether a path is no local one: s3://bucket/folder."""
    return "://" in path


class Storage(Protocol):
    """The few things a build needs of a file system; paths are strings, as Beam has them."""

    def open(self, path: str) -> BinaryIO:
        """Open for reading, seekable, undecompressed. FileNotFoundError if it is not there."""

    def create(self, path: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Write a file that appears under `path` when the block ends without an error."""

    def size(self, path: str) -> int | None:
        """Bytes, or None if there is no such file."""

    def files(self, folder: str) -> list[str]:
        """Every file below `folder`, sorted."""

    def sizes(self, folder: str) -> dict[str, int]:
        """The bytes of every file below `folder`, by path: one listing, not a call a file."""

    def match(self, pattern: str) -> list[str]:
        """The files that a user's pattern names, sorted."""

    def delete(self, path: str) -> None:
        """Remove a file or a folder with all below it, if it is there."""


class LocalStorage:
    """Plain local files."""

    def open(self, path: str) -> BinaryIO:
        return open(path, "rb")

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        aside, folder = aside_of(path), os.path.dirname(path) or "."
        try:
            os.makedirs(folder, exist_ok=True)
            with open(aside, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())  # else a power cut can leave the name without the bytes
            os.replace(aside, path)
            _sync_folder(folder)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.remove(aside)
            if (full := _disk_error(error)) is not None:
                raise BuildFailed(f"{path} cannot be written: {full.strerror}") from error
            raise

    def size(self, path: str) -> int | None:
        with contextlib.suppress(FileNotFoundError):
            return os.path.getsize(path) if os.path.isfile(path) else None
        return None

    def files(self, folder: str) -> list[str]:
        return sorted(str(p) for p in Path(folder).rglob("*") if p.is_file())

    def sizes(self, folder: str) -> dict[str, int]:
        found = {path: self.size(path) for path in self.files(folder)}
        return {path: size for path, size in found.items() if size is not None}  # but what has gone since

    def match(self, pattern: str) -> list[str]:
        return sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))

    def delete(self, path: str) -> None:
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.remove(path)


def aside_of(path: str) -> str:
    """A temporary name beside `path`: its own for each call, so that two retries cannot meet in one file.

    A process's number would not do: workers in containers have the same ones, and one can run two retries in threads.
    """
    folder, name = os.path.split(path)
    return os.path.join(folder, f"{ASIDE}{uuid.uuid4().hex[:12]}-{name}")


def whole_of(path: str) -> str:
    """The path that `aside_of` gave this temporary name; any other path as it is."""
    folder, name = os.path.split(path)
    return os.path.join(folder, _ASIDE.sub("", name))


def _disk_error(error: BaseException) -> OSError | None:
    """The error of the disk that another came from: a write does not say which file it was for."""
    if isinstance(origin(error), BuildFailed):  # told already
        return None
    return next((e for e in chain(error) if isinstance(e, OSError) and e.errno in _DISK_ERRORS), None)


def _sync_folder(folder: str) -> None:
    """Make a rename last."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def read_json(storage: Storage, path: str) -> Any:
    with storage.open(path) as file:
        return json.load(file)


def write_json(storage: Storage, path: str, value: Any) -> None:
    """Write `json_text`."""
    write_bytes(storage, path, json_text(value).encode())


def json_text(value: Any) -> str:
    """Readable: a line a leaf, a pair of numbers on one line, the keys in the order given. ValueError of NaN."""
    text = _PAIR.sub(r"[\1, \2]", json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))
    return f"{text}\n"


def write_bytes(storage: Storage, path: str, value: bytes) -> None:
    with storage.create(path) as file:
        file.write(value)
