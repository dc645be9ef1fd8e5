"""Steps that a run skips: what it says of them, and when it gives up."""

import signal
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from tests.trainer.small_runs import config, kill, lines, tensors, trained
from winnow.trainer.config.settings import Phase
from winnow.trainer.data.batches import Batches
from winnow.trainer.errors import RunFailed
from winnow.trainer.model.model import Model
from winnow.trainer.optim import guard
from winnow.trainer.pack.index import Pack
from winnow.trainer.run.session import Progress

pytestmark = pytest.mark.usefixtures("quick")


MEASURED = 3
"""Passes of the calibration before the first step, but for those without numbers that its memory is reckoned by."""


def counted(model: Model) -> bool:
    return model.head.device.type != "meta"


def poisoned(monkeypatch: pytest.MonkeyPatch, factor: float, call: int, calls: int = 1) -> None:
    """The losses of `calls` micro-batches from `call` (from 0) on are multiplied."""
    loss, count = Model.loss, iter(range(-MEASURED, 1_000_000))

    def bad(self: Model, *given: Any) -> Tensor:
        found = loss(self, *given)
        return found * factor if counted(self) and call <= next(count) < call + calls else found

    monkeypatch.setattr(Model, "loss", bad)


def test_a_step_that_is_not_finite_is_skipped_and_named(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned(monkeypatch, float("nan"), call=8)  # the first of the two micro-batches of the fifth step
    said = trained(config(pack), tmp_path)
    (skip,) = lines(tmp_path, "skip")
    ids = Batches(config(pack), Pack.open(pack), 4, 12).ids(4)
    assert (skip["step"], skip["reason"], skip["loss"], skip["documents"]) == (5, "the loss is nan", None, ids)
    assert f"step 5 skipped: the loss is nan; its documents: {', '.join(ids[:3])} and {len(ids) - 3} more" in said
    assert all(bool(tensor.isfinite().all()) for tensor in tensors(tmp_path).values())
    assert tensors(tmp_path)["steps"].item() == 11
    assert [entry["step"] for entry in lines(tmp_path, "step")] == [3, 6, 9, 12]


def test_a_spike_is_skipped(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = guard.ENOUGH + 6
    asked = config(pack, run={"tokens": steps * 128, "evaluate_every": 1000, "save_every": 1000})
    poisoned(monkeypatch, 1000.0, call=2 * (steps - 3), calls=2)
    trained(asked, tmp_path)
    (skip,) = lines(tmp_path, "skip")
    assert skip["step"] == steps - 2
    assert skip["reason"].startswith("the loss is")
    assert "above the limit" in skip["reason"]
    assert skip["documents"] == Batches(asked, Pack.open(pack), 4, steps).ids(steps - 3)


def test_too_many_skipped_steps_end_the_run_also_across_sessions(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = config(pack, run={"skips": 5})
    poisoned(monkeypatch, float("inf"), call=10, calls=1000)
    with pytest.raises(SystemExit):
        trained(asked, tmp_path, {"step 7 skipped": kill(signal.SIGTERM)})
    words = r"5 steps in a row were skipped, at last step 10: the loss is inf; metrics\.jsonl names"
    with pytest.raises(RunFailed, match=words):
        trained(asked, tmp_path)
    assert [entry["step"] for entry in lines(tmp_path, "skip")] == [6, 7, 8, 9, 10]


def test_annealing_on_what_is_harder_goes_through(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loss jumps by 15 % with the mixture's phase, and stays there: no step is skipped, let alone the run ended."""
    steps, loss = 2 * guard.ENOUGH, Model.loss
    calls = iter(range(-MEASURED, 1_000_000))

    def harder(self: Model, *given: Any) -> Tensor:
        return loss(self, *given) * (1.15 if counted(self) and next(calls) >= 2 * (steps - 30) else 1.0)

    monkeypatch.setattr(Model, "loss", harder)
    phase = Phase((steps - 30) / steps, {"books": 1.0})
    run = {"tokens": steps * 128, "evaluate_every": 1000, "save_every": 1000, "log_every": 50}
    asked = config(pack, data={"phases": (phase,)}, run=run, optimizer={"rate": 1e-4})
    trained(asked, tmp_path)
    assert lines(tmp_path, "skip") == []


def test_a_jump_without_a_phase_costs_a_few_steps_and_not_the_run(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = guard.ENOUGH + 20
    poisoned(monkeypatch, 3.0, call=2 * (steps - 15), calls=1000)
    run = {"tokens": steps * 128, "evaluate_every": 1000, "save_every": 1000, "log_every": 50, "skips": guard.STAYS}
    trained(config(pack, run=run, optimizer={"rate": 1e-4}), tmp_path)
    assert len(lines(tmp_path, "skip")) == guard.STAYS - 1


@pytest.mark.parametrize(
    ("losses", "ends"),
    [([9.0, 8.0, 7.0], False), ([9.0, 9.5, 8.9], False), ([9.0, 8.0, 9.0], True), ([9.0, None, 8.0], False),
     ([9.0, 8.0, None], True), ([None, 9.0, 8.0], False), ([None, None, 8.0], True), ([None, None], False),
     ([None] * 4, True), ([], False)],
)  # fmt: skip
def test_skipped_steps_end_no_run_whose_loss_is_finite_and_falling(losses: list[float | None], ends: bool) -> None:
    assert Progress(skipped=losses).hopeless(3) is ends
