"""What lies in files and folders for which no recipe was named: of which kind each file is, told by how it begins."""

import collections
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import BinaryIO

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import Storage, is_remote
from winnow.pipelines.plan.patterns import one_spelling
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
    hidden: int = 0
    """Files and folders whose names begin with a dot; none is looked into."""

    @property
    def shown(self) -> str:
        """`found 3 of kind warc (…), 1 of kind books (…); left out: 2 that no kind reads (a.bin, b.pdf), 1 hidden`."""
        counts = [f"{len(paths):,} of kind {kind} ({_names(paths)})" for kind, paths in self.kinds.items()]
        left = [f"{len(self.others):,} that no kind reads ({_named(self.others)})"] if self.others else []
        left += [f"{self.hidden:,} hidden"] if self.hidden else []
        return f"found {', '.join(counts)}{'; left out: ' if left else ''}{', '.join(left)}"

    def patterns(self, recipe: Recipe) -> list[str]:
        """The --input of every path, for the source of its kind in a recipe that has one of each."""
        names = {source.kind: source.name for source in recipe.sources}
        return [f"{names[kind]}={path}" for kind, paths in self.kinds.items() for path in paths]


def find(storage: Storage, words: Sequence[str], besides: str) -> Found:
    """Look into every file of these files, folders and patterns, but for what lies under the folder `besides`.

    BadCall where one of them is not there, or where nothing can be read of any.
    """
    search = _Search(storage, os.path.realpath(besides))
    kinds: dict[str, list[str]] = {kind: [] for kind in catalogue.SOURCES}
    others: list[str] = []
    for path in one_spelling(path for word in words for path in search.paths(word)):
        kind = _kind(storage, path)
        (kinds[kind] if kind else others).append(path)
    found = Found({kind: paths for kind, paths in kinds.items() if paths}, others, search.hidden)
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


class _Search:
    """The paths that words on the command line mean, and how many files and folders were passed over as hidden."""

    def __init__(self, storage: Storage, besides: str) -> None:
        self._storage, self._besides = storage, besides
        self.hidden = 0

    def paths(self, word: str) -> Iterator[str]:
        if not is_remote(word) and os.path.isdir(word):
            folder = word.rstrip("/") or "/"
            yield from self._under(os.path.realpath(folder) if os.path.islink(folder) else folder)
        elif not is_remote(word) and self._storage.size(word) is not None:
            yield word
        elif matched := self._storage.match(word):
            yield from matched
        else:
            raise BadCall(
                f"{word}: there is no such file or folder, and no recipe of that name{suggest(word, shipped())}"
            )

    def _under(self, folder: str) -> Iterator[str]:
        """The files of a folder and of those inside it; of one that is a project of code, or cannot be looked into, the
        folder itself."""
        if os.path.realpath(folder) == self._besides:
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
                self.hidden += 1
            elif entry.is_dir(follow_symlinks=False):
                yield from self._under(entry.path)
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


def _named(paths: Sequence[str]) -> str:
    """Few by name, many by how their names end."""
    if len(paths) <= _SHOWN:
        return _names(paths)
    ends = collections.Counter(PurePath(path).suffix.lower() or "without an ending" for path in paths)
    return ", ".join(f"{count:,} {end}" for end, count in ends.most_common())


def _names(paths: Sequence[str]) -> str:
    more = len(paths) - _SHOWN
    names = [path.encode("utf-8", "backslashreplace").decode() for path in paths[:_SHOWN]]
    return ", ".join(names) + (", …" if more > 0 else "")
