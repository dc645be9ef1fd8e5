"""One tree in everything that can hold one: the same records of the same files."""

import gzip
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from code_trees import FILES, LONG, MIT, REJECTED, census, of_bytes, of_files, records, repository, tar, write, zipped

from winnow.filters.rules import Reject
from winnow.pipelines.software.closure import closure, libraries_of
from winnow.pipelines.sources.base import Record, scan_modules
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.code.trees.layout import LARGEST


def zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, "zstd", asbytes=True)
    return packed


def _file(name: str, content: bytes) -> Callable[[Path], str]:
    def made(folder: Path) -> str:
        (folder / name).write_bytes(content)
        return str(folder / name)

    return made


HELD: dict[str, Callable[[Path], str]] = {
    "folder": lambda folder: str(write(folder / "tree")),
    "repository": lambda folder: f"{folder}/tree@{repository(folder / 'tree').decode()}",
    "bare": lambda folder: f"{folder}/tree.git@{repository(folder / 'tree.git', bare=True).decode()}",
    "gnu.tar": _file("tree.tar", tar(form=tarfile.GNU_FORMAT)),
    "pax.tar": _file("tree.tar", tar()),
    "dot.tar": _file("tree.tar", tar({f"./{name}": content for name, content in FILES.items()})),
    "tar.gz": _file("tree.tar.gz", tar(packed="gz")),
    "tar.bz2": _file("tree.tar.bz2", tar(packed="bz2")),
    "tar.xz": _file("tree.tar.xz", tar(packed="xz")),
    "tar.zst": _file("tree.tar.zst", zstd(tar())),
    "zip": _file("tree.zip", zipped()),
    "stored.zip": _file("tree.zip", zipped(method=zipfile.ZIP_STORED)),
    "bz2.zip": _file("tree.zip", zipped(method=zipfile.ZIP_BZIP2)),
    "stream.zip": _file("tree.zip", zipped(stream=True)),
    "stored-stream.zip": _file("tree.zip", zipped(method=zipfile.ZIP_STORED, stream=True)),
}


@pytest.mark.parametrize("container", HELD)
def test_the_same_files_whatever_holds_them(tmp_path: Path, container: str) -> None:
    found = of_files(records(HELD[container](tmp_path)))
    assert found.keys() == FILES.keys()
    assert {path: record.reject.rule for path, record in found.items() if record.reject} == REJECTED
    expected = of_files(records(HELD["folder"](tmp_path / "other")))
    assert {path: (record.id, _texts(record)) for path, record in found.items()} == {
        path: (record.id, _texts(record)) for path, record in expected.items()
    }
    assert {record.meta["repository"] for record in found.values()} == {"tree"}


def _texts(record: Record) -> list[tuple[str, str | None, str | None]]:
    return [(content.text, content.title, content.license) for content in record.contents]


def test_what_is_known_of_a_file(tmp_path: Path) -> None:
    commit = repository(tmp_path / "curl").decode()
    found = of_files(records(f"{tmp_path}/curl@{commit}"))
    latin, long = found["data/latin.txt"], found[LONG]
    assert latin.meta == {"path": "data/latin.txt", "repository": "curl", "revision": commit}
    (content,) = latin.contents
    assert (content.text, content.license, content.meta["encoding"]) == ("café au lait\n", "MIT", "cp1252")
    assert content.meta["license_evidence"].startswith("LICENSE:")
    assert (long.contents[0].title, long.contents[0].license) == (LONG, "MIT")
    assert len({record.id for record in found.values()}) == len(found)


@pytest.mark.parametrize("size", [100, 101])
def test_the_cap_on_a_file(tmp_path: Path, size: int) -> None:
    """It is the same for each container, and the file has the same id in each though nothing of it is read."""
    files, settings = {"a.py": b"x" * size, "b.py": b"y"}, Code(max_file_bytes=100)
    found = [
        of_files(records(str(write(tmp_path / "tree", files)), settings)),
        of_files(of_bytes(tar(files), settings)), of_files(of_bytes(tar(files, packed="gz"), settings)),
        of_files(of_bytes(zipped(files), settings)), of_files(of_bytes(zipped(files, stream=True), settings)),
    ]  # fmt: skip
    expected = Reject("code.too_large", 101, 100) if size > 100 else None
    assert [each["a.py"].reject for each in found] == [expected] * 5
    assert len({each["a.py"].id for each in found}) == 1
    assert all(each["b.py"].reject is None for each in found)


