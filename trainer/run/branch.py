"""A run that grows beyond its length, and one that begins from a checkpoint of another with its moments.

Between warm-up and decay a run of the schedule wsd does not know how long it is: more tokens there change nothing that
was done (`grows`). A decay is a branch: a new RUN that begins from a checkpoint of the stable phase (`Origin`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.trainer import reading
from winnow.trainer.config.settings import Config
from winnow.trainer.data import mixture
from winnow.trainer.errors import BadCall
from winnow.trainer.optim import schedule
from winnow.trainer.optim.schedule import Length
from winnow.trainer.run import checkpoint, run_folder


@dataclass(frozen=True)
class Origin:
    """The checkpoint that a run began from."""

    path: Path
    step: int
    """Steps done there: the run goes on with their number, and with the data that comes after them."""
    sha256: str
    """Of its weights."""

    def record(self) -> dict[str, Any]:
        """For pack.lock.json."""
        return {"checkpoint": str(self.path), "step": self.step, "sha256": self.sha256}


def find(asked: str) -> Origin:
    """The checkpoint that RUN@STEP means, or RUN, its newest one. BadCall where it is missing or damaged."""
    name, _, step = asked.rpartition("@")
    if name and step.isdecimal() and len(step) < 19:
        path = checkpoint.folder(Path(name), int(step))
    elif (Path(asked) / checkpoint.LATEST).is_file():
        path = Path(asked) / checkpoint.FOLDER / checkpoint.pointed(Path(asked))
    else:
        raise BadCall(f"--from {asked}: wanted RUN@STEP, a run and the step of one of its checkpoints")
    if not path.is_dir():
        raise BadCall(f"--from {asked}: {path.parent} has {checkpoint.kept(path.parent.parent)}")
    return _whole(path)


def known(run: Path) -> Origin | None:
    """What a begun run began from, as its lock says; BadCall where that has gone since."""
    of = reading.json_object(run / run_folder.PACK, " cannot be read").get("from")
    if of is None:
        return None
    try:
        return Origin(Path(of["checkpoint"]), int(of["step"]), str(of["sha256"]))
    except (TypeError, KeyError, ValueError) as error:
        raise BadCall(f"{run / run_folder.PACK}: what it began from cannot be read ({type(error).__name__})") from None


def same(run: Path, asked: Origin | None) -> Origin | None:
    """The origin of a begun run. BadCall where another one is asked for."""
    begun = known(run)
    if asked is not None and (begun is None or (begun.step, begun.sha256) != (asked.step, asked.sha256)):
        was = "no other run" if begun is None else str(begun.path)
        raise BadCall(f"{run} was begun from {was}, not from {asked.path}: go on without --from, or name another RUN")
    return begun


def hold(origin: Origin) -> Origin:
    """BadCall where the checkpoint is not the one any more that the run began from."""
    if _whole(origin.path) != origin:
        raise BadCall(f"{origin.path} is not the checkpoint any more that this run began from")
    return origin


def grows(run: Path, config: Config, was: Length, now: Length, step: int) -> None:
    """BadCall where a run of `was` that stands after `step` steps cannot become one of `now`."""
    if now.steps == was.steps:
        return
    there, here = f"{was.steps:,} steps there and {now.steps:,} here", f"--from {run}@STEP"
    begun = f"{run} was begun with another configuration: {there}"
    if now.steps < was.steps:
        raise BadCall(f"{begun}; tokens may grow, and a shorter end is a branch: {here}")
    peak = config.optimizer.rate
    last = max(0, step - 1)
    if any(schedule.rate(last, steps, config.optimizer) != peak for steps in (was.steps, now.steps)):
        raise BadCall(f"{begun}; after step {step:,} the rate is not at its peak, and would have been another: "
                      f"branch from where it is, {here}")  # fmt: skip
    phases: Sequence[float] = [phase.start for phase in config.data.phases]
    if any(mixture.begins(start, was.steps) < step for start in phases):
        raise BadCall(f"{begun}; after step {step:,} it is in a later phase of its mixture, which would begin "
                      f"elsewhere: branch from a step before, {here}")  # fmt: skip


def _whole(path: Path) -> Origin:
    problem = checkpoint.problem(path)
    if problem is not None:
        raise BadCall(f"{path} is damaged: {problem}")
    return Origin(path.resolve(), *checkpoint.origin(path))
