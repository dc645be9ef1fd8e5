import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer import small_runs
from tests.trainer.full_disk import full_disk
from tests.trainer.small_runs import config, crash, kill, lines, tensors, trained, untimed
from winnow.trainer.config import config_file
from winnow.trainer.data.batches import Batches
from winnow.trainer.data.prefetch import Batch
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.model.hf import load_model, save_weights
from winnow.trainer.pack.index import Pack
from winnow.trainer.run.checkpoint_folders import kept_steps
from winnow.trainer.run.step import Step
from winnow.trainer.run.train import train

LEARNT = ("step", "evaluation", "skip")


pytestmark = pytest.mark.usefixtures("quick")


def assert_equal_runs(one: Path, other: Path) -> None:
    a, b = tensors(one), tensors(other)
    assert a.keys() == b.keys()
    assert [name for name in a if not torch.equal(a[name], b[name])] == []
    assert untimed(one, *LEARNT) == untimed(other, *LEARNT)


CASES = [
    {"machine": {"dtype": "bfloat16"}},
    {"objective": "masked"},
    {"optimizer": {"name": "adamw"}, "model": {"tied": False}},
    pytest.param({"machine": {"dtype": "bfloat16", "threads": 2}}, marks=pytest.mark.slow),
    pytest.param({"machine": {"compile": "yes"}}, marks=pytest.mark.slow),
]


@pytest.mark.parametrize("changes", CASES)
def test_a_run_that_was_stopped_equals_one_that_was_not(tmp_path: Path, pack: Path, changes: dict[str, Any]) -> None:
    asked = config(pack, **changes)
    whole = tmp_path / "whole"
    trained(asked, whole)
    with pytest.raises(SystemExit) as ended:
        trained(asked, tmp_path / "parts", {"step 4:": kill(signal.SIGTERM)})
    assert ended.value.code == 143
    assert (tmp_path / "parts" / "latest").read_text() == "step-000005\n"  # in the middle of a log interval
    with pytest.raises(KeyboardInterrupt):
        trained(asked, tmp_path / "parts", {"step 8:": kill(signal.SIGINT)})
    said = trained(asked, tmp_path / "parts")
    assert any(text.startswith("step 12: ") for text in said)
    assert_equal_runs(whole, tmp_path / "parts")


@pytest.mark.parametrize("moment", ["step 8:", "step 12:", "done:"])
def test_a_run_that_crashed_equals_one_that_did_not(tmp_path: Path, pack: Path, whole: Path, moment: str) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack), tmp_path / "parts", {moment: crash})
    trained(config(pack), tmp_path / "parts")
    assert_equal_runs(whole, tmp_path / "parts")
    assert trained(config(pack), tmp_path / "parts")[-1].endswith("is done already, all 12 steps")


def test_a_run_that_crashed_before_its_first_checkpoint_begins_anew(tmp_path: Path, pack: Path, whole: Path) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack), tmp_path / "parts", {"step 2 of 12": crash})
    trained(config(pack), tmp_path / "parts")
    assert_equal_runs(whole, tmp_path / "parts")


@pytest.mark.parametrize(("number", "error"), [(signal.SIGTERM, SystemExit), (signal.SIGINT, KeyboardInterrupt)])
def test_a_signal_saves_and_says_how_to_go_on(
    tmp_path: Path, pack: Path, number: int, error: type[BaseException]
) -> None:
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        if text.startswith("first step"):
            kill(number)()

    before = signal.getsignal(number)
    with pytest.raises(error):
        train(config(pack), tmp_path, say)
    assert said[-1] == "stopped after step 2 of 12, which is saved; the same command goes on from there"
    assert (tmp_path / "latest").read_text() == "step-000002\n"
    assert [(entry["kind"], entry["step"]) for entry in lines(tmp_path, "save", "end")] == [("save", 2), ("end", 2)]
    assert signal.getsignal(number) == before