def test_the_cap_on_a_notebook() -> None:
    notebook = b'{"cells": [{"cell_type": "code", "source": "print(1)"}], "metadata": {}, "nbformat": 4}' + b" " * 100
    found = of_files(of_bytes(tar({"a.ipynb": notebook, "b.json": notebook}), Code(max_file_bytes=100)))
    assert found["a.ipynb"].contents[0].text == "```\nprint(1)\n```\n"
    assert found["a.ipynb"].contents[0].code_language == "Jupyter Notebook"
    assert found["b.json"].reject == Reject("code.too_large", len(notebook), 100)
    most = Code(max_notebook_bytes=len(notebook) - 1)
    assert of_files(of_bytes(tar({"a.ipynb": notebook}), most))["a.ipynb"].reject == Reject(
        "code.too_large", len(notebook), len(notebook) - 1
    )


@pytest.mark.parametrize(("name", "cap"), [("data.py", 1 << 20), ("data.ipynb", LARGEST)])
def test_a_larger_file_than_any_cap_is_not_laid_out(tmp_path: Path, name: str, cap: int) -> None:
    write(tmp_path / "tree", {"a.py": b"a = 1\n"})
    with open(tmp_path / "tree" / name, "wb") as file:
        file.truncate(200 << 20)
    path = str(tmp_path / "tree")
    assert census(path).size < 10_000
    assert of_files(records(path))[name].reject == Reject("code.too_large", 200 << 20, cap)


@pytest.mark.parametrize("setting", ["max_file_bytes", "max_notebook_bytes"])
@pytest.mark.parametrize("value", [0, LARGEST + 1])
def test_settings_have_bounds(setting: str, value: int) -> None:
    with pytest.raises(Exception, match=setting):
        Code(**{setting: value})


def test_a_single_file(tmp_path: Path) -> None:
    for name, content in (("a.py", b"x = 1\n"), ("b.py.gz", gzip.compress(b"x = 1\n", mtime=0))):
        (tmp_path / name).write_bytes(content)
        (record,) = records(str(tmp_path / name))
        path = name.removesuffix(".gz")
        assert (record.meta["path"], record.contents[0].text) == (path, "x = 1\n")
    assert len(census(str(write(tmp_path / "e", {"empty.py": b""}) / "empty.py")).items) == 0


def test_the_license_is_that_of_the_file_else_of_the_folder() -> None:
    files = {"LICENSE": MIT.encode(), "a.py": b"x = 1\n", "b.py": b"# SPDX-License-Identifier: Apache-2.0\ny = 2\n"}
    for data in (tar(files), tar(files, packed="gz"), zipped(files)):
        found = of_files(of_bytes(data))
        assert [found[name].contents[0].license for name in ("a.py", "b.py")] == ["MIT", "Apache-2.0"]


def test_names_are_kinds_of_item(tmp_path: Path) -> None:
    """A `.git` in an archive is not read, wherever it lies; it may hold passwords."""
    files = {".git/config": b"[core]\n", "sub/.git": b"gitdir: ..\n", "a.git/b": b"x = 1\n", ".gitignore": b"*.o\n"}
    for data in (tar(files), zipped(files)):
        found = of_bytes(data)
        assert [record.kind for record in found if record.kind != "file"][:2] == ["versions", "versions"]
        assert of_files(found).keys() == {"a.git/b", ".gitignore"}


def test_what_tells_licences_is_no_part_of_a_scan() -> None:
    """So that a newer version of it has no archive scanned again."""
    found = libraries_of(closure(frozenset(scan_modules(Code()))))
    assert {"licenseclassifier", "license-expression"} & found.keys() == set()
