import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.trainer import small_runs
from tests.trainer.small_runs import config, crash, lines, tensors, trained
from winnow.trainer.config import config_file, rates
from winnow.trainer.config.layouts import Layout
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.model.model import Model
from winnow.trainer.run import session

pytestmark = pytest.mark.usefixtures("quick")


def damage(pack: Path) -> None:
    """One bit of a token file; sizes stay as they are."""
    shard = pack / "shards" / "00001.train.bin"
    data = bytearray(shard.read_bytes())
    data[100] ^= 1
    shard.write_bytes(data)


def test_a_damaged_pack_is_named_before_anything_is_trained(tmp_path: Path, pack: Path) -> None:
    copied = shutil.copytree(pack, tmp_path / "pack")
    damage(copied)
    with pytest.raises(RunFailed, match=r"00001\.train\.bin is damaged"):
        trained(config(copied), tmp_path / "run")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"optimizer": {"rate": 2e-2}}, "optimizer.rate is 0.01 there and 0.02 here"),
        ({"seed": 2}, "seed is 1 there and 2 here"),
        ({"run": {"batch_tokens": 64}}, "run.batch_tokens is 128 there and 64 here"),
        ({"machine": {"dtype": "bfloat16"}}, 'machine.dtype is "float32" there and "bfloat16" here'),
    ],
)
def test_another_configuration_in_the_same_run_is_refused(
    tmp_path: Path, pack: Path, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack), tmp_path, {"step 2 of": crash})
    with pytest.raises(BadCall, match=f"begun with another configuration: {words}"):
        trained(config(pack, **change), tmp_path)


def test_what_the_machine_decides_may_be_left_open_again(tmp_path: Path, pack: Path) -> None:
    """And a run that goes on obeys what is written in the lock."""
    asked = config(pack, machine={"micro_rows": 0, "dtype": "auto", "compile": "auto", "device": "auto", "threads": 0})
    with pytest.raises(RuntimeError):
        trained(asked, tmp_path, {"step 4:": crash})
    lock = tmp_path / "config.lock.toml"
    settled = config_file.load(lock).machine
    assert (settled.device, settled.compile, settled.micro_rows, settled.threads) == (
        "cpu", "no", 4, torch.get_num_threads(),
    )  # fmt: skip
    assert settled.dtype in ("float32", "bfloat16")
    changed = replace(settled, micro_rows=1, threads=1, dtype="float32")
    lock.write_text(config_file.dump(replace(config_file.load(lock), machine=changed)))
    said = trained(asked, tmp_path)
    assert [text for text in said if text.startswith("calibration")] == []
    start = lines(tmp_path, "start")[-1]
    assert (start["micro_rows"], start["threads"], start["dtype"]) == (1, 1, "float32")


def test_a_run_keeps_the_rate_and_the_batch_that_the_rule_gave(tmp_path: Path, pack: Path) -> None:
    """Whatever the rule would give to the longer run that it becomes, and whatever it said when the run was begun."""
    short = {"tokens": 64 * 6, "batch_tokens": 0}
    asked = config(pack, optimizer={"rate": 0.0, "warmup": 0.0, "decay": 0.25}, run=short)
    by_rule = rates.settled(asked, Layout.of(asked.model, 300, "causal"))[0]
    assert (by_rule.optimizer.rate, by_rule.run.batch_tokens) == (0.024, 32)
    with pytest.raises(RuntimeError):
        trained(asked, tmp_path, {"step 4:": crash})
    lock = tmp_path / "config.lock.toml"
    begun = config_file.load(lock)
    assert (begun.optimizer.rate, begun.run.batch_tokens) == (0.024, 32)
    lock.write_text(config_file.dump(replace(begun, optimizer=replace(begun.optimizer, rate=0.02))))
    longer = replace(asked, run=replace(asked.run, tokens=10**3))
    said = trained(longer, tmp_path)
    assert [text for text in said if "by the rule" in text] == []
    assert config_file.load(lock).optimizer.rate == 0.02
    assert lines(tmp_path, "start")[-1]["steps"] == 32
    with pytest.raises(BadCall, match=r"optimizer\.dial is 1\.0 there and 2\.0 here"):
        trained(replace(longer, optimizer=replace(longer.optimizer, dial=2.0)), tmp_path)


def test_a_model_that_no_memory_holds(tmp_path: Path, pack: Path) -> None:
    wide = config(pack, model={"width": 1 << 20})
    with pytest.raises(RunFailed, match="the model does not fit this machine's memory: "):
        trained(wide, tmp_path / "run")


def test_a_changed_pack_and_another_tokenizer_are_refused(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack), tmp_path / "run", {"step 2 of": crash})
    lock = tmp_path / "run" / "pack.lock.json"
    known = json.loads(lock.read_text())
    lock.write_text(json.dumps(known | {"fingerprint": "0" * 64}))
    with pytest.raises(BadCall, match=r"has changed since .*run was begun: its fingerprint was 000000000000… and is"):
        trained(config(pack), tmp_path / "run")
    lock.write_text(json.dumps(known | {"tokenizer_sha256": "0" * 64}))
    with pytest.raises(BadCall, match="was packed with another tokenizer than the one"):
        trained(config(pack), tmp_path / "run")
    lock.write_text("[]")
    with pytest.raises(BadCall, match=r"pack\.lock\.json cannot be read"):
        trained(config(pack), tmp_path / "run")


