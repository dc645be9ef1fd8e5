import json
import multiprocessing
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.small_packs import make_pack
from winnow.trainer.config import config_file
from winnow.trainer.config.settings import Config, Data, Machine
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.index import Pack
from winnow.trainer.run.run_folder import begin, begun, claimed, locked

SETTLED = Machine(device="cpu", dtype="float32", compile="no", micro_rows=8, threads=2)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return make_pack(tmp_path_factory.mktemp("pack"), {"a": [4, 4]})


def config(pack: Pack) -> Config:
    return Config(data=Data(pack=str(pack.path)))


def test_a_new_run_has_nothing_to_obey(tmp_path: Path, pack: Pack) -> None:
    assert begun(tmp_path, config(pack), pack) is None


def test_a_begun_run_gives_what_was_settled(tmp_path: Path, pack: Pack) -> None:
    settled = replace(config(pack), machine=SETTLED)
    begin(tmp_path, settled, pack)
    assert begun(tmp_path, config(pack), pack) == settled  # which leaves the machine open
    assert begun(tmp_path, settled, pack) == settled
    assert config_file.load(tmp_path / "config.lock.toml") == settled
    known = json.loads((tmp_path / "pack.lock.json").read_text())
    assert known == {"pack": str(pack.path), "fingerprint": pack.fingerprint, "tokenizer_sha256": "0" * 64}


def test_shards_and_what_is_recomputed_may_change(tmp_path: Path, pack: Pack) -> None:
    begin(tmp_path, replace(config(pack), machine=SETTLED), pack)
    asked = replace(config(pack), machine=Machine(parallel="shard", checkpointing="blocks"))
    found = begun(tmp_path, asked, pack)
    assert found is not None
    assert found.machine == replace(SETTLED, parallel="shard", checkpointing="blocks")


def test_what_differs_first_is_named(tmp_path: Path, pack: Pack) -> None:
    begin(tmp_path, replace(config(pack), machine=SETTLED), pack)
    other = replace(config(pack), machine=replace(SETTLED, threads=4))
    with pytest.raises(BadCall, match=r"begun with another configuration: machine\.threads is 2 there and 4 here"):
        begun(tmp_path, other, pack)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"fingerprint": "1" * 64}, "has changed since .* was begun: its fingerprint was .*… and is 111111111111…"),
        ({"tokenizer_sha256": "1" * 64}, "was packed with another tokenizer than the one"),
        ({"fingerprint": "1" * 64, "tokenizer_sha256": "1" * 64}, "was packed with another tokenizer"),
    ],
)
def test_another_pack_is_refused(tmp_path: Path, pack: Pack, changed: dict[str, Any], words: str) -> None:
    begin(tmp_path, config(pack), pack)
    with pytest.raises(BadCall, match=words):
        begun(tmp_path, config(pack), replace(pack, **changed))


def test_a_new_or_empty_folder_is_claimed_and_a_run_again(tmp_path: Path, pack: Pack) -> None:
    run = tmp_path / "deep" / "run"
    for _ in range(2):
        with claimed(run):
            assert run.is_dir()
    with claimed(run):
        begin(run, config(pack), pack)
        (run / "metrics.jsonl").write_text("")
    with claimed(run):
        pass


@pytest.mark.parametrize("left", ["pack.lock.json", ".config.lock.toml.tmp-0123"])
def test_what_a_process_left_that_was_killed_early_is_no_hindrance(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_text("")
    with claimed(tmp_path):
        pass


def test_a_folder_of_something_else_is_not(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with (
        pytest.raises(BadCall, match=r"is no run, and holds thesis\.tex: name a new or empty folder"),
        claimed(tmp_path),
    ):
        pass
    with pytest.raises(BadCall, match=r"thesis\.tex is a file"), claimed(tmp_path / "thesis.tex"):
        pass
    with (
        pytest.raises(BadCall, match="cannot be written to: Not a directory"),
        claimed(tmp_path / "thesis.tex" / "run"),
    ):
        pass


def _hold(run: Path) -> None:
    with claimed(run):
        (run / "holding").touch()
        time.sleep(60)


def test_one_process_at_a_time_and_a_killed_one_lets_go(tmp_path: Path, pack: Pack) -> None:
    begin(tmp_path, config(pack), pack)
    holder = multiprocessing.get_context("fork").Process(target=_hold, args=(tmp_path,))
    holder.start()
    while not (tmp_path / "holding").exists():
        time.sleep(0.01)
    with pytest.raises(BadCall, match="another process trains in"), claimed(tmp_path):
        pass
    holder.kill()
    holder.join()
    with claimed(tmp_path):
        pass


def test_a_run_of_before_goes_on_without_what_it_did_not_know(tmp_path: Path, pack: Pack) -> None:
    begin(tmp_path, config(pack), pack)
    lock = tmp_path / "config.lock.toml"
    whole = locked(tmp_path)
    assert (whole.data.shift, whole.optimizer.embedding, whole.optimizer.momentum_warmup) == (True, 20, 300)
    unknown = ("shift = true\n", "embedding = 20.0\n", "momentum_warmup = 300\n")
    lock.write_text("".join(line for line in lock.read_text().splitlines(keepends=True) if line not in unknown))
    found = begun(tmp_path, config(pack), pack)
    assert found is not None
    assert found == locked(tmp_path)
    assert (found.data.shift, found.optimizer.embedding, found.optimizer.momentum_warmup) == (False, 1, 0)
