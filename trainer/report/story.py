"""What a run came to, in sentences: how far it is, what held-out text costs beside training text, what went wrong.

The same stand at the end of `winnow train` and at the head of run.html.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winnow.trainer.figures import count, number
from winnow.trainer.optim.scaling import EPOCHS_AS_GOOD
from winnow.trainer.report import words
from winnow.trainer.report.history import (
    History,
    Numbers,
    bits_key,
    column,
    finite_or,
    newest,
    table,
    text,
    unit,
    value,
)
from winnow.trainer.report.series import at, smooth

GROWN = 0.02
"""A gap has grown by more than this share of the held-out text's bits. It is measured on the same documents each time,
so that their choice has no part in it; below, it may be the last batches'."""


SETTLED = 0.2
"""A gap is watched after this share of a phase: before, both fall too fast to be set beside each other."""


@dataclass(frozen=True)
class Gap:
    """What an evaluation's held-out text costs, and training text at the same point."""

    step: float
    held: float
    training: float

    @property
    def size(self) -> float:
        return self.held - self.training


def phases(told: History) -> list[float]:
    """Steps with which the mixture's later phases begin."""
    found = told.last("start").get("phases")
    return [float(step) for step in found if isinstance(step, int)] if isinstance(found, list) else []


def smoothed(told: History, name: str) -> Numbers:
    """A column of the step lines, smoothed within each phase: at a border the data changes at once."""
    borders = np.searchsorted(told.steps("step"), phases(told), side="right").tolist()
    return np.concatenate([smooth(part) for part in np.split(told.steps(name), sorted(borders))])


def gaps(told: History) -> list[Gap]:
    """Of every evaluation that training text can be set beside."""
    key, steps = bits_key(told), told.steps("step")
    training, known = smoothed(told, key), steps[np.isfinite(told.steps(key))]
    found = []
    for entry in told.of("evaluation"):
        step, held = value(entry, "step"), value(entry, key)
        beside = at(steps, training, min(max(step, known[0]), known[-1])) if len(known) and step > 0 else math.nan
        if math.isfinite(held) and math.isfinite(beside):
            found.append(Gap(step, held, beside))
    return found


def tell(told: History) -> list[str]:
    """All that there is to say, the state first."""
    return [*state(told), *quality(told), *trouble(told)]


def state(told: History) -> list[str]:
    start, newest_ = told.last("start"), newest(told)
    if not start:
        return ["Nothing recorded yet."]
    total, done = value(start, "steps"), finite_or(value(newest_, "step"), 0.0)
    of = f" of {total:,.0f}" if math.isfinite(total) else ""
    last = next((entry for entry in reversed(told.entries) if entry.get("kind") in ("start", "end")), {})
    known = {"done": "finished", "stopped": "stopped before its end"}
    how = known.get(text(last, "reason"), "under way")
    return [f"{count(value(start, 'parameters'))} parameters, step {done:,.0f}{of}, {how}."]


def quality(told: History) -> list[str]:
    """Held-out text beside training text; the gap is named, and why where it grows."""
    evaluation, key = told.last("evaluation"), bits_key(told)
    if not math.isfinite(value(evaluation, key)):
        return []
    beside = gaps(told)
    said = f"Held-out text costs {words.interval(evaluation, key)} {unit(key)}"
    if not beside:
        return [f"{said}."]
    now = beside[-1]
    said += f", training text {now.training:.4f} at that point: a gap of {now.size:.4f}"
    if now.size <= 0:
        return [f"{said}."]
    begun = max([0.0, *(step for step in phases(told) if step < now.step)])
    later = [gap for gap in beside if gap.step >= begun + SETTLED * (now.step - begun)]
    least = min(later, key=lambda gap: gap.size)
    if now.size - least.size <= GROWN * now.held:
        return [f"{said}{', which does not grow' if len(later) > 1 else ''}."]
    found = [f"{said}. The gap grows: it was {least.size:.4f} at step {least.step:,.0f}."]
    best = min(later, key=lambda gap: gap.held)
    if now.held - best.held > GROWN * now.held:
        found.append(f"Held-out text was cheapest at step {best.step:,.0f}, {best.held:.4f}: what came later made it "
                     "worse there.")  # fmt: skip
    passes = most_read(told)
    if passes >= 2:
        found.append(f"The model reads its text up to {number(passes, 2)} times and begins to learn it by heart: more "
                     "text or fewer tokens would serve it better.")  # fmt: skip
    elif math.isfinite(passes):
        found.append(f"No source was read more than {number(passes, 2)} times, so that it is hardly learnt by heart: "
                     "held-out and training text may differ in their sources.")  # fmt: skip
    return found


def trouble(told: History) -> list[str]:
    """What a reader should know before the figures are believed."""
    found = []
    if skips := told.of("skip"):
        found.append(f"{len(skips):,} {'step was' if len(skips) == 1 else 'steps were'} skipped.")
    failed = told.last("start").get("compile_failed")
    if failed:
        found.append(f"Not compiled, because compiling failed here: {failed}")
    past = [name for name, passes in epochs(told) if passes > EPOCHS_AS_GOOD]
    if past:
        found.append(f"Read more than four times: {', '.join(past)}. Repeated tokens are worth less and less "
                     "(Muennighoff et al. 2023); winnow plan says how much.")  # fmt: skip
    if told.unreadable:
        found.append(f"{told.unreadable:,} lines of metrics.jsonl could not be read.")
    return found


def epochs(told: History) -> Sequence[tuple[str, float]]:
    """How often each source has been read."""
    found = table(told.last_step, "epochs")
    return [(name, value(found, name)) for name in sorted(found) if math.isfinite(value(found, name))]


def most_read(told: History) -> float:
    return max((passes for _, passes in epochs(told)), default=math.nan)


def speed(told: History) -> float:
    """Tokens a second: the median of the step lines."""
    found = told.steps("tokens_per_second")
    found = found[np.isfinite(found)]
    return float(np.median(found)) if len(found) else math.nan


def utilisation(told: History) -> tuple[str, float]:
    """Which share of the machine is known ("mfu", of the stated peak, or else "matmul_share"), and its median."""
    for name in ("mfu", "matmul_share"):
        found = told.steps(name)
        found = found[np.isfinite(found)]
        if len(found):
            return name, float(np.median(found))
    return "", math.nan


def best(told: History) -> float:
    """The least of the evaluations' bits."""
    found = column(told.of("evaluation"), bits_key(told))
    return float(np.nanmin(found)) if np.isfinite(found).any() else math.nan


def xz(told: History) -> float:
    """What xz needs of the held-out text, bits a byte: measured once, beside an evaluation."""
    return next(
        (found for e in told.of("evaluation") if math.isfinite(found := value(e, "xz_bits_per_byte"))), math.nan
    )
