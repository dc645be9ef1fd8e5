"""How well each trainer's models predict held-out documents, after equal wall-clock and after equal steps.

The clock runs from the command to the end of the last step: start, calibration and compiling are in it (compiled code
of an earlier run is found again), the last checkpoint is not. Each trainer's schedule must know its steps beforehand,
so a pilot measures how long its first step and the later ones take, and the steps are those that fit. Runs of equal
steps do not depend on how fast they are, so nothing is compiled for them. Every length is a run of its own, with its
whole schedule.

Every trainer's learning rate comes from the same search (`swept`), Winnow's too: runs of the greatest length, with the
first seed, judged on the held-out documents themselves.
"""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.training.contenders import HERE, Contender, Shape, run
from benchmarks.training.data import HeldOut
from benchmarks.training.process import Running
from benchmarks.training.speed import TIMEOUT, compiling_in, fresh, say

VIEWS = ("seen", "alone")
"""Whether the end-of-text before a document is in view: each model is judged by what suits its training."""

MOST_RATES = 7
"""That are tried of one trainer."""

FAST = 6000
"""Tokens a second of the fastest here. A pilot is told that its run has as many steps as fit then, since a trainer may
decide by that whether compiling pays."""


@dataclass(frozen=True)
class Pilot:
    """What a run's time consists of."""

    first: float
    step: float

    def steps(self, seconds: float) -> int:
        """That fit."""
        return max(1, 1 + int((seconds - self.first) / self.step))


@dataclass(frozen=True)
class Trained:
    """One run that was scored."""

    seed: int
    rate: float
    steps: int
    seconds: float
    bits: dict[str, list[float]]
    """Of each held-out document, by view."""

    def per_byte(self, held: HeldOut) -> float:
        """In the view that suits."""
        return float(min(sum(self.bits[view]) for view in VIEWS) / held.bytes.sum())


@dataclass(frozen=True)
class Quality:
    """The runs of one trainer at its best rate."""

    runs: tuple[Trained, ...]
    tried: dict[float, float]
    """Rate to bits per byte of the first seed."""
    view: str
    bits: np.ndarray
    """float64 [documents], the mean over the seeds."""


def pilot(contender: Contender, shape: Shape, work: Path, seconds: float, steps: int) -> Pilot:
    """Some steps of a run of about the length in question, the second time: what the first has compiled is found again,
    as it is by the runs. Nothing else is kept of them."""
    guess = max(steps + 1, round(seconds * FAST / shape.batch_tokens))
    for time in ("first", "second"):
        launch = contender.launch(fresh(work / "pilot" / contender.name), guess, seed=1, rate=contender.rate)
        process = Running(compiling_in(launch, work / "compiled" / contender.name))
        try:
            first = process.wait(1, TIMEOUT)
            found = Pilot(first - process.began, (process.wait(1 + steps, TIMEOUT) - first) / steps)
        finally:
            process.end()
        say(f"{contender.name}, {time} time: {found.first:.1f} s to the first step's end, {found.step:.2f} s a step")
    return found


@dataclass(frozen=True)
class Trial:
    """What all runs of a measurement share."""

    shape: Shape
    work: Path
    held: HeldOut
    seeds: Sequence[int]
    compiled: bool
    go_on: bool
    """Whether a run that is there already is taken."""


def trained(contender: Contender, trial: Trial, steps: int, seed: int, rate: float) -> Trained:
    """One run and its score."""
    eager = "" if trial.compiled else "-eager"
    name = f"{contender.name}-{contender.precision}-{steps}steps-seed{seed}-rate{rate:g}{eager}"
    output = trial.work / "quality" / name.replace(".", "_")
    done = output.with_suffix(".json")
    if trial.go_on and done.is_file():
        return Trained(**json.loads(done.read_text()))
    done.unlink(missing_ok=True)
    launch = compiling_in(contender.launch(fresh(output), steps, seed, rate), trial.work / "compiled" / contender.name)
    if not trial.compiled:
        launch = replace(launch, environment={**launch.environment, "TORCHDYNAMO_DISABLE": "1"})
    process = Running(launch)
    try:
        seconds = process.wait(steps, TIMEOUT) - process.began
        process.finish(TIMEOUT)
    finally:
        process.end()
    scores = output.with_suffix(".bits")
    command: list[str | Path] = [
        contender.python, HERE / "scorer.py", contender.kind, contender.checkpoint(output),
        "--documents", trial.held.file, "--context", str(trial.shape.context), "--code", contender.code,
        "--output", scores,
    ]  # fmt: skip
    run(command, output.with_suffix(".scorer.log"))
    found = Trained(seed, rate, steps, seconds, json.loads(scores.read_text()))
    bits = found.per_byte(trial.held)
    say(f"{contender.name}, seed {seed}, rate {rate:g}: {steps} steps in {seconds:.1f} s, {bits:.4f} bits per byte")
    done.write_text(json.dumps(found.__dict__))
    return found


def swept(cost: Callable[[float], float], start: float) -> dict[float, float]:
    """Rates and what they cost: half of `start`, that and twice that, then on by factors of two for as long as the best
    is the least or the greatest."""
    found = {rate: cost(rate) for rate in (start / 2, start, 2 * start)}
    while (best := min(found, key=found.__getitem__)) in (min(found), max(found)) and len(found) < MOST_RATES:
        rate = best / 2 if best == min(found) else 2 * best
        found[rate] = cost(rate)
    return dict(sorted(found.items()))


def train_all(steps: Mapping[Contender, Sequence[int]], trial: Trial) -> list[dict[str, Quality]]:
    """The trainers by name, at each point. `steps`: of each trainer, how many make up each point."""
    curves = {of.name: _curve(of, trial, lengths) for of, lengths in steps.items()}
    return [dict(zip(curves, point, strict=True)) for point in zip(*curves.values(), strict=True)]


def _curve(contender: Contender, trial: Trial, lengths: Sequence[int]) -> list[Quality]:
    @functools.cache
    def train(length: int, seed: int, rate: float) -> Trained:
        return trained(contender, trial, length, seed, rate)

    longest, first = max(lengths), trial.seeds[0]
    tried = swept(lambda rate: train(longest, first, rate).per_byte(trial.held), contender.rate)
    best = min(tried, key=tried.__getitem__)
    return [_together([train(length, seed, best) for seed in trial.seeds], tried) for length in lengths]


def _together(runs: Sequence[Trained], tried: dict[float, float]) -> Quality:
    view = min(VIEWS, key=lambda name: sum(sum(of.bits[name]) for of in runs))
    bits = np.mean([of.bits[view] for of in runs], axis=0)
    return Quality(tuple(runs), tried, view, bits)
