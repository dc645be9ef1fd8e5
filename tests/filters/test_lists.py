from pathlib import Path

import pytest

from winnow.filters.lists import entries


def test_entries_are_stripped_and_comments_left_out(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes("# a comment\n Foo \r\n\nbär\nfoo\n".encode())
    assert entries(str(path)) == {"foo", "bär"}
    assert entries(str(path), lower=False) == {"Foo", "foo", "bär"}


def test_a_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("a\n")
    assert entries(str(path)) == {"a"}
    path.unlink()
    assert entries(str(path)) == {"a"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        entries(str(tmp_path / "missing"))