def test_init_goes_on_from_a_checkpoint_and_measures_it_first(tmp_path: Path, pack: Path, whole: Path) -> None:
    init = whole / "checkpoints" / "step-000012"
    asked = config(pack, init=str(init), model={"width": 999, "heads": 3})  # its shape replaces the one asked for
    trained(asked, tmp_path / "second")
    before, after = lines(whole, "evaluation")[-1], lines(tmp_path / "second", "evaluation")[0]
    assert (after["step"], after["bits_per_byte"]) == (0, before["bits_per_byte"])
    assert lines(tmp_path / "second", "evaluation")[-1]["bits_per_byte"] < after["bits_per_byte"]


def test_an_embedding_moves_faster_unless_it_comes_from_elsewhere(tmp_path: Path, pack: Path, whole: Path) -> None:
    """With init its size is another's, for which so large a step is too large."""
    init = {"init": str(whole / "checkpoints" / "step-000012")}
    for name, changes, faster in (("new", {}, True), ("other", init, False)):
        embeddings = []
        for times in (1.0, 20.0):
            run = tmp_path / f"{name}-{times:g}"
            trained(config(pack, optimizer={"embedding": times}, run={"tokens": 128}, **changes), run)
            embeddings.append(tensors(run)["model.embed_tokens.weight"])
        assert torch.equal(*embeddings) is not faster


def test_init_must_fit_the_objective_and_the_tokenizer(tmp_path: Path, pack: Path) -> None:
    trained(config(pack), tmp_path / "first")
    init = tmp_path / "first" / "checkpoints" / "step-000012"
    with pytest.raises(BadCall, match=r"is Qwen3ForCausalLM, and the objective is 'masked'"):
        trained(config(pack, init=str(init), objective="masked"), tmp_path / "second")
    tokenizer = init / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")
    with pytest.raises(BadCall, match="was packed with another tokenizer than"):
        trained(config(pack, init=str(init)), tmp_path / "second")
    tokenizer.unlink()
    with pytest.raises(BadCall, match=r"has no tokenizer\.json: no one can tell"):
        trained(config(pack, init=str(init)), tmp_path / "second")


def test_a_source_that_is_read_too_often_is_told(tmp_path: Path) -> None:
    made = small_runs.make_pack(tmp_path / "one", documents=3)
    said = trained(config(made, run={"tokens": 4000, "evaluate_every": 100, "save_every": 100}), tmp_path / "run")
    assert any(text.startswith("warning: books will be read ") and "past four" in text for text in said)
    assert any(text.startswith("tokens of the first epoch that fill no window: ") for text in said)


def test_a_pack_that_was_damaged_since_is_named_when_a_run_goes_on(tmp_path: Path, pack: Path) -> None:
    copied = shutil.copytree(pack, tmp_path / "pack")
    with pytest.raises(RuntimeError):
        trained(config(copied), tmp_path / "run", {"step 8:": crash})
    damage(copied)
    with pytest.raises(RunFailed, match=r"00001\.train\.bin is damaged"):
        trained(config(copied), tmp_path / "run")


def test_a_run_goes_on_only_on_the_kind_of_device_it_was_begun_on(tmp_path: Path, pack: Path) -> None:
    asked = config(pack, machine={"device": "auto"})
    with pytest.raises(RuntimeError):
        trained(asked, tmp_path, {"step 4:": crash})
    lock = tmp_path / "config.lock.toml"
    settled = config_file.load(lock)
    lock.write_text(config_file.dump(replace(settled, machine=replace(settled.machine, device="cuda"))))
    with pytest.raises(BadCall, match="was begun on cuda, and this session would compute on cpu: go on where"):
        trained(asked, tmp_path)


def test_a_compiled_run_says_so_where_compiling_fails(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> Tensor:
        raise RuntimeError("no compiler")

    with pytest.raises(RuntimeError):
        trained(config(pack, machine={"compile": "auto"}), tmp_path, {"step 4:": crash})
    lock = tmp_path / "config.lock.toml"
    settled = config_file.load(lock)
    lock.write_text(config_file.dump(replace(settled, machine=replace(settled.machine, compile="yes"))))
    monkeypatch.setattr(Model, "compiled_loss", lambda _: failing)
    with pytest.raises(RunFailed, match="was begun compiled, and here that fails: no compiler"):
        trained(config(pack, machine={"compile": "auto"}), tmp_path)
    monkeypatch.undo()
    lock.write_text(config_file.dump(settled))
    trained(config(pack, machine={"compile": "auto"}), tmp_path)
    lock.write_text(config_file.dump(replace(settled, machine=replace(settled.machine, compile="yes"))))
    monkeypatch.setattr(Model, "compiled_loss", lambda _: failing)
    assert trained(config(pack, machine={"compile": "auto"}), tmp_path)[-1].endswith("is done already, all 12 steps")


def test_reading_a_large_pack_is_told(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "TELLING", 1)
    with pytest.raises(RuntimeError):
        trained(config(pack), tmp_path, {"checking the ": crash})


def test_what_a_run_began_from_may_go_once_it_has_saved(tmp_path: Path, pack: Path, whole: Path) -> None:
    init = shutil.copytree(whole / "checkpoints/step-000012", tmp_path / "init")
    with pytest.raises(RuntimeError):
        trained(config(pack, init=str(init)), tmp_path / "run", {"step 4:": crash})
    shutil.rmtree(init)
    trained(config(pack, init=str(init)), tmp_path / "run")
    assert (tmp_path / "run/latest").read_text() == "step-000012\n"
