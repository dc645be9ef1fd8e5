"""Folders and repositories as inputs: what each is called, and its stream.

A repository is read at a commit, and is called `PATH@COMMIT`. A folder that is none is read as it lies there; so is one
that is given as `PATH/.`, whatever it holds.
"""

import os
import re
from typing import BinaryIO, cast

from winnow.pipelines.errors import BadCall
from winnow.pipelines.sources.base import Tree
from winnow.pipelines.sources.code.trees.folder import Folder
from winnow.pipelines.sources.code.trees.layout import Holder, Layout, lay_out
from winnow.pipelines.sources.code.trees.stream import TreeStream

_AT_COMMIT = re.compile(r"(.+)@([0-9a-f]{40}|[0-9a-f]{64})", re.DOTALL)
_AS_IT_LIES = "/."


class Trees:
    """Keeps the last layout, for a worker reads one unit of a tree after another, and to lay out a large one takes
    seconds."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[str, str], Layout] | None = None

    def find(self, path: str, revision: str | None = None) -> Tree:
        if path.endswith(_AS_IT_LIES):
            return Tree(path.removesuffix(_AS_IT_LIES) or "/")
        from winnow.pipelines.sources.code.trees.git import files, revisions  # with dulwich, which few builds need

        inside = files.folder_of(path)
        if inside is None:
            if revision is not None:
                raise BadCall(f"{path} is no git repository, so it has no revision {revision!r}")
            return Tree(path)
        commit = revisions.commit_of(files.RepositoryFiles(inside), revision or revisions.HEAD)
        bare = inside == path
        if commit is None:
            return _without_commit(path, bare, revision)
        note = f"{path} is read at commit {commit[:12]}, its HEAD"
        note += "" if bare else f"; {path}/. would be its files as they lie there"
        return Tree(f"{path}@{commit}", "" if revision else note)

    def open(self, path: str, known: str = "") -> BinaryIO | None:
        holder = _holder(path)
        if holder is None:
            return None
        kept = self._kept
        if kept is not None and known and kept[0] == (path, known):
            layout = kept[1]
        else:
            layout = lay_out(holder)
            self._kept = ((path, known), layout) if known else None
        return cast(BinaryIO, TreeStream(layout, holder))

    def forget(self) -> None:
        self._kept = None


def _without_commit(path: str, bare: bool, revision: str | None) -> Tree:
    if revision is not None:
        raise BadCall(f"{path} has no revision {revision!r}")
    if bare:
        return Tree("", f"{path} is left out: its HEAD names no commit; {path}@REVISION reads another one")
    return Tree(path, f"{path} is read as it lies there: its HEAD names no commit")


def _holder(path: str) -> Holder | None:
    """What holds the tree of an input; None where the path is that of a file."""
    if os.path.isdir(path):
        return Folder(path)
    at = _AT_COMMIT.fullmatch(path)
    if at is None or os.path.exists(path) or not os.path.isdir(at[1]):
        return None
    from winnow.pipelines.sources.code.trees.git.files import folder_of
    from winnow.pipelines.sources.code.trees.git.repository import Repository

    inside = folder_of(at[1])
    if inside is None:
        raise FileNotFoundError(f"{at[1]} is no git repository any more")
    return Repository(inside, at[2])
