"""Files that appear whole or not at all."""

import errno
import json
from pathlib import Path

import pytest

from tests.trainer.full_disk import full_disk
from winnow.trainer.aside import MARK, reason, sweep, whole, write_json
from winnow.trainer.errors import RunFailed


def test_a_file_stands_once_the_block_has_ended(tmp_path: Path) -> None:
    with whole(tmp_path / "new" / "a.bin") as file:
        file.write(b"one")
        assert not (tmp_path / "new" / "a.bin").exists()
    assert (tmp_path / "new" / "a.bin").read_bytes() == b"one"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.bin"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(TypeError), whole(tmp_path / "a") as file:
        file.writelines([b"new", None])  # type: ignore[list-item]
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_that_cannot_grow_is_named(tmp_path: Path) -> None:
    with (
        full_disk(4096),
        pytest.raises(RunFailed, match=r"big\.bin cannot be written: File too large"),
        whole(tmp_path / "big.bin") as f,
    ):
        f.write(bytes(4097))
    assert list(tmp_path.iterdir()) == []


def test_a_file_as_long_as_the_limit_is_written(tmp_path: Path) -> None:
    with full_disk(4096), whole(tmp_path / "big.bin") as file:
        file.write(bytes(4096))
    assert (tmp_path / "big.bin").stat().st_size == 4096


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFailed, match="file/a cannot be written"), whole(tmp_path / "file" / "a"):
        pass


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_called_so(code: int) -> None:
    assert reason(OSError(code, "x")) == "the disk is full; make room and give the same command again"


def test_json_keeps_its_order_and_letters(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": "é", "a": [1, None]})
    assert (tmp_path / "a.json").read_text(encoding="utf-8").startswith('{\n "b": "é"')
    assert json.loads((tmp_path / "a.json").read_bytes()) == {"b": "é", "a": [1, None]}


def test_sweep_takes_what_was_left_half_written(tmp_path: Path) -> None:
    for name in (f".a{MARK}1", "sub/.b.tmp-2", "sub/kept.tmp-3", "kept"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["kept", "kept.tmp-3"]
