"""What lies in files and folders for which no recipe was named: of which kind each file is, told by how it begins."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import Storage, is_remote
from winnow.pipelines.recipe import catalogue
from winnow.pipelines.recipe.file import shipped
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.recipe.strict import suggest
from winnow.pipelines.sources import compression
from winnow.pipelines.sources.beginning import LOOKED_AT, Beginning
from winnow.pipelines.sources.code.facts.files import is_license_text
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.file_bytes import FileBytes

_SHOWN = 3
"""Names of files that a message gives."""


@dataclass(frozen=True)
class Found:
    """Paths by the kind of source that reads them, and those that none reads."""

    kinds: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """`3 files of kind warc, 1 of kind books; 2 that no kind reads are left out: a.bin, b.pdf`."""
        counts = [f"{len(paths):,} of kind {kind} ({_names(paths)})" for kind, paths in self.kinds.items()]
        left = f"; left out, since no kind reads them: {len(self.others):,} ({_names(self.others)})"
        return f"found {', '.join(counts)}{left if self.others else ''}"

    def patterns(self, recipe: Recipe) -> list[str]:
        """The --input of every path, for the source of its kind in a recipe that has one of each."""
        names = {source.kind: source.name for source in recipe.sources}
        return [f"{names[kind]}={path}" for kind, paths in self.kinds.items() for path in paths]


def find(storage: Storage, words: Sequence[str], besides: str) -> Found:
    """Look into every file of these files, folders and patterns, but for what lies under the folder `besides`.

    BadCall where one of them is not there, or where nothing can be read of any.
    """
    found = Found({kind: [] for kind in catalogue.SOURCES})
    for path in sorted({path for word in words for path in _paths(storage, word, besides)}):
        kind = _kind(storage, path)
        (found.kinds[kind] if kind else found.others).append(path)
    found = Found({kind: paths for kind, paths in found.kinds.items() if paths}, found.others)
    if not found.kinds:
        raise BadCall(f"nothing in {', '.join(words)} is of a kind that is read here ({', '.join(catalogue.SOURCES)}): "
                      f"{_names(found.others) or 'there is no file'}")  # fmt: skip
    return found


def _kind(storage: Storage, path: str) -> str | None:
    """The kind that reads a file or folder; None where none does, or it cannot be opened or named in a row."""
    try:
        path.encode()
        if not is_remote(path) and os.path.isdir(path):
            return "code" if not os.path.islink(path) and _is_tree(path) else None
        with storage.open(path) as stream:
            return catalogue.recognised(beginning(path, stream))
    except (OSError, UnicodeEncodeError):
        return None


def _is_tree(path: str) -> bool:
    """Whether a folder is read as code: of a repository without a commit nothing can be."""
    try:
        return bool(Code.TREES.find(path).path)
    except BadCall:
        return False


def beginning(path: str, stream: BinaryIO) -> Beginning:
    """Read the beginning of a seekable binary stream; damage in it is its end."""
    file = FileBytes(stream)
    packed = file.read(0, LOOKED_AT)
    return Beginning(path, packed, (compression.inflated(file) or file).read(0, LOOKED_AT))


def _paths(storage: Storage, word: str, besides: str) -> Iterator[str]:
    if not is_remote(word) and os.path.isdir(word):
        folder = word.rstrip("/") or "/"
        yield from _under(os.path.realpath(folder) if os.path.islink(folder) else folder, besides)
    elif not is_remote(word) and storage.size(word) is not None:
        yield word
    elif matched := storage.match(word):
        yield from matched
    else:
        raise BadCall(f"{word}: there is no such file or folder, and no recipe of that name{suggest(word, shipped())}")


def _under(folder: str, besides: str) -> Iterator[str]:
    """The files of a folder and of those inside it; of one that is a project of code, or cannot be looked into, the
    folder itself."""
    if os.path.realpath(folder) == os.path.realpath(besides):
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    if _is_project([entry.name for entry in entries]):
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _under(entry.path, besides)
        elif entry.is_file() or entry.is_dir():  # a link to a folder is not followed, and told as left out
            yield entry.path


def _is_project(names: Sequence[str]) -> bool:
    """Whether a folder is the root of a project of code: it says so, or has a licence beside files of code."""
    if not _PROJECTS.isdisjoint(names) or _BARE.issubset(names):
        return True
    return any(map(is_license_text, names)) and any(Code.recognises(Beginning(name, b"", b"")) for name in names)


_PROJECTS = frozenset({
    ".git", "pyproject.toml", "setup.py", "package.json", "Cargo.toml", "go.mod", "pom.xml", "build.gradle",
    "CMakeLists.txt", "configure.ac", "meson.build", "Makefile.am", "Gemfile", "composer.json", "mix.exs", "stack.yaml",
    "dune-project", "Package.swift", "pubspec.yaml", "build.sbt", "deps.edn", "project.clj",
})  # fmt: skip
"""What lies in the root of a project."""
_BARE = frozenset({"HEAD", "objects", "refs"})
"""What lies in a git repository without a work tree."""


def _names(paths: Sequence[str]) -> str:
    more = len(paths) - _SHOWN
    names = [path.encode("utf-8", "backslashreplace").decode() for path in paths[:_SHOWN]]
    return ", ".join(names) + (", …" if more > 0 else "")
