"""A run that grows beyond its length, and one that begins from a checkpoint of another with its moments.

Between warm-up and decay a run of the schedule wsd does not know how long it is: more tokens there change nothing that
was done (`grows`). A decay is a branch: a new RUN that begins from a checkpoint of the stable phase (`Origin`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from winnow.trainer import reading
from winnow.trainer.config import config_file
from winnow.trainer.config.settings import Config
from winnow.trainer.data import mixture
from winnow.trainer.errors import BadCall
from winnow.trainer.figures import share
from winnow.trainer.optim import schedule
from winnow.trainer.pack.index import Pack
from winnow.trainer.run import checkpoint_folders, run_folder
from winnow.trainer.run.checkpoint_folders import find_checkpoint, kept_steps

PEAK = "at the rate's peak"


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
    return _whole(named(asked))


def named(asked: str) -> Path:
    """As `find`, whether it is damaged or not."""
    try:
        return find_checkpoint(Path(asked))
    except BadCall as error:
        raise BadCall(f"--from wants RUN@STEP, a run and the step of one of its checkpoints: {error}") from None


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


def taken(config: Config, origin: Origin) -> Config:
    """`config` with the rate and the batch that the origin's run had, where they are left to the rule: it might give a
    branch of another length others."""
    if config.optimizer.rate and config.run.batch_tokens:
        return config
    was = run_folder.locked(origin.path.parents[1])
    optimizer = replace(config.optimizer, rate=config.optimizer.rate or was.optimizer.rate)
    run = replace(config.run, batch_tokens=config.run.batch_tokens or was.run.batch_tokens)
    return replace(config, optimizer=optimizer, run=run)


def grows(run: Path, config: Config, was: schedule.Length, now: schedule.Length, step: int) -> None:
    """BadCall where a run of `was` that stands after `step` steps cannot become one of `now`."""
    if now.steps == was.steps or not step:
        return
    there = f"{was.steps:,} steps there and {now.steps:,} here"
    begun = f"{run} was begun with another configuration: {there}"

    def at_peak(done: int) -> bool:
        return all(schedule.at_peak(done, steps, config.optimizer) for steps in (was.steps, now.steps))

    if now.steps < was.steps:
        raise BadCall(f"{begun}; tokens may grow, and a shorter end is a branch: {_cure(run, PEAK, at_peak)}")
    if not at_peak(step):
        rising = step < config.optimizer.warmup * now.steps
        cure = _cure(run, "as it is", lambda _: True) if rising else _cure(run, PEAK, at_peak)
        raise BadCall(f"{begun}; after step {step:,} the rate is not at its peak, and would have been another: {cure}")
    phases = [mixture.begins(phase.start, was.steps) for phase in config.data.phases]
    if any(begins < step for begins in phases):
        cure = _cure(run, "before that", lambda done: done <= min(phases) and at_peak(done))
        raise BadCall(f"{begun}; after step {step:,} it is in a later phase of its mixture, which would begin "
                      f"elsewhere: {cure}")  # fmt: skip


def _cure(run: Path, place: str, fits: Callable[[int], bool]) -> str:
    """What to do instead: with the kept checkpoints of steps that fit, or without any."""
    steps = [str(step) for step in kept_steps(run) if fits(step)]
    if steps:
        others = f" (or {', '.join(steps[-6:-1])})" if len(steps) > 1 else ""
        return f"branch from a checkpoint {place}, --from {run}@{steps[-1]}{others}, with another --output"
    kept = checkpoint_folders.kept(run)
    return (f"no checkpoint {place} is kept to branch from ({run} has {kept}; run.keep=0 keeps all): "
            f"go on from its model, --set init={run}, with another --output, or begin anew")  # fmt: skip


def warnings(config: Config, origin: Origin, pack: Pack, now: schedule.Length, parameters: int) -> Iterator[str]:
    """What a new run of `config` does otherwise than the run of its origin did, or would have done next. parameters:
    those outside the embedding."""
    run, done = origin.path.parent.parent, origin.step
    try:
        was, known = run_folder.left_by(run)
    except BadCall:  # moved away from its run
        return
    steps = schedule.length(was.run, was.model.context, parameters).steps
    fallen, next_ = schedule.rate(done - 1, steps, was.optimizer), schedule.rate(done, now.steps, config.optimizer)
    if done > was.optimizer.warmup * steps and fallen < min(was.optimizer.rate, next_):
        stable = [step for step in kept_steps(run) if schedule.at_peak(step, steps, was.optimizer)]
        kept = f"; {run}@{stable[-1]} is from before that" if stable else ""
        yield (f"warning: after step {done:,} the rate had fallen to {share(fallen / was.optimizer.rate, 0)} of its "
               f"peak, {was.optimizer.rate:g}, and goes up to {next_:.3g} again{kept}")  # fmt: skip
    alike = replace(  # but for what decides which windows a step reads; another phase may come later
        config, seed=was.seed, data=replace(was.data, pack=config.data.pack, phases=config.data.phases),
        model=replace(config.model, context=was.model.context),
        run=replace(config.run, batch_tokens=was.run.batch_tokens),
    )  # fmt: skip
    differs = config_file.difference(alike, config) or ("" if known == pack.fingerprint else "the pack is another one")
    if differs:
        yield (f"warning: {differs}, so that from step {done + 1:,} on other windows come than would have come there: "
               "some may have been read before, and some never come")  # fmt: skip


def _whole(path: Path) -> Origin:
    problem = checkpoint_folders.problem(path)
    if problem is not None:
        raise BadCall(f"{path} is damaged: {problem}")
    return Origin(path.resolve(), *checkpoint_folders.origin(path))
