"""The files of a repository's own folder; what a link leads to is not one of them."""

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO

GIT = ".git"


def folder_of(path: str) -> str | None:
    """The folder that holds the repository at `path`, with a work tree or bare; None where there is none."""
    inside = os.path.join(path, GIT)
    if _is_one(inside) and not os.path.islink(inside):
        return inside
    return path if _is_one(path) else None


def _is_one(path: str) -> bool:
    files = RepositoryFiles(path)
    return files.is_file("HEAD") and files.is_folder("objects") and files.is_folder("refs")


class RepositoryFiles:
    """Regular files by their path below the repository's folder, none of whose folders is a link."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)

    def is_file(self, path: str) -> bool:
        return stat.S_ISREG(self._mode(path))

    def is_folder(self, path: str) -> bool:
        return stat.S_ISDIR(self._mode(path))

    def open(self, path: str) -> BinaryIO | None:
        """The file, or None where there is no regular one."""
        if not self.is_file(path):
            return None
        with contextlib.suppress(FileNotFoundError, PermissionError):
            return open(os.path.join(self.root, path), "rb")
        return None

    def read(self, path: str, most: int) -> bytes:
        """The beginning of a file; nothing of one that is not there."""
        found = self.open(path)
        if found is None:
            return b""
        with found:
            return found.read(most)

    def listed(self, path: str) -> Iterator[tuple[str, int]]:
        """(name, bytes) of what lies in a folder, sorted; links are not."""
        if self.is_folder(path):
            with os.scandir(os.path.join(self.root, path)) as found:
                yield from sorted((e.name, e.stat(follow_symlinks=False).st_size) for e in found if not e.is_symlink())

    def _mode(self, path: str) -> int:
        """0 where there is nothing, or where a link leads to it."""
        full = os.path.join(self.root, path)
        try:
            inside = os.path.realpath(full) == full and full.startswith(f"{self.root}/")
            return os.lstat(full).st_mode if inside else 0
        except (OSError, ValueError):
            return 0
