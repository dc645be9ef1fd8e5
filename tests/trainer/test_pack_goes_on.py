"""Packing that was interrupted, or is asked for again: it goes on with the same call, and names what differs."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.full_disk import full_disk
from tests.trainer.small_corpora import build, byte_level, digests, foreign, packed, text, write
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack import shard

ROOT = Path(__file__).resolve().parents[2]


def test_a_full_disk_is_told_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the second file's tokens do not fit."""
    tokenizer = foreign(tmp_path / "small", byte_level(), {"eos_token": "</s>"})
    packed(folder, tokenizer, tmp_path / "other", validation=0.2)
    limit = (tmp_path / "other/shards/00001.train.bin").stat().st_size - 1
    with full_disk(limit), pytest.raises(RunFailed, match=r"00001\.train\.bin cannot be written: File too large"):
        packed(folder, tokenizer, tmp_path / "pack", validation=0.2)
    assert not (tmp_path / "pack/manifest.json").exists()
    assert not list(tmp_path.glob("pack/**/.*"))
    lines: list[str] = []
    packed(folder, tokenizer, tmp_path / "pack", validation=0.2, say=lines.append)
    assert lines[0] == f"going on with {tmp_path / 'pack'}: 0 of 3 files are packed"  # the second is the largest
    assert digests(tmp_path / "pack") == digests(tmp_path / "other")


def test_files_that_are_packed_are_not_packed_again(folder: Path, ours: Path, tmp_path: Path) -> None:
    """Interrupted when the second of three files is done; a file that vanished since is made again."""
    packed(folder, ours, tmp_path / "whole", validation=0.2)

    done: list[int] = []
    original = shard.pack_shard

    def interrupted(task: shard.Shard, add: Any) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        original(task, add)
        done.append(task.number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("winnow.trainer.pack.pack.pack_shard", interrupted)
        with pytest.raises(KeyboardInterrupt):
            packed(folder, ours, tmp_path / "pack", validation=0.2)
    assert done == [1, 0]  # the largest first
    stamp = (tmp_path / "pack/shards/00001.train.bin").stat().st_mtime_ns
    (tmp_path / "pack/shards/00000.validation.bin").unlink()
    (tmp_path / "pack/shards/.00002.train.bin.tmp-0123").write_bytes(b"left by a process that was killed")
    lines: list[str] = []
    packed(folder, ours, tmp_path / "pack", validation=0.2, say=lines.append)
    assert lines[0] == f"going on with {tmp_path / 'pack'}: 2 of 3 files are packed"
    assert (tmp_path / "pack/shards/00001.train.bin").stat().st_mtime_ns == stamp
    assert digests(tmp_path / "pack") == digests(tmp_path / "whole")


def test_a_pack_that_is_done_is_left_as_it_is(folder: Path, ours: Path, tmp_path: Path) -> None:
    packed(folder, ours, tmp_path / "pack")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "pack").rglob("*")}
    (tmp_path / "pack/work").mkdir()  # as if the command had been killed in its last moment
    (tmp_path / "pack/plan.json").write_text("{}")
    lines: list[str] = []
    packed(folder, ours, tmp_path / "pack", say=lines.append)
    assert lines == [f"{tmp_path / 'pack'} is packed already"]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "pack").rglob("*")} == before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"validation": 0.3}, r"was begun with validation 0.2, this call says 0.3; pack into a new directory"),
        ({"seed": 2}, "was begun with seed 1, this call says 2"),
        ({"weight": "w"}, "was begun with weight None, this call says 'w'"),
        ({"source": "x"}, "was begun with source None, this call says 'x'"),
    ],
)
@pytest.mark.parametrize("done", [True, False])
def test_other_settings_are_named(
    tmp_path: Path, ours: Path, settings: dict[str, Any], message: str, done: bool
) -> None:
    write(tmp_path / "texts/a.parquet", {"text": [text(n) for n in range(20)], "w": [1.0] * 20})
    packed(tmp_path / "texts", ours, tmp_path / "pack", validation=0.2)
    if not done:
        half(tmp_path / "pack")
    with pytest.raises(BadCall, match=message):
        packed(tmp_path / "texts", ours, tmp_path / "pack", **{"validation": 0.2} | settings)


