from pathlib import Path

import pytest

from winnow.pipelines.files.listings import Listings
from winnow.pipelines.files.storage import LocalStorage


class Counted(LocalStorage):
    """Local files; the calls that were made."""

    def __init__(self) -> None:
        self.calls = list[str]()

    def files(self, folder: str) -> list[str]:
        self.calls.append(folder)
        return super().files(folder)

    def size(self, path: str) -> int | None:
        raise AssertionError(f"{path} was asked for by itself")


@pytest.fixture
def root(tmp_path: Path) -> str:
    for name in ("a/1", "a/b/2", "c/é [x]"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return str(tmp_path)


def test_what_is_missing_in_the_order_asked(root: str) -> None:
    there = Listings(LocalStorage())
    asked = [f"{root}/{name}" for name in ("none/1", "a/1", "a/2", "a/b/2", "a/b", "c/é [x]", "a/2", "c/e")]
    assert there.missing(asked) == [f"{root}/{name}" for name in ("none/1", "a/2", "a/b", "a/2", "c/e")]
    assert there.missing([]) == []


def test_a_folder_is_listed_once(root: str) -> None:
    storage = Counted()
    there = Listings(storage)
    for _ in range(3):
        there.missing(f"{root}/{name}" for name in ("a/1", "c/2", "a/3", "none/1"))
    assert storage.calls == [f"{root}/a", f"{root}/c", f"{root}/none"]