def test_before_the_first_step_a_signal_does_not_wait(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        trained(config(pack), tmp_path / "run", {"calibration": kill(signal.SIGINT)})
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [".in-use"]
    trained(config(pack), tmp_path / "run")


def test_a_signal_during_an_evaluation_need_not_wait(
    tmp_path: Path, pack: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from winnow.trainer.evaluate import asking as module

    def evaluate(*_: Any, **__: Any) -> None:
        kill(signal.SIGTERM)()
        time.sleep(60)

    monkeypatch.setattr(module, "evaluate", evaluate)
    with pytest.raises(SystemExit):
        trained(config(pack), tmp_path / "parts")
    monkeypatch.undo()
    assert [entry["kind"] for entry in lines(tmp_path / "parts")][-2:] == ["save", "end"]
    trained(config(pack), tmp_path / "parts")
    assert_equal_runs(whole, tmp_path / "parts")


def test_losses_do_not_depend_on_timing(
    tmp_path: Path, pack: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Batches.rows

    def slow(self: Batches, step: int, first: int, stop: int) -> Any:
        time.sleep(0.02 * (step % 3))
        return rows(self, step, first, stop)

    monkeypatch.setattr(Batches, "rows", slow)
    trained(config(pack), tmp_path / "other")
    assert_equal_runs(whole, tmp_path / "other")


def test_losses_are_what_they_were(whole: Path) -> None:
    """What is not meant to change the arithmetic changes these by no more than another processor does."""
    found = [entry["loss"] for entry in lines(whole, "step")]
    assert found == pytest.approx([5.673032761, 5.185300509, 4.565756162, 4.072387218], rel=1e-4)


def test_every_checkpoint_comes_before_its_evaluation_and_the_last_are_kept(tmp_path: Path, pack: Path) -> None:
    asked = config(pack, run={"evaluate_every": 3, "save_every": 5, "keep": 2})
    trained(asked, tmp_path)
    happened = [(entry["kind"], entry["step"]) for entry in lines(tmp_path, "save", "evaluation")]
    assert happened == [
        ("save", 3), ("evaluation", 3), ("save", 5), ("save", 6), ("evaluation", 6), ("save", 9),
        ("evaluation", 9), ("save", 10), ("save", 12), ("evaluation", 12),
    ]  # fmt: skip
    assert kept_steps(tmp_path) == [6, 10, 12]  # and the last before the decay


def test_size_of_micro_batches_changes_no_more_than_the_order_of_sums(tmp_path: Path, pack: Path) -> None:
    losses = []
    for rows in (1, 3):  # of four: 3 makes it two times two
        asked = config(pack, machine={"micro_rows": rows})
        trained(asked, tmp_path / str(rows))
        losses.append([entry["loss"] for entry in lines(tmp_path / str(rows), "step")])
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_a_run_that_begins_poisoned_fails_before_it_saves(tmp_path: Path, pack: Path) -> None:
    """Weights of which logits overflow make every step's loss no number."""
    first = tmp_path / "first"
    trained(config(pack), first)
    path = first / "checkpoints" / "step-000012"
    bad = load_model(path)
    with torch.no_grad():
        bad.model.norm.weight.fill_(3e38)
    opened = Pack.open(pack)
    save_weights(bad, path, end=opened.end, mask=opened.mask)
    with pytest.raises(RunFailed, match="in a row were skipped"):
        trained(config(pack, init=str(path), run={"skips": 3}), tmp_path / "second")
    assert not (tmp_path / "second" / "latest").exists()
    assert [entry["step"] for entry in lines(tmp_path / "second", "skip")] == [1, 2, 3]


def test_a_step_without_memory_says_what_to_lower_and_the_run_goes_on(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Step.__call__

    def full(self: Step, batch: Batch) -> torch.Tensor:
        if batch.step == 6:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried\nin vain")
        return taken(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(Step, "__call__", full)
        with pytest.raises(RunFailed, match=r"device's memory: CUDA out of memory\. Tried.*machine\.micro_rows"):
            trained(config(pack), tmp_path)
    trained(config(pack, machine={"micro_rows": 1}), tmp_path)
    assert lines(tmp_path, "end")[-1]["reason"] == "done"


def test_a_damaged_checkpoint_costs_the_steps_after_the_one_before(tmp_path: Path, pack: Path, whole: Path) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack), tmp_path / "parts", {"step 8:": crash})
    (tmp_path / "parts" / "checkpoints" / "step-000008" / "model.safetensors").write_bytes(b"spoilt")
    said = trained(config(pack), tmp_path / "parts")
    assert any("step-000008 is damaged: the sha256 of model.safetensors" in text for text in said)
    assert any("step-000004 instead" in text for text in said)
    assert_equal_runs(whole, tmp_path / "parts")


def test_a_full_disk_ends_the_run_and_leaves_the_checkpoint_before(tmp_path: Path, pack: Path, whole: Path) -> None:
    def filled() -> None:
        while not (tmp_path / "parts" / "latest").is_file():  # which is written while the steps go on
            time.sleep(0.01)
        stack.enter_context(full_disk(30_000))

    with (
        contextlib.ExitStack() as stack,
        pytest.raises(RunFailed, match=r"checkpoints/step-000008 cannot be saved: File too large"),
    ):
        trained(config(pack), tmp_path / "parts", {"step 4:": filled})
    assert (tmp_path / "parts" / "latest").read_text() == "step-000004\n"
    trained(config(pack), tmp_path / "parts")
    assert_equal_runs(whole, tmp_path / "parts")


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BadCall, match=r"is no run, and holds notes\.txt: name a new or empty folder"):
        trained(config(pack), tmp_path)
    with pytest.raises(BadCall, match="is a file"):
        trained(config(pack), tmp_path / "notes.txt")


def test_two_processes_do_not_share_a_run(tmp_path: Path, pack: Path) -> None:
    def again() -> None:
        with pytest.raises(BadCall, match="another process trains in"):
            trained(config(pack), tmp_path)

    trained(config(pack), tmp_path, {"step 4:": again})


def test_one_batch_overfits(tmp_path: Path) -> None:
    """A source of one document, all of whose windows are each step's batch."""
    made = small_runs.make_pack(tmp_path / "one", documents=1, validation=0.0)
    windows = (Pack.open(made).counts("train", "web").tokens - 1) // 32
    tokens = 32 * windows
    asked = config(
        made, data={"weights": {"web": 1.0}, "shift": False}, model={"width": 32, "mlp": 64}, optimizer={"rate": 3e-2},
        run={"batch_tokens": tokens, "tokens": 100 * tokens, "log_every": 20, "save_every": 100},
    )  # fmt: skip
    said = trained(asked, tmp_path / "run")
    assert any(text.endswith("has no validation documents: nothing is evaluated") for text in said)
    steps = lines(tmp_path / "run", "step")
    assert steps[0]["loss"] > 1.0  # of the first twenty
    assert steps[-1]["loss"] < 0.05
    assert steps[-1]["epochs"]["web"] == pytest.approx(100, rel=0.2)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_the_command_ends_as_the_signal_would_have_it(tmp_path: Path, pack: Path, number: int, code: int) -> None:
    file = tmp_path / "run.toml"
    file.write_text(config_file.dump(config(pack, run={"tokens": 10_000_000})))
    command = "import sys; from winnow.pipelines.cli import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", command, "train", str(file), "--output", str(tmp_path / "run")],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for text in process.stdout:
            if text.startswith("first step"):
                process.send_signal(number)
                break
        rest = process.stdout.read()
    assert process.returncode == code
    assert "which is saved; the same command goes on from there" in rest
    assert lines(tmp_path / "run")[-1]["reason"] == "stopped"


def test_checkpoints_are_whole_also_when_the_pack_has_gone(tmp_path: Path, pack: Path) -> None:
    copied = tmp_path / "pack"
    shutil.copytree(pack, copied)
    trained(config(copied), tmp_path / "run", {"step 4:": lambda: shutil.rmtree(copied / "tokenizer")})
    kept = sorted((tmp_path / "run/checkpoints").iterdir())
    assert [path.name for path in kept] == ["step-000004", "step-000008", "step-000012"]
    for path in kept:
        assert (path / "tokenizer.json").read_bytes() == (pack / "tokenizer/tokenizer.json").read_bytes()
        assert (path / "tokenizer_config.json").is_file()


def test_a_checkpoint_generates_with_what_its_tokenizer_gives(whole: Path) -> None:
    """As in model cards: version 4 of transformers would hand over token_type_ids, and refuse them."""
    path = whole / "checkpoints/step-000012"
    names = json.loads((path / "tokenizer_config.json").read_text())["model_input_names"]
    assert names == ["input_ids", "attention_mask"]
    transformers = pytest.importorskip("transformers")
    words = transformers.AutoTokenizer.from_pretrained(path)
    given = words("a red house", return_tensors="pt")
    assert sorted(given) == ["attention_mask", "input_ids"]
    theirs = transformers.AutoModelForCausalLM.from_pretrained(path)
    assert theirs.generate(**given, max_new_tokens=3, do_sample=False).shape[1] > given["input_ids"].shape[1]
