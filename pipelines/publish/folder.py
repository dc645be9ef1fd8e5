"""A published tree as a folder: for another host than the Hub, or to look at before it is uploaded."""

import os
import shutil

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.storage import ASIDE, LocalStorage, is_remote
from winnow.pipelines.publish.tree import File, Tree


def write(tree: Tree, folder: str) -> int:
    """Write the files that `folder` has not yet, and return how many. BadCall if it holds anything else."""
    storage, paths, folder = LocalStorage(), tree.paths, folder.rstrip("/") or "/"
    _apart(tree.build.root, folder)
    for path in storage.files(folder):
        if os.path.basename(path).startswith(ASIDE):
            storage.delete(path)  # of a run that was killed
        elif os.path.relpath(path, folder) not in paths:
            raise BadCall(f"--to {folder}: {path} is no file of this tree; give a new folder, or remove it")
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
    if is_remote(folder):
        raise BadCall(f"--to {folder} is not on this machine; give a folder here, and copy it")
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise BadCall(f"--to {folder} is a file; give a folder")
    one, other = f"{os.path.realpath(root)}/", f"{os.path.realpath(folder)}/"
    if one.startswith(other) or other.startswith(one):
        raise BadCall(f"--to {folder} must lie beside the build and not in it")


def _right(storage: LocalStorage, target: str, file: File) -> None:
    if sha256_of(storage, target) != file.sha256:
        storage.delete(target)
        raise BuildFailed(f"{file.path} of the build is not what was written; winnow ledger --check says what differs")
