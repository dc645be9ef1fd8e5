"""The files of one commit, as entries of a tree."""

import functools
from collections.abc import Iterator

from dulwich.errors import ObjectFormatException
from dulwich.objects import parse_tree

from winnow.pipelines.sources import tar
from winnow.pipelines.sources.code.trees.git.files import RepositoryFiles
from winnow.pipelines.sources.code.trees.git.objects import BLOB, TREE, Objects
from winnow.pipelines.sources.code.trees.git.revisions import tree_of
from winnow.pipelines.sources.code.trees.layout import Entry, Unreadable, file

_FOLDER, _LINK, _SUBMODULE, _KIND = 0o040000, 0o120000, 0o160000, 0o170000
_MOST_NAMES = 1 << 20
"""Files and folders of a commit; the largest repositories have half of it. A folder may hold one folder ten times,
and that one another: a bomb."""
_MOST_BYTES, _MOST_TIMES = 1 << 30, 1000
"""Bytes of all files together: these, and so many times the room that the repository takes up."""


_KEPT = 64
"""Folders that are kept, for the case that they are met again."""


class Bomb(Exception):
    """The files of a commit are too many, or too large for what they are made from."""


class Repository:
    """A repository at a commit."""

    def __init__(self, folder: str, commit: str) -> None:
        self.name = commit.encode()
        self._commit = commit
        self._objects = Objects(RepositoryFiles(folder), len(commit))

    def entries(self) -> list[Entry]:
        """Every file, link and submodule; where these are a bomb, one entry that says so."""
        try:
            return list(_bounded(self._objects, _entries(self._objects, self._commit)))
        except Bomb as bomb:
            return [_unreadable(b"", str(bomb))]

    def read(self, entry: Entry) -> bytes:
        type, content = self._objects.read(entry.note.decode())
        if type != BLOB or len(content) != entry.size:
            raise Unreadable(f"the object {entry.note.decode()} is corrupt")
        return content

    def close(self) -> None:
        self._objects.close()


def _bounded(objects: Objects, found: Iterator[Entry]) -> Iterator[Entry]:
    left = _MOST_BYTES + _MOST_TIMES * objects.room()
    for entry in found:
        left -= entry.size
        if left < 0:
            raise Bomb("the files are a thousand times as large as the repository")
        yield entry


def _entries(objects: Objects, commit: str) -> Iterator[Entry]:
    try:
        left = [(b"", tree_of(objects, commit))]
    except Unreadable as error:
        yield _unreadable(b"", str(error))
        return
    names, listed = 0, functools.lru_cache(_KEPT)(functools.partial(_listed, objects))
    while left:
        folder, tree = left.pop()
        try:
            found = listed(tree)
        except Unreadable as error:
            yield _unreadable(folder, str(error))
            continue
        names += 1 + len(found)
        if names > _MOST_NAMES:
            raise Bomb(f"there are more than {_MOST_NAMES:,} files and folders")
        for name, mode, object in found:
            path = b"/".join((folder, name)) if folder else name
            if mode & _KIND == _FOLDER:
                left.append((path, object.decode()))
            else:
                yield _entry(objects, path, mode, object)


def _listed(objects: Objects, tree: str) -> list[tuple[bytes, int, bytes]]:
    """Name, mode and object of what is in a folder."""
    type, content = objects.read(tree)
    try:
        return list(parse_tree(content, objects.name_bytes)) if type == TREE else []
    except (ObjectFormatException, ValueError) as error:
        raise Unreadable(f"the object {tree} is corrupt") from error


def _entry(objects: Objects, path: bytes, mode: int, name: bytes) -> Entry:
    if mode & _KIND in (_LINK, _SUBMODULE):
        return Entry(path, tar.SYMLINK if mode & _KIND == _LINK else tar.SUBMODULE)
    try:
        return file(path, objects.size(name.decode()), name)
    except Unreadable as error:
        return _unreadable(path, str(error))


def _unreadable(path: bytes, why: str) -> Entry:
    return Entry(path, tar.UNREADABLE, 0, why.encode())
