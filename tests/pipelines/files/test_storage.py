import json
from pathlib import Path
from typing import Any

import pytest
from small_builds import read_bytes

from winnow.pipelines.files.storage import (
    ASIDE,
    LocalStorage,
    Storage,
    aside_of,
    read_json,
    whole_of,
    write_bytes,
    write_json,
)

STORAGES = ["local", "beam"]
NAMES = [
    "a.txt",
    "with space",
    "[1]",
    "a[b",
    "]",
    "a*b?",
    "ü",
    "日本",
    "a=b&c",
    "a%20b",
    "{x}",
    "a\\b",
    "new\nline",
    "$HOME",
    "~",
]


@pytest.fixture(params=STORAGES)
def storage(request: pytest.FixtureRequest) -> Storage:
    if request.param == "local":
        return LocalStorage()
    from winnow.pipelines.beam.storage import BeamStorage

    return BeamStorage()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name(storage: Storage, tmp_path: Path, name: str) -> None:
    path = f"{tmp_path}/{name}/deep/{name}"
    assert storage.size(path) is None
    write_bytes(storage, path, b"one")
    write_bytes(storage, path, b"three")
    assert (read_bytes(storage, path), storage.size(path)) == (b"three", 5)
    assert storage.files(str(tmp_path)) == [path]
    assert storage.files(f"{tmp_path}/{name}/deep/") == [path]
    assert storage.sizes(str(tmp_path)) == {path: 5}
    storage.delete(path)
    assert (storage.size(path), storage.files(str(tmp_path))) == (None, [])


@pytest.mark.parametrize(("deleted", "left"), [("[ab]", "a"), ("*", "a"), ("?", "a")])
def test_a_name_is_no_pattern(storage: Storage, tmp_path: Path, deleted: str, left: str) -> None:
    for name in (deleted, left):
        write_bytes(storage, f"{tmp_path}/{name}", b"x")
    storage.delete(f"{tmp_path}/{deleted}")
    assert storage.files(str(tmp_path)) == [f"{tmp_path}/{left}"]
    assert storage.size(f"{tmp_path}/{deleted}") is None
    storage.delete(f"{tmp_path}/{deleted}")
    assert storage.files(str(tmp_path)) == [f"{tmp_path}/{left}"]


@pytest.mark.parametrize("folder", ["plain", "[a]"])
def test_a_folder_is_deleted_with_all_in_it(storage: Storage, tmp_path: Path, folder: str) -> None:
    for name in (f"{folder}/a", f"{folder}/b/c", "a"):
        write_bytes(storage, f"{tmp_path}/{name}", b"x")
    storage.delete(f"{tmp_path}/{folder}")
    assert storage.files(str(tmp_path)) == [f"{tmp_path}/a"]


class Fault(Exception):
    pass


@pytest.mark.parametrize("before", [None, b"before"])
def test_a_failing_block_leaves_what_was(storage: Storage, tmp_path: Path, before: bytes | None) -> None:
    path = str(tmp_path / "folder" / "file")
    if before is not None:
        write_bytes(storage, path, before)

    def fail() -> None:
        with storage.create(path) as file:
            file.write(b"half")
            raise Fault

    with pytest.raises(Fault):
        fail()
    assert storage.size(path) == (None if before is None else len(before))
    assert storage.files(str(tmp_path)) == ([] if before is None else [path])


def test_nothing_is_there_before_the_block_ends(storage: Storage, tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    with storage.create(path) as one, storage.create(path) as two:
        one.write(b"one")
        two.write(b"two, by a retry that runs beside the first")
        assert storage.size(path) is None
    assert read_bytes(storage, path) == b"one"
    assert storage.files(str(tmp_path)) == [path]


def test_a_temporary_name_is_used_once() -> None:
    names = {aside_of("a/b") for _ in range(100)}
    assert len(names) == 100
    assert {name.startswith(f"a/{ASIDE}") and name.endswith("-b") for name in names} == {True}
    assert {whole_of(name) for name in names} == {"a/b"}
    assert [whole_of(name) for name in ("a/.aside-b", "a/b", ".aside-0123456789a-b")] == [
        "a/.aside-b", "a/b", ".aside-0123456789a-b"
    ]  # fmt: skip


def test_files_are_opened_as_they_lie(storage: Storage, tmp_path: Path) -> None:
    write_bytes(storage, f"{tmp_path}/a.gz", b"\x1f\x8b is not inflated")
    with storage.open(f"{tmp_path}/a.gz") as file:
        assert (file.seek(3), file.read(2), file.seek(0, 2)) == (3, b"is", 18)


def test_what_is_not_there(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open(f"{tmp_path}/none").close()
    assert (storage.size(f"{tmp_path}/none"), storage.files(f"{tmp_path}/none")) == (None, [])
    storage.delete(f"{tmp_path}/none")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.gz", ["a 1.gz", "b[2].gz", "é.gz"]),
        ("?.gz", ["é.gz"]),
        ("b[[]2].gz", ["b[2].gz"]),
        ("a 1.gz", ["a 1.gz"]),
        ("sub/*", ["sub/c.gz"]),
        ("**/c.gz", ["sub/c.gz"]),
        ("*.zip", []),
        ("none/*", []),
    ],
)
def test_patterns(storage: Storage, tmp_path: Path, pattern: str, found: list[str]) -> None:
    for name in ("é.gz", "b[2].gz", "a 1.gz", "a.txt", "sub/c.gz"):
        write_bytes(storage, f"{tmp_path}/{name}", b"x")
    assert storage.match(f"{tmp_path}/{pattern}") == [f"{tmp_path}/{name}" for name in found]


def test_a_file_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_bytes(LocalStorage(), "bare", b"x")
    assert (tmp_path / "bare").read_bytes() == b"x"


@pytest.mark.parametrize(
    "value",
    [
        {"path": "a [ 1, 2 ].gz", "a [ 1,  2 ]": [1, 2]},
        {"text": "[\n 1,\n 2\n]"},
        [[1, 2], [1.5, 0.25], [1], [1, 2, 3], ["1", "2"], [], {}],
        {"é": None, "nested": {"pair": [0, 10**20]}},
        [-1, -2],
        "日本",
    ],
)
def test_json_comes_back_as_it_was(tmp_path: Path, value: Any) -> None:
    path = str(tmp_path / "a.json")
    write_json(LocalStorage(), path, value)
    assert read_json(LocalStorage(), path) == value
    assert json.loads(Path(path).read_text(encoding="utf-8")) == value


def test_json_has_a_pair_on_a_line(tmp_path: Path) -> None:
    write_json(LocalStorage(), f"{tmp_path}/a", {"b": [1, 22], "a": "é [ 1, 2 ]"})
    assert (tmp_path / "a").read_text(encoding="utf-8") == '{\n "b": [1, 22],\n "a": "é [ 1, 2 ]"\n}\n'
