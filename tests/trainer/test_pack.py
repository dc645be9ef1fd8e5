"""Packing: what comes out, that nothing but corpora, tokenizer and settings shows in it, and that it goes on."""

import fcntl
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.trainer.small_corpora import build, byte_level, byte_tokenizer, foreign, quiet, text, write
from trainer import pack_shard
from trainer.errors import BadCall, RunFailed
from trainer.pack import pack
from trainer.pack_index import Pack
from trainer.tokenizer import END, MASK, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return byte_tokenizer(tmp_path_factory.mktemp("ours"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files of 12, 40 and 8 texts, the second with long ones."""
    for name, first, rows, words in (("1", 0, 12, 20), ("2", 100, 40, 200), ("3", 200, 8, 20)):
        texts = [text(n, words) for n in range(first, first + rows)]
        write(tmp_path / f"texts/{name}.parquet", {"text": texts})
    return tmp_path / "texts"


def packed(corpora: Path | list[Path], tokenizer: Path, output: Path, **settings: Any) -> Pack:
    pack(corpora if isinstance(corpora, list) else [corpora], tokenizer, output, **{"say": quiet} | settings)
    return Pack.open(output)


def digests(folder: Path) -> dict[str, str]:
    """Of all files below a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def ids(found: Pack, split: str) -> set[str]:
    return {name for source in found.sources for name in found.documents(split, source).id}


def test_every_document_is_its_tokens_and_one_end(tmp_path: Path, ours: Path) -> None:
    texts = ["", "one", None, f"a{END}b{MASK}", " ", END, "é\0\r\n", text(1)]
    write(tmp_path / "texts/a.parquet", {"text": texts})
    found = packed(tmp_path / "texts", ours, tmp_path / "pack", validation=0)
    tokens = np.fromfile(tmp_path / "pack/shards/00000.train.bin", "<u2")
    loaded = load(ours)
    expected = [i for words in texts if words for i in [*loaded.encode([words])[0], loaded.end]]
    assert tokens.tolist() == expected
    assert (tokens == loaded.end).sum() == 6
    assert (tokens == loaded.mask).sum() == 0
    assert (tmp_path / "pack/shards/00000.validation.bin").read_bytes() == b""
    assert found.manifest["shards"][0]["left_out"] == {"no text": 2}
    assert found.documents("train", "texts").row.tolist() == [1, 3, 4, 5, 6, 7]
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == ["manifest.json", "shards", "tokenizer"]


def test_weight_zero_is_left_out_and_counted(tmp_path: Path, ours: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["a", "b", "", "d"], "w": [0.0, 0.5, 0.0, 7.0]})
    found = packed(tmp_path / "texts", ours, tmp_path / "pack", validation=0, weight="w")
    assert found.manifest["shards"][0]["left_out"] == {"no text": 1, "weight 0": 1}
    assert found.documents("train", "texts").weight.tolist() == [0.5, 7.0]
    manifest = json.loads((tmp_path / "pack/manifest.json").read_bytes())
    assert manifest["totals"] == {
        "train": {"documents": 2, "tokens": 4, "bytes": 2},
        "validation": {"documents": 0, "tokens": 0, "bytes": 0},
        "left_out": {"no text": 1, "weight 0": 1},
    }


def test_large_vocabularies_take_four_bytes(tmp_path: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["ab"]})
    for last, dtype in ((65535, "uint16"), (65536, "uint32")):
        words = json.loads(byte_level().to_str())
        words["model"]["vocab"]["ab"] = last
        tokenizer = foreign(tmp_path / dtype, type(byte_level()).from_str(json.dumps(words)), {"eos_token": "</s>"})
        found = packed(tmp_path / "texts", tokenizer, tmp_path / f"pack-{dtype}", validation=0)
        assert (found.vocab, found.dtype.name) == (last + 1, dtype)
        letters = load(tokenizer).encode(["ab"])[0].tolist()
        assert found.documents("train", "texts").read(0, 0, 3).tolist() == [*letters, found.end]


def test_the_number_of_workers_does_not_show(folder: Path, ours: Path, tmp_path: Path) -> None:
    for workers in (1, 2):
        packed(folder, ours, tmp_path / f"pack{workers}", validation=0.2, workers=workers)
    assert digests(tmp_path / "pack1") == digests(tmp_path / "pack2")


