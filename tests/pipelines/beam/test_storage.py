"""What remote file systems share; local files are tested in files/test_storage.py, S3 in test_s3.py."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apache_beam.io.filesystem import BeamIOError, FileMetadata, FileSystem
from small_builds import read_bytes

from winnow.pipelines import cli
from winnow.pipelines.beam.storage import BeamStorage, StorageFailed, _literal
from winnow.pipelines.files.storage import write_bytes


class Memory(FileSystem):
    """A file system of Beam's in memory, whose rename overwrites, as those of object stores do."""

    files: dict[str, bytes] = {}  # noqa: RUF012  Beam makes an object for every call
    deleted: list[str] = []  # noqa: RUF012

    @classmethod
    def scheme(cls) -> str:
        return "memory"

    def join(self, basepath: str, *paths: str) -> str:
        return "/".join((basepath, *paths))

    def split(self, path: str) -> tuple[str, str]:
        folder, _, name = path.rpartition("/")
        return folder, name

    def mkdirs(self, path: str) -> None:
        raise NotImplementedError

    def has_dirs(self) -> bool:
        return False

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        for path, value in self.files.items():
            if path.startswith(dir_or_prefix):
                yield FileMetadata(path, len(value))

    def create(self, path: str, mime_type: str = "", compression_type: str = "") -> io.BytesIO:
        files = self.files

        class File(io.BytesIO):
            def close(self) -> None:
                if not self.closed:
                    files[path] = self.getvalue()
                super().close()

        return File()

    def open(self, path: str, mime_type: str = "", compression_type: str = "") -> io.BytesIO:
        if path not in self.files:
            raise FileNotFoundError(path)
        return io.BytesIO(self.files[path])

    def copy(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        raise NotImplementedError

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        for source, target in zip(source_file_names, destination_file_names, strict=True):
            self.files[target] = self.files.pop(source)

    def delete(self, paths: list[str]) -> None:
        for path in paths:
            self.deleted.append(path)
            del self.files[path]

    def exists(self, path: str) -> bool:
        return path in self.files

    def metadata(self, path: str) -> FileMetadata:
        return FileMetadata(path, len(self.files[path]))

    def size(self, path: str) -> int:
        return len(self.files[path])

    last_updated = checksum = mkdirs


class Refusing(Memory):
    """Like hdfs://, which renames onto no file."""

    @classmethod
    def scheme(cls) -> str:
        return "refusing"

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        if any(target in self.files for target in destination_file_names):
            raise BeamIOError("Rename operation failed", {"x": OSError("it is there\nalready")})
        super().rename(source_file_names, destination_file_names)


@pytest.fixture(params=["memory", "refusing"])
def path(request: pytest.FixtureRequest) -> str:
    Memory.files.clear()
    Memory.deleted.clear()
    return f"{request.param}://folder/file"


@pytest.mark.parametrize("value", [b"the same", b"another", b""])
def test_a_file_that_comes_second(path: str, value: bytes) -> None:
    write_bytes(BeamStorage(), path, b"the same")
    with BeamStorage().create(path) as file:
        file.write(value)
        assert Memory.files[path] == b"the same"
    assert Memory.files == {path: value}


def test_only_what_is_stale_is_deleted(path: str) -> None:
    for value in (b"winner's", b"winner's"):
        write_bytes(BeamStorage(), path, value)
    assert path not in Memory.deleted
    write_bytes(BeamStorage(), path, b"of another build")
    assert (path in Memory.deleted) == path.startswith("refusing")


def test_a_duplicate_that_cannot_rename(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The winner's file outlives it."""
    write_bytes(BeamStorage(), path, b"winner's")

    def fail(*_: object) -> None:
        raise BeamIOError("Rename operation failed", {"x": OSError("no")})

    monkeypatch.setattr(Memory, "rename", fail)
    monkeypatch.setattr(Refusing, "rename", fail)
    write_bytes(BeamStorage(), path, b"winner's")
    assert Memory.files == {path: b"winner's"}
    with pytest.raises(StorageFailed, match=rf"^{path[:-4]}new: no$"):
        write_bytes(BeamStorage(), f"{path[:-4]}new", b"x")
    assert Memory.files == {path: b"winner's"}


@pytest.mark.parametrize("before", [None, b"before"])
def test_a_failing_block_leaves_what_was(path: str, before: bytes | None) -> None:
    was = {} if before is None else {path: before}
    Memory.files |= was

    def fail() -> None:
        with BeamStorage().create(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert Memory.files == was


def test_what_is_not_there(path: str) -> None:
    with pytest.raises(FileNotFoundError, match=rf"^{path}: there is no such file$"):
        BeamStorage().open(path)
    assert (BeamStorage().size(path), BeamStorage().files(path), BeamStorage().match(f"{path}*")) == (None, [], [])
    BeamStorage().delete(path)


def test_a_file_that_breaks_off(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the middle of a file is of the file, and one line."""

    class Broken(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            raise RuntimeError("the line\nis cut")

    monkeypatch.setattr(Memory, "open", lambda *_: Broken(b"x"))
    with pytest.raises(StorageFailed, match=rf"^{path}: the line is cut$"):
        read_bytes(BeamStorage(), path)


def test_an_output_that_may_not_be_written(
    path: str, sample: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("you may only look")

    monkeypatch.setattr(Memory, "create", refuse)
    assert cli.main(["build", "tiny", "--input", f"{sample}/*", "--output", path]) == 2
    said = f"winnow: {path} cannot be written: {path}/work/build.json: you may only look\n"
    assert capsys.readouterr().err == said


def test_a_file_is_read_from_any_place(path: str) -> None:
    write_bytes(BeamStorage(), path, b"0123456789")
    with BeamStorage().open(path) as file:
        assert (file.seek(7), file.read(2), file.seek(-1, 2), file.read(), file.seek(0), file.tell()) == (
            7, b"78", 9, b"9", 0, 0)  # fmt: skip
        with pytest.raises(OSError, match="before the file's beginning"):
            file.seek(-1)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("gs://b/a", "gs://b/a"), ("a[1].gz", "a[[]1].gz"), ("*?", "[*][?]"), ("a]b", "a]b"), ("", "")],
)
def test_a_literal_matches_itself(path: str, pattern: str) -> None:
    assert _literal(path) == pattern


def test_a_scheme_that_nobody_serves_is_an_error() -> None:
    with pytest.raises(StorageFailed, match=r"^nope://bucket/\*: Unable to get filesystem"):
        BeamStorage().match("nope://bucket/*")


def test_a_local_file_appears_by_renaming(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a[1]"
    with BeamStorage().create(str(path)) as file:
        file.write(b"x")
        aside = [p.name for p in path.parent.iterdir()]
    assert (len(aside), aside[0].endswith("-a[1]"), [p.name for p in path.parent.iterdir()]) == (1, True, ["a[1]"])
