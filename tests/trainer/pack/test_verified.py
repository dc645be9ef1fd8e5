"""Where it is remembered which files were found whole."""

import time
from pathlib import Path

import pytest

from winnow.trainer.pack import verified


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_CACHE", "/w")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert verified.home() == Path("/w")
    monkeypatch.delenv("WINNOW_CACHE")
    assert verified.home() == Path("/x/winnow")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/h")
    assert verified.home() == Path("/h/.cache/winnow")


def test_a_stamp_changes_with_content_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "shards/a.bin"
    file.parent.mkdir()
    seen = []
    for content in (b"abc", b"abd", b"abcd"):
        file.write_bytes(content)
        time.sleep(0.02)  # a file system's clock ticks
        seen.append(verified.stamps(tmp_path, {file: (3, "f")}))
    assert [list(stamps) for stamps in seen] == [["shards/a.bin"]] * 3
    assert len({str(stamps) for stamps in seen}) == 3
    assert verified.stamps(tmp_path, {file: (3, "f")}) == seen[-1]
    assert verified.stamps(tmp_path, {file: (3, "g")}) != seen[-1]


def test_where_nothing_can_be_written_nothing_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "file"))
    verified.remember(tmp_path, {"a": 1})
    assert verified.seen(tmp_path) == {}
