import math
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.small_runs import config, lines, tensors, trained
from winnow.trainer.report import sinks
from winnow.trainer.report.history import Metrics
from winnow.trainer.report.sinks import Sinks, numbers

ROOT = Path(__file__).resolve().parents[3]
LOSS = {"loss": 2.0, "mfu": None, "epochs": {"web": 0.5}, "what": "words", "wait": math.nan}
TASK = {"task": "code", "questions": 60, "accuracy": {"value": 0.5, "low": 0.25, "high": 0.75}, "chance": 0.25}
SAMPLE = {"prompt": "a\n</script>", "text": "\x1b[31m\u202e", "ended": False, "tokens_made": 9}


def test_numbers_and_their_names() -> None:
    found = list(numbers("step", LOSS))
    assert found[:2] == [("step/loss", 2.0), ("step/epochs/web", 0.5)]
    assert [name for name, _ in found] == ["step/loss", "step/epochs/web", "step/wait"]


@pytest.mark.slow
def test_nothing_is_imported_that_is_not_asked_for() -> None:
    code = ("import sys; from winnow.trainer.run import train\n"
            "assert not {'tensorboard', 'wandb', 'torch.utils.tensorboard'} & set(sys.modules)")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["tensorboard", "wandb"])
def test_one_that_is_missing_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for module in ("torch.utils.tensorboard", "wandb"):
        monkeypatch.setitem(sys.modules, module, None)  # importing it is an ImportError
    said: list[str] = []
    metrics = Metrics(tmp_path, sinks=Sinks((name,), tmp_path, {}, said.append))
    metrics.add("save", 1, 1, 1.0)
    assert said == []
    metrics.add("step", 2, 1, 1.0, loss=1.0)
    metrics.add("step", 3, 1, 1.0, loss=1.0)
    metrics.close()
    assert said == [f"warning: run.sinks: {name} is not installed: pip install {name}"]
    assert len((tmp_path / "metrics.jsonl").read_text().splitlines()) == 3


class Failing:
    """Fails where it is told to."""

    at = ""

    def __init__(self, *_: Any) -> None:
        self.act("open")

    def add(self, kind: str, step: int, values: Mapping[str, Any]) -> None:
        self.act("add")

    def close(self) -> None:
        self.act("close")

    def act(self, what: str) -> None:
        if what == self.at:
            raise ValueError(f"no\n{what}")


@pytest.mark.parametrize(
    "at", [pytest.param("open", marks=pytest.mark.slow), "add", pytest.param("close", marks=pytest.mark.slow)]
)
@pytest.mark.usefixtures("quick")
def test_one_that_fails_is_said_once_and_ends_no_run(
    tmp_path: Path, pack: Path, whole: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    monkeypatch.setattr(Failing, "at", at)
    monkeypatch.setitem(sinks.OPENED, "tensorboard", Failing)
    said = trained(config(pack, run={"sinks": ("tensorboard", "tensorboard")}), tmp_path / "run")
    assert [text for text in said if "sinks" in text] == [
        f"warning: run.sinks: tensorboard fails, and gets no more: no {at}"]  # fmt: skip
    assert lines(tmp_path / "run", "end")[-1]["reason"] == "done"
    assert all(tensor.equal(tensors(whole)[name]) for name, tensor in tensors(tmp_path / "run").items())


def test_tensorboard(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # type: ignore[import-not-found, unused-ignore]  # isort: skip

    told = Sinks(("tensorboard",), tmp_path, {}, print)
    for kind, values in (("step", LOSS), ("task", TASK), ("sample", SAMPLE), ("save", {"seconds_taken": 2.0})):
        told.add(kind, 4, values)
    told.close()
    read = EventAccumulator(str(tmp_path / "tensorboard"))
    read.Reload()
    tags = read.Tags()
    assert {"step/loss", "step/epochs/web", "task/code/accuracy/value", "task/code/chance"} <= set(tags["scalars"])
    assert not any(tag.startswith("save") for tag in tags["scalars"])
    assert [(event.step, event.value) for event in read.Scalars("step/epochs/web")] == [(4, 0.5)]
    assert len(tags["tensors"]) == 1  # the sample's text


@pytest.mark.slow
def test_wandb_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    said: list[str] = []
    for _ in range(2):  # a run that goes on
        told = Sinks(("wandb",), tmp_path, {"seed": 3, "data": {"pack": "p"}}, said.append)
        for kind, values in (("step", LOSS), ("task", TASK), ("sample", SAMPLE)):
            told.add(kind, 4, values)
        told.close()
    assert said == []
    known = (tmp_path / "wandb.id").read_text()
    written = list((tmp_path / "wandb").glob(f"offline-run-*-{known}/run-{known}.wandb"))
    assert written
    content = b"".join(file.read_bytes() for file in written)
    for word in (b"step/loss", b"task/code/accuracy/value", b"step/epochs/web"):
        assert word in content
