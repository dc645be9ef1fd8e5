"""How well each trainer's models predict held-out documents, at equal wall-clock and with several seeds.

The clock runs from the command to the end of the last step: start, calibration and compiling are in it (compiled code
of an earlier run is found again), the last checkpoint is not. Each trainer's schedule must know its steps beforehand,
so a pilot measures how long its first step and the later ones take, and the steps are those that fit.

The peers' learning rates are tuned on the held-out documents themselves, the first seed for each rate; Winnow's is its
default.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.training.contenders import HERE, Contender, Shape, run
from benchmarks.training.data import HeldOut
from benchmarks.training.process import Running
from benchmarks.training.speed import TIMEOUT, compiling_in, fresh, say

VIEWS = ("seen", "alone")
"""Whether the end-of-text before a document is in view: each model is judged by what suits its training."""

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
    """Some steps of a run of about the length in question; nothing is kept of it."""
    guess = max(steps + 1, round(seconds * FAST / shape.batch_tokens))
    launch = contender.launch(fresh(work / "pilot" / contender.name), guess, seed=1, rate=1e-3)
    process = Running(compiling_in(launch, work / "compiled" / contender.name))
    try:
        first = process.wait(1, TIMEOUT)
        found = Pilot(first - process.began, (process.wait(1 + steps, TIMEOUT) - first) / steps)
    finally:
        process.end()
    say(f"{contender.name}: {found.first:.1f} s to the first step's end, {found.step:.2f} s a step")
    return found


def trained(
    contender: Contender, shape: Shape, work: Path, held: HeldOut, steps: int, seed: int, rate: float, go_on: bool
) -> Trained:
    """One run and its score; with `go_on` one that is there already is taken."""
    name = f"{contender.name}-{contender.precision}-seed{seed}-rate{rate:g}"
    output = work / "quality" / name.replace(".", "_")
    done = output.with_suffix(".json")
    if go_on and done.is_file():
        return Trained(**json.loads(done.read_text()))
    done.unlink(missing_ok=True)
    launch = contender.launch(fresh(output), steps, seed, rate)
    process = Running(compiling_in(launch, work / "compiled" / contender.name))
    try:
        seconds = process.wait(steps, TIMEOUT) - process.began
        process.finish(TIMEOUT)
    finally:
        process.end()
    scores = output.with_suffix(".bits")
    command: list[str | Path] = [
        contender.python, HERE / "scorer.py", contender.kind, contender.checkpoint(output),
        "--documents", held.file, "--context", str(shape.context), "--code", contender.code, "--output", scores,
    ]  # fmt: skip
    run(command, output.with_suffix(".scorer.log"))
    found = Trained(seed, rate, steps, seconds, json.loads(scores.read_text()))
    bits = found.per_byte(held)
    say(f"{contender.name}, seed {seed}, rate {rate:g}: {steps} steps in {seconds:.1f} s, {bits:.4f} bits per byte")
    done.write_text(json.dumps(found.__dict__))
    return found


def train_all(
    steps: Mapping[Contender, int],
    shape: Shape,
    work: Path,
    held: HeldOut,
    seeds: Sequence[int],
    rates: Sequence[float],
    go_on: bool,
) -> dict[str, Quality]:
    """Tune the peers with the first seed; then seed by seed train all at their best rates. `steps`: of each trainer."""

    def train(contender: Contender, seed: int, rate: float) -> Trained:
        return trained(contender, shape, work, held, steps[contender], seed, rate, go_on)

    first = {of: [train(of, seeds[0], rate) for rate in (rates if of.tuned else [0.0])] for of in steps}
    runs = {of: [min(tried, key=lambda run: run.per_byte(held))] for of, tried in first.items()}
    for seed in seeds[1:]:
        for contender, done in runs.items():
            done.append(train(contender, seed, done[0].rate))
    return {of.name: _together(runs[of], first[of], held) for of in steps}


def _together(runs: Sequence[Trained], tried: Sequence[Trained], held: HeldOut) -> Quality:
    view = min(VIEWS, key=lambda name: sum(sum(of.bits[name]) for of in runs))
    bits = np.mean([of.bits[view] for of in runs], axis=0)
    return Quality(tuple(runs), {of.rate: of.per_byte(held) for of in tried}, view, bits)
