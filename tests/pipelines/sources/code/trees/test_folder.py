"""Folders as streams: what is in them, what is not read of them, and what a changed one is told as."""

import io
import os
import socket
import tarfile
from pathlib import Path

import pytest
from code_trees import FILES, LONG, census, of_files, records, write
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.rules import Reject
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.code.trees import folder
from winnow.pipelines.sources.code.trees.layout import LARGEST, lay_out
from winnow.pipelines.sources.file_bytes import Changed


def stream(path: Path | str) -> bytes:
    opened = Code.TREES.open(str(path))
    assert opened is not None
    with opened:
        return opened.read()


def kinds(path: Path | str) -> dict[str, int]:
    return census(str(path)).items.counts()


def test_it_is_a_tar_archive_of_the_files_by_path(tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(stream(write(tmp_path / "tree")))) as archive:
        members = archive.getmembers()
        found = {member.name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]
    assert found == FILES
    assert [member.name for member in members] == sorted(FILES)
    assert {(member.mtime, member.uid, member.mode, member.uname) for member in members} == {(0, 0, 0o644, "")}
    assert LONG in found


def test_two_copies_of_a_tree_are_one_stream(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one"), write(tmp_path / "two", dict(reversed(FILES.items())))
    os.utime(two / "LICENSE", (1, 1))
    (two / "src/main.c").chmod(0o755)
    assert stream(one) == stream(two)
    (two / "src/main.c").rename(two / "src/main.h")
    assert stream(one)[:1024] != stream(two)[:1024]  # its opening says so, for who looks at the ends only


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12_000), st.integers(0, 3000)), max_size=20))
def test_any_stretch_can_be_read(tmp_path_factory: pytest.TempPathFactory, stretches: list[tuple[int, int]]) -> None:
    path = tmp_path_factory.getbasetemp() / "stretches"
    whole = stream(write(path))
    opened = Code.TREES.open(str(path))
    assert opened is not None
    with opened:
        for offset, length in stretches:
            opened.seek(offset)
            assert opened.read(length) == whole[offset : offset + length]
            assert opened.tell() == max(offset, min(offset + length, len(whole))) or offset > len(whole)


def test_as_many_as_the_system_counts() -> None:
    """The second counter: the folders of this very tree."""
    root = Path(__file__).parents[5]
    tops = [root / name for name in ("pipelines", "filters", "tests")]
    for top in tops:
        listed = [Path(at, name) for at, _, files in os.walk(top) for name in files]
        assert kinds(top).get("file", 0) == sum(path.is_file() and not path.is_symlink() for path in listed)


def test_what_is_no_file_is_counted_and_never_opened(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {"a.py": b"x = 1\n"})
    write(tmp_path / "elsewhere", {"secret.py": b"y = 1\n"})
    (tree / "link.py").symlink_to(tmp_path / "elsewhere/secret.py")
    (tree / "folder").symlink_to(tmp_path / "elsewhere")
    (tree / "around").symlink_to(".")
    (tree / "nowhere").symlink_to("none")
    os.mkfifo(tree / "pipe.py")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tree / "socket"))
        assert kinds(tree) == {"device": 2, "file": 1, "header": 1, "link": 4, "padding": 1}
        assert of_files(records(str(tree))).keys() == {"a.py"}


def test_of_a_git_folder_nothing_is_read(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {"a.py": b"x\n", ".git/config": b"[core]", "b/.git": b"gitdir: /", "c/.GIT/a": b""})
    assert of_files(records(str(tree))).keys() == {"a.py"}


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    write(tmp_path / "tree", {"a.py": b"x\n"})
    for name in (b"caf\xe9.py", b"line\nend.py", b"back\\slash.py"):
        with open(os.path.join(os.fsencode(tmp_path), b"tree", name), "wb") as file:
            file.write(b"y = 1\n")
    found = of_files(records(str(tmp_path / "tree")))
    assert found.keys() == {"a.py", "caf\\xe9.py", "line\\x0aend.py", "back\\slash.py"}
    assert all(record.reject is None for record in found.values())


def test_deep_folders_and_those_that_are_too_deep(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {"/".join(["d" * 200] * 10 + ["a.py"]): b"x = 1\n"})
    here = os.open(tree, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("e" * 200, dir_fd=here)
        here, above = os.open("e" * 200, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    found = of_files(records(str(tree)))
    assert sorted((record.reject and record.reject.rule) or "" for record in found.values()) == ["", "code.unreadable"]


def test_folders_and_files_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = write(tmp_path / "tree", {"a.py": b"x = 1\n", "b/c.py": b"y\n", "d.py": b"z = 1\n" * 200})
    scandir, opened = os.scandir, os.open

    def denied(path: bytes) -> object:
        if path.endswith(b"/b"):
            raise PermissionError
        return scandir(path)

    def closed(path: object, *more: object) -> int:
        if str(path).endswith("d.py'"):
            raise PermissionError
        return opened(path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(folder.os, "scandir", denied)
    monkeypatch.setattr(folder.os, "open", closed)
    found = of_files(records(str(tree)))
    denial = Reject("code.unreadable", detail="permission denied")
    assert {path: record.reject for path, record in found.items()} == {"a.py": None, "b": denial, "d.py": denial}


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"longer" * 100), lambda path: path.write_bytes(b""), lambda path: path.unlink(),
        lambda path: (path.unlink(), path.mkdir()), lambda path: (path.unlink(), path.symlink_to("b.py")),
        lambda path: (path.unlink(), os.mkfifo(path)),
    ],
)  # fmt: skip
def test_a_file_that_changes_under_the_census(tmp_path: Path, change: object) -> None:
    tree = write(tmp_path / "tree", {"a.py": b"x = 1\n", "b.py": b"y = 1\n"})
    with Code.TREES.open(str(tree)) or pytest.fail("no stream") as opened:
        change(tree / "a.py")  # type: ignore[operator]
        with pytest.raises(Changed, match=r"the file a\.py in it is not as it was"):
            Code.scan(opened)


def test_sizes_at_the_border_of_what_is_laid_out(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {})
    tree.mkdir()
    for name, size in (("a", LARGEST), ("b", LARGEST + 1)):
        with open(tree / name, "wb") as file:
            file.truncate(size)
    layout = lay_out(folder.Folder(str(tree)))
    assert [(entry.size, entry.note) for entry in layout.entries] == [(LARGEST, b""), (0, str(LARGEST + 1).encode())]


def test_a_layout_is_kept_for_the_census_that_it_was_made_for(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {"a.py": b"x = 1\n"})
    first = Code.TREES.open(str(tree), "one")
    (tree / "b.py").write_bytes(b"y = 1\n")
    sizes = []
    for known in ("one", "", "one"):
        with Code.TREES.open(str(tree), known) or pytest.fail("no stream") as opened:
            sizes.append(opened.seek(0, 2))
    assert first is not None
    assert sizes == [first.seek(0, 2), sizes[1], sizes[1]]
    assert sizes[0] < sizes[1]
