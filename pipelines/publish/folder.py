"""A published tree as a folder: for another host than the Hub, or to look at before it is uploaded."""

import os
import shutil
from collections.abc import Collection

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.storage import LocalStorage, is_remote, whole_of
from winnow.pipelines.publish.tree import File, Tree


def write(tree: Tree, folder: str) -> int:
    """Write the files that `folder` has not yet, and return how many. BadCall if it holds anything else."""
    _apart(tree.build.root, folder)
    storage, folder = LocalStorage(), folder.rstrip("/")
    for path in _left(storage, folder, tree.paths):
        storage.delete(path)
    written = 0
    for file in tree.files():
        target = f"{folder}/{file.path}"
        if storage.size(target) == file.size and sha256_of(storage, target) == file.sha256:
            continue
        with storage.create(target) as out:
            if file.content is not None:
                out.write(file.content)
            else:
                with storage.open(f"{tree.build.root}/{file.path}") as source:
                    shutil.copyfileobj(source, out)
        _right(storage, target, file)
        written += 1
    return written


def _apart(root: str, folder: str) -> None:
    if not folder:
        raise BadCall("--to is empty; give a folder")
    if is_remote(folder):
        raise BadCall(f"--to {folder} is not on this machine; give a folder here, and copy it")
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise BadCall(f"--to {folder} is a file; give a folder")
    places = [os.path.realpath(root), os.path.realpath(folder)]
    if os.path.commonpath(places) in places:
        raise BadCall(f"--to {folder} must lie beside the build and not in it")


def _left(storage: LocalStorage, folder: str, paths: Collection[str]) -> list[str]:
    """The files that a run of this tree left when it was killed. BadCall if there is anything else than these and the
    tree's own, or if a link leads out of the folder: nothing of others is written over or deleted."""
    left = []
    for path in storage.files(folder):
        name = os.path.relpath(path, folder)
        if (whole := whole_of(name)) in paths and whole != name:
            left.append(path)
        elif name not in paths:
            raise BadCall(f"--to {folder}: {path} is no file of this tree; give a new folder, or remove it")
    top = os.path.realpath(folder)
    for name in sorted({os.path.dirname(path) for path in paths}):
        if os.path.realpath(f"{folder}/{name}") != os.path.normpath(f"{top}/{name}"):
            raise BadCall(f"--to {folder}: a link there leads out of it, for {name}/; give a new folder")
    return left


def _right(storage: LocalStorage, target: str, file: File) -> None:
    if sha256_of(storage, target) != file.sha256:
        storage.delete(target)
        raise BuildFailed(f"{file.path} of the build is not what was written; winnow ledger --check says what differs")