def half(folder: Path) -> None:
    """Make a pack one that was begun."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").unlink()
    plan = {name: manifest[name] for name in ("version", "settings", "corpora", "against")}
    files = [
        {name: shard[name] for name in ("corpus", "file", "source", "bytes", "sha256")} for shard in manifest["shards"]
    ]
    plan |= {"tokenizer": [manifest["tokenizer"][name] for name in ("sha256", "begin", "end", "mask")], "files": files}
    (folder / "plan.json").write_text(json.dumps(plan))


@pytest.mark.parametrize(
    ("begun", "message"),
    [
        ('{"version": 1}', "was begun as a pack of version 1, and this is version 2; pack into a new directory"),
        ("{}", "was begun as a pack of version 0"),
        ("{", r"plan\.json: cannot be read as JSON"),
    ],
)
def test_what_another_release_began_is_told(folder: Path, ours: Path, tmp_path: Path, begun: str, message: str) -> None:
    packed(folder, ours, tmp_path / "pack")
    half(tmp_path / "pack")
    (tmp_path / "pack/plan.json").write_text(begun)
    with pytest.raises(BadCall, match=message):
        packed(folder, ours, tmp_path / "pack")


@pytest.mark.parametrize("done", [True, False])
def test_a_changed_corpus_is_named(folder: Path, ours: Path, tmp_path: Path, done: bool) -> None:
    output = tmp_path / "pack"
    packed(folder, ours, output)
    if not done:
        half(output)
    data = (folder / "2.parquet").read_bytes()
    write(folder / "2.parquet", {"text": ["other"]})
    with pytest.raises(
        BadCall, match=r"texts/2\.parquet has changed since .*pack was begun; pack into a new directory"
    ):
        packed(folder, ours, output)
    (folder / "2.parquet").write_bytes(data)
    write(folder / "4.parquet", {"text": ["new"]})
    with pytest.raises(BadCall, match=r"was begun without .*texts/4\.parquet"):
        packed(folder, ours, output)
    (folder / "4.parquet").unlink()
    (folder / "3.parquet").rename(tmp_path / "3.parquet")
    with pytest.raises(BadCall, match=r"was begun with .*texts/3\.parquet, which this call has not"):
        packed(folder, ours, output)


def test_another_tokenizer_corpus_or_order_is_named(folder: Path, ours: Path, tmp_path: Path) -> None:
    output, one, two = tmp_path / "pack", folder / "1.parquet", folder / "2.parquet"
    packed([one, two], ours, output)
    other = foreign(tmp_path / "other", byte_level(), {"eos_token": "</s>"})
    with pytest.raises(BadCall, match="was begun with another tokenizer, or other special tokens"):
        packed([one, two], other, output)
    with pytest.raises(BadCall, match="was begun with the same files in another order"):
        packed([two, one], ours, output)
    write(tmp_path / "elsewhere/1.parquet", {"text": ["x"]})
    with pytest.raises(BadCall, match=r"was begun with .*texts, not .*elsewhere"):
        packed(tmp_path / "elsewhere", ours, output)


def test_other_removed_duplicates_are_named(tmp_path: Path, ours: Path) -> None:
    folder = build(tmp_path / "build", [{} for _ in range(20)], removed=[{"cluster": "id3"}])
    packed(folder, ours, tmp_path / "pack")
    with pytest.raises(BadCall, match=r"was begun with .*rejected/dedup/part-00000\.parquet, which this call has not"):
        packed(folder, ours, tmp_path / "pack", against=())


def test_two_commands_do_not_pack_into_one_directory(folder: Path, ours: Path, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    handle = os.open(tmp_path / "pack", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(BadCall, match=r"another command is packing into .*pack; wait for it, or stop it"):
            packed(folder, ours, tmp_path / "pack")
    finally:
        os.close(handle)
    packed(folder, ours, tmp_path / "pack")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_command_goes_on_to_the_same_pack(ours: Path, tmp_path: Path, workers: int) -> None:
    """SIGKILL after ever longer times, until the command ends by itself."""
    for n in range(12):
        write(tmp_path / f"texts/{n}.parquet", {"text": [text(1000 * n + m, 300) for m in range(100)]})
    packed(tmp_path / "texts", ours, tmp_path / "whole", validation=0.1)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; from pathlib import Path; from winnow.trainer.pack.pack import pack\n"
        "if __name__ == '__main__':\n"
        "    corpus, tokenizer, output = map(Path, sys.argv[1:4])\n"
        "    pack([corpus], tokenizer, output, validation=0.1, workers=int(sys.argv[4]), say=print)\n"
    )
    call = [sys.executable, script, tmp_path / "texts", ours, tmp_path / "pack", str(workers)]
    pause, kills = 0.5, 0
    while True:
        process = subprocess.Popen(call, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.DEVNULL)
        try:
            process.wait(pause)
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            time.sleep(0.2)  # its workers end by themselves
            kills, pause = kills + 1, pause + 0.25
    assert (process.returncode, kills > 1) == (0, True)
    assert digests(tmp_path / "pack") == digests(tmp_path / "whole")
