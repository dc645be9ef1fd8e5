"""What a revision is called, and the commit that it stands for: HEAD, a branch, a tag, the beginning of a name."""

import contextlib
import re
from collections.abc import Iterator

from winnow.pipelines.sources.code.trees.git.files import RepositoryFiles
from winnow.pipelines.sources.code.trees.git.objects import COMMIT, TAG, Objects
from winnow.pipelines.sources.code.trees.layout import Unreadable

HEAD = "HEAD"
_PLACES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
"""Where a name is looked for, in this order (gitrevisions)."""
_NAME = re.compile(r"HEAD|refs/(?!.*(?:^|/)\.\.?(?:/|$))[^\0\n\\]+")
_WHOLE, _BEGINNING = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?"), re.compile(r"[0-9a-f]{7,64}")
_REFERS = "ref: "
_LONGEST, _MOST_PACKED = 4096, 1 << 26
"""Bytes of a file that says one name, and of the one that says many."""
_DEEPEST = 5


def commit_of(files: RepositoryFiles, revision: str) -> str | None:
    """The name of the commit; None where the repository has no such revision."""
    name = next((found for found in _named(files, revision) if found), None)
    with contextlib.closing(Objects(files, len(name or _resolved(files, HEAD) or ""))) as objects:
        if name is None and _BEGINNING.fullmatch(revision):
            found = objects.beginning(revision)
            name = found[0] if len(found) == 1 else None
        return None if name is None else _peeled(objects, name)


def tree_of(objects: Objects, commit: str) -> str:
    """The name of a commit's tree."""
    type, content = objects.read(commit)
    return _field(content, b"tree") if type == COMMIT else ""


def _named(files: RepositoryFiles, revision: str) -> Iterator[str | None]:
    if _WHOLE.fullmatch(revision):
        yield revision
    yield from (_resolved(files, place.format(revision)) for place in _PLACES)


def _resolved(files: RepositoryFiles, name: str) -> str | None:
    """The object that a reference leads to."""
    for _ in range(_DEEPEST):
        if not _NAME.fullmatch(name):
            return None
        said = files.read(name, _LONGEST).decode("utf-8", "replace").strip() or _packed(files, name)
        if not said.startswith(_REFERS):
            return said if _WHOLE.fullmatch(said) else None
        name = said.removeprefix(_REFERS).strip()
    return None


def _packed(files: RepositoryFiles, name: str) -> str:
    """The object of a reference that has no file of its own."""
    line = re.compile(rb"^([0-9a-f]{40,64}) " + re.escape(name.encode()) + rb"\r?$", re.MULTILINE)
    found = line.search(files.read("packed-refs", _MOST_PACKED))
    return found[1].decode() if found else ""


def _peeled(objects: Objects, name: str) -> str | None:
    """The commit that a name is, or that tags of tags stand for."""
    for _ in range(_DEEPEST):
        try:
            type, content = objects.read(name)
        except Unreadable:
            return None
        if type == COMMIT:
            return name
        if type != TAG:
            return None
        name = _field(content, b"object")
    return None


def _field(content: bytes, key: bytes) -> str:
    """The name that a commit or a tag begins with."""
    found = re.match(key + rb" ([0-9a-f]{40,64})\n", content)
    return found[1].decode() if found else ""
