"""An input as one seekable stream: a file's own bytes, or what a kind that takes folders makes of one."""

from typing import BinaryIO

from winnow.pipelines.files.storage import Storage, is_remote
from winnow.pipelines.sources.base import Source, trees_of


def opened(storage: Storage, read: Source, path: str, known: str = "") -> BinaryIO:
    """Open an input of a kind; `known` is the digest of its census, where there is one."""
    trees = None if is_remote(path) else trees_of(read)
    tree = None if trees is None else trees.open(path, known)
    return storage.open(path) if tree is None else tree
