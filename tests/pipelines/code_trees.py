"""A small tree of source files, and everything that can hold one: a folder, archives, a repository."""

import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.repo import Repo

from winnow.pipelines.sources.base import Census, Record
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.file_bytes import FileBytes

LONG = "a" * 60 + "/" + "b" * 60 + "/ü.py"
MIT = """MIT License

Copyright (c) 2020 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
FILES: dict[str, bytes] = {
    "LICENSE": MIT.encode(),
    "README.md": b"# A tree\r\n\r\nOf files.\r\n",
    "data/latin.txt": "caf\xe9 au lait\n".encode("latin-1"),
    "data/picture.png": b"\x89PNG\r\n\x1a\n\0\0\0",
    "empty.py": b"",
    "src/main.c": b"int main(void) { return 0; }\n",
    "src/pointer.bin": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 1234567\n",
    "src/util/helpers.py": b"def helper(x):\n    return x\n" * 30,
    LONG: b"x = 'a long path'\n",
}
REJECTED = {
    "data/picture.png": "code.binary", "empty.py": "code.empty", "src/pointer.bin": "code.lfs_pointer",
}  # fmt: skip


def write(folder: Path, files: Mapping[str, bytes] = FILES) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def tar(files: Mapping[str, bytes] = FILES, form: int = tarfile.PAX_FORMAT, packed: str = "") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=f"w:{packed}", format=form) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return held.getvalue()


def zipped(files: Mapping[str, bytes] = FILES, method: int = zipfile.ZIP_DEFLATED, stream: bool = False) -> bytes:
    """With `stream`, sizes stand behind each member."""
    held = _Unseekable() if stream else io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return held.getvalue()


class _Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError("a stream")


def repository(path: Path, files: Mapping[str, bytes] = FILES, *, bare: bool = False) -> ObjectID:
    """A repository of one commit on the branch `main`; its name."""
    path.mkdir(parents=True, exist_ok=True)
    repo = Repo.init_bare(str(path)) if bare else Repo.init(str(path))
    with repo:
        made = commit(repo, files)
        repo.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")  # type: ignore[arg-type]
        repo.refs[b"refs/heads/main"] = made  # type: ignore[index]
    return made


def commit(repo: Repo, files: Mapping[str, bytes], parents: Sequence[ObjectID] = ()) -> ObjectID:
    made = Commit()
    made.tree = tree(repo, {name.encode(): content for name, content in files.items()})
    made.parents = list(parents)
    made.author = made.committer = b"Somebody <somebody@example.org>"
    made.author_time = made.commit_time = 1_600_000_000
    made.author_timezone = made.commit_timezone = 0
    made.message = b"What was done\n"
    repo.object_store.add_object(made)
    return made.id


def tree(repo: Repo, files: Mapping[bytes, bytes]) -> ObjectID:
    """The tree of these files, and of the trees below it."""
    made, below = Tree(), dict[bytes, dict[bytes, bytes]]()
    for path, content in files.items():
        name, _, rest = path.partition(b"/")
        if rest:
            below.setdefault(name, {})[rest] = content
        else:
            blob = Blob.from_string(content)
            repo.object_store.add_object(blob)
            made.add(name, 0o100644, blob.id)
    for name, inside in below.items():
        made.add(name, 0o040000, tree(repo, inside))
    repo.object_store.add_object(made)
    return made.id


def opened(path: str) -> FileBytes:
    """An input as the census opens it."""
    return FileBytes(Code.TREES.open(path) or open(path, "rb"))


def census(path: str) -> Census:
    with Code.TREES.open(path) or open(path, "rb") as stream:
        return Code.scan(stream)


def records(path: str, settings: Code | None = None) -> list[Record]:
    """The records of an input, read as a unit of all its items would be."""
    found = census(path)
    with Code.TREES.open(path, found.sha256) or open(path, "rb") as stream:
        file = FileBytes(stream, seen=found.seen(path), starts=found.starts, aside=found.aside)
        return list((settings or Code()).read(file, found.items, found.layout))


def of_files(found: Sequence[Record]) -> dict[str, Record]:
    """The records that are of files, by path."""
    return {record.meta["path"]: record for record in found if record.kind == "file"}


def of_bytes(data: bytes, settings: Code | None = None, name: str = "a") -> list[Record]:
    """The records of a file with this content."""
    found = Code.scan(io.BytesIO(data))
    file = FileBytes(io.BytesIO(data), seen=found.seen(name), starts=found.starts, aside=found.aside)
    return list((settings or Code()).read(file, found.items, found.layout))
