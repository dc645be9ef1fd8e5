"""What a pattern of --input names: files, and folders, which each kind of source takes in its way.

For a kind that reads folders each is an input, `FOLDER@REVISION` one of a git repository; of a pattern with stars both
the files and the folders are meant. For any other kind a folder that is named stands for the files below it, without
those that are hidden.
"""

import functools
import glob
import os
from collections.abc import Iterable, Iterator

from winnow.pipelines.files.storage import Storage, is_remote
from winnow.pipelines.sources.base import Source, Tree, Trees, trees_of


def named(storage: Storage, read: Source, pattern: str) -> list[Tree]:
    """The inputs of a pattern, as paths, each with what the user is told of it."""
    if is_remote(pattern):
        return [Tree(path) for path in storage.match(pattern)]
    if storage.size(pattern) is not None:  # a file of that very name: `[a].gz` may come from the shell
        return [Tree(pattern)]
    trees = trees_of(read)
    if trees is not None:
        return [*map(Tree, storage.match(pattern)), *_trees(trees, pattern)]
    return _below(pattern) if os.path.isdir(pattern) else [Tree(path) for path in storage.match(pattern)]


def _trees(trees: Trees, pattern: str) -> Iterator[Tree]:
    folders = _folders(pattern)
    if folders:
        yield from map(trees.find, folders)
        return
    base, at, revision = pattern.rpartition("@")
    if at and revision:
        yield from (trees.find(path, revision) for path in _folders(base))


def _folders(pattern: str) -> list[str]:
    if os.path.isdir(pattern):
        return [pattern]
    return sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isdir(path))


def _below(folder: str) -> list[Tree]:
    """The files below a folder, sorted; the first with a note of what else is there."""
    found, hidden, others = list[str](), 0, 0
    for at, folders, files in os.walk(folder):
        hidden += sum(name.startswith(".") for name in (*folders, *files))
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if not name.startswith("."):
                path = os.path.join(at, name)
                if os.path.isfile(path):
                    found.append(path)
                else:
                    others += 1
    left_out = [
        f"{n:,} {what}" for n, what in ((hidden, "hidden files and folders"), (others, "that are no files")) if n
    ]
    note = f"{folder}: {len(found):,} files below it are read" + (
        f", without {' and '.join(left_out)}" if left_out else ""
    )
    return [Tree(path, note if not at else "") for at, path in enumerate(sorted(found))]


def one_spelling(paths: Iterable[str]) -> list[str]:
    """The paths, sorted, each place once, by the first of its spellings. Two links to one file are two places."""
    found: dict[str, str] = {}
    for path in sorted(set(paths)):
        found.setdefault(place_of(path), path)
    return list(found.values())


def place_of(path: str) -> str:
    """Where a local file or folder lies, whatever way leads there; a remote one's address."""
    if is_remote(path):
        return path
    folder, name = os.path.split(os.path.abspath(path) if os.path.basename(path) in ("", ".", "..") else path)
    return os.path.join(_real(os.path.join(os.getcwd(), folder)), name)


@functools.lru_cache(maxsize=1 << 12)
def _real(folder: str) -> str:
    return os.path.realpath(folder)
