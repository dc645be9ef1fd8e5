"""What patterns name: files, folders, repositories at a revision; for kinds that take folders, and for the others."""

import os
from pathlib import Path

import pytest
from code_trees import repository, write
from small_builds import LOCAL

from winnow.pipelines.plan.patterns import named
from winnow.pipelines.sources.base import Source, Tree
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.tables.jsonl import Jsonl

FILES = {"a.txt": b"a", "sub/b.txt": b"b", "sub/deep/c.txt": b"c", ".hidden": b"h", "sub/.hid/d.txt": b"d"}


def found(folder: Path, pattern: str, read: Source) -> list[str]:
    trees = named(LOCAL, read, f"{folder}/{pattern}")
    return [tree.path.removeprefix(f"{folder}/") for tree in trees]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "x", FILES)
    write(tmp_path / "y@1", {"e.py": b"e"})
    (tmp_path / "z.txt").write_text("z")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("x", ["x/a.txt", "x/sub/b.txt", "x/sub/deep/c.txt"]), ("x/", ["x/a.txt", "x/sub/b.txt", "x/sub/deep/c.txt"]),
        ("*", ["z.txt"]), ("x/*", ["x/a.txt"]), ("z.txt", ["z.txt"]), ("none", []), ("x@v1", []),
    ],
)  # fmt: skip
def test_a_folder_of_files(folder: Path, pattern: str, expected: list[str]) -> None:
    assert found(folder, pattern, Jsonl()) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("x", ["x"]), ("x/", ["x/"]), ("*", ["z.txt", "x", "y@1"]), ("x/*", ["x/a.txt", "x/sub"]), ("y@1", ["y@1"]),
        ("z.txt", ["z.txt"]), ("none", []), ("none@v1", []), ("x/.", ["x"]), ("*/.", ["x", "y@1"]),
    ],
)  # fmt: skip
def test_folders_as_inputs(folder: Path, pattern: str, expected: list[str]) -> None:
    assert found(folder, pattern, Code()) == expected


def test_what_is_told_of_a_folder(folder: Path) -> None:
    os.mkfifo(folder / "x/pipe")
    (folder / "x/gone").symlink_to("nowhere")
    (folder / "x/link.txt").symlink_to("../z.txt")
    (folder / "x/up").symlink_to("..")
    first, *others = named(LOCAL, Jsonl(), f"{folder}/x")
    assert first == Tree(
        f"{folder}/x/a.txt",
        f"{folder}/x: 4 files below it are read, without 2 hidden files and folders and 2 that are no files",
    )
    assert others[0] == Tree(f"{folder}/x/link.txt")


def test_repositories_at_a_revision(tmp_path: Path) -> None:
    names = [repository(tmp_path / name, {"a.py": name.encode()}).decode() for name in ("one", "two")]
    read = Code()
    expected = [f"one@{names[0]}", f"two@{names[1]}"]
    assert found(tmp_path, "one@main", read) == expected[:1]
    assert found(tmp_path, "*@main", read) == expected
    assert found(tmp_path, "*", read) == expected
    assert found(tmp_path, "*/.", read) == ["one", "two"]
    assert found(tmp_path, f"one@{names[0]}", read) == expected[:1]