def test_the_size_of_what_is_encoded_at_once_does_not_show(
    folder: Path, ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(folder, ours, tmp_path / "a", validation=0.2)
    monkeypatch.setattr(pack_shard, "TEXT", 300)
    packed(folder, ours, tmp_path / "b", validation=0.2)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_where_corpus_and_pack_lie_does_not_show_in_the_fingerprint(folder: Path, ours: Path, tmp_path: Path) -> None:
    first = packed(folder, ours, tmp_path / "a")
    folder.rename(tmp_path / "elsewhere")
    second = packed(tmp_path / "elsewhere", ours, tmp_path / "b", source="texts")
    index = [pq.read_table(found.path / "shards/00001.parquet") for found in (first, second)]
    assert index[0].equals(index[1])
    assert first.fingerprint == second.fingerprint


def test_another_order_of_corpora_is_another_pack(folder: Path, ours: Path, tmp_path: Path) -> None:
    one, two = folder / "1.parquet", folder / "2.parquet"
    assert packed([one, two], ours, tmp_path / "a").fingerprint != packed([two, one], ours, tmp_path / "b").fingerprint


def test_a_full_disk_is_told_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the second file's tokens do not fit."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    tokenizer = foreign(tmp_path / "small", byte_level(), {"eos_token": "</s>"})
    packed(folder, tokenizer, tmp_path / "other", validation=0.2)
    limit = (tmp_path / "other/shards/00001.train.bin").stat().st_size - 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(RunFailed, match=r"00001\.train\.bin cannot be written: File too large"):
            packed(folder, tokenizer, tmp_path / "pack", validation=0.2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
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
    original = pack_shard.pack_shard

    def interrupted(task: pack_shard.Shard, add: Any) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        original(task, add)
        done.append(task.number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trainer.pack.pack_shard", interrupted)
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
    plan = {name: manifest[name] for name in ("settings", "corpora", "against")}
    files = [
        {name: shard[name] for name in ("corpus", "file", "source", "bytes", "sha256")} for shard in manifest["shards"]
    ]
    plan |= {"tokenizer": [manifest["tokenizer"][name] for name in ("sha256", "end", "mask")], "files": files}
    (folder / "plan.json").write_text(json.dumps(plan))


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


@pytest.mark.parametrize("share", [-0.1, 1.0, 2.0, float("nan")])
def test_a_share_beyond_its_bounds_is_named(folder: Path, ours: Path, tmp_path: Path, share: float) -> None:
    with pytest.raises(BadCall, match="it is a share of the documents, from 0 to below 1"):
        packed(folder, ours, tmp_path / "pack", validation=share)
    assert not (tmp_path / "pack").exists()


def test_no_workers_are_an_error(folder: Path, ours: Path, tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="workers is 0; it takes at least one"):
        packed(folder, ours, tmp_path / "pack", workers=0)


def test_an_output_that_is_not_for_packing_is_named(folder: Path, ours: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("")
    with pytest.raises(BadCall, match="full is not empty and no pack was begun there"):
        packed(folder, ours, tmp_path / "full")
    with pytest.raises(BadCall, match=r"notes\.txt is a file; give a directory"):
        packed(folder, ours, tmp_path / "full/notes.txt")
    with pytest.raises(BadCall, match=r"lies in the corpus .*, whose files would then change"):
        packed(folder, ours, folder / "pack")
    (tmp_path / "empty").mkdir()
    packed(folder, ours, tmp_path / "empty")


def test_a_pack_may_lie_in_a_build_s_directory(tmp_path: Path, ours: Path) -> None:
    folder = build(tmp_path / "build", [{} for _ in range(20)])
    assert packed(folder, ours, folder / "pack").sources == ("web",)


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


def test_a_corpus_without_documents_is_named(tmp_path: Path, ours: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["", None]})
    with pytest.raises(BadCall, match="texts and what else was given hold no document to train on"):
        packed(tmp_path / "texts", ours, tmp_path / "pack")


def test_a_damaged_file_is_named(folder: Path, ours: Path, tmp_path: Path) -> None:
    data = (folder / "2.parquet").read_bytes()
    (folder / "2.parquet").write_bytes(data[:4] + bytes(len(data) // 2) + data[4 + len(data) // 2 :])
    with pytest.raises(BadCall, match=r"2\.parquet: the rows from 0 on cannot be read"):
        packed(folder, ours, tmp_path / "pack")


def test_a_tokenizer_that_loses_text_is_caught(folder: Path, ours: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Should a byte-level tokenizer ever write less than the text, packing fails instead of training on it."""
    real = load(ours)
    monkeypatch.setattr(pack_shard, "_load", lambda directory, sha256: real)
    monkeypatch.setattr(type(real), "encode", lambda self, texts: [np.array([5])] * len(texts))
    with pytest.raises(RunFailed, match=r"2\.parquet, row 0: the tokens leave [\d,]+ of [\d,]+ bytes out"):
        packed(folder, ours, tmp_path / "pack")


def test_a_source_too_small_is_told_and_all_counts_are_said(folder: Path, ours: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    write(folder / "tiny.parquet", {"text": ["only one"], "source": ["tiny"]})
    found = packed(folder, ours, tmp_path / "pack", say=lines.append)
    assert lines[0] == "source tiny is too small for a validation document; all of it is trained on"
    held = found.counts("validation", "texts").documents
    assert lines[1].startswith(f"61 documents, {held} of them for validation; fewer than 30 give coarse figures")
    assert lines[-1].startswith("validation, tiny: 0 documents, 0 tokens, 0 bytes")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_command_goes_on_to_the_same_pack(ours: Path, tmp_path: Path, workers: int) -> None:
    """SIGKILL after ever longer times, until the command ends by itself."""
    for n in range(12):
        write(tmp_path / f"texts/{n}.parquet", {"text": [text(1000 * n + m, 300) for m in range(100)]})
    packed(tmp_path / "texts", ours, tmp_path / "whole", validation=0.1)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; from pathlib import Path; from trainer.pack import pack\n"
        "if __name__ == '__main__':\n"
        "    corpus, tokenizer, output = map(Path, sys.argv[1:4])\n"
        "    pack([corpus], tokenizer, output, validation=0.1, workers=int(sys.argv[4]), say=print)\n"
    )
    call = [sys.executable, script, tmp_path / "texts", ours, tmp_path / "pack", str(workers)]
    pause, kills = 0.5, 0
    while True:
        process = subprocess.Popen(call, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
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
