"""What a run came to, in sentences: how far it is, what held-out text costs beside training text, what went wrong.

The same stand at the end of `winnow train`, there with the curve, and at the head of run.html.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winnow.trainer.figures import count, many, number
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
WIDTH, HEIGHT = 60, 9
"""Characters and lines of the curve, without its axes."""


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
    return sorted(float(step) for step in found if isinstance(step, int)) if isinstance(found, list) else []


def smoothed(told: History, name: str) -> Numbers:
    """A column of the step lines, smoothed within each phase: at a border the data changes at once."""
    borders = np.searchsorted(told.steps("step"), phases(told), side="right").tolist()
    return np.concatenate([smooth(part) for part in np.split(told.steps(name), sorted(borders))])


def middles(told: History, name: str) -> Numbers:
    """Of step, tokens or seconds, where the middle lies of the stretch that each step line is a mean of: at its end the
    mean of a loss that falls would lag."""
    ends = told.steps(name)
    begun = value(next(iter(told.of("start")), {}), name)
    halves = (np.concatenate([[finite_or(begun, 0.0)], ends[:-1]]) + ends)[: len(ends)] / 2
    return np.where(np.isfinite(halves), halves, ends)


def gaps(told: History) -> list[Gap]:
    """Of every evaluation that training text of the same phase can be set beside."""
    key, borders = bits_key(told), phases(told)
    steps, training, places = told.steps("step"), smoothed(told, key), middles(told, "step")
    known, phase = np.isfinite(training) & np.isfinite(places), np.searchsorted(borders, steps)
    found = []
    for entry in told.of("evaluation"):
        step, held = value(entry, "step"), value(entry, key)
        here = known & (phase == np.searchsorted(borders, step))
        if step > 0 and math.isfinite(held) and here.any():
            within = min(max(step, places[here].min()), places[here].max())
            found.append(Gap(step, held, at(places[here], training[here], within)))
    return found


def tell(told: History) -> list[str]:
    """All that there is to say, the state first."""
    return [*state(told), *quality(told), *trouble(told)]


def state(told: History) -> list[str]:
    start, newest_ = told.last("start"), newest(told)
    if not start:
        return ["Nothing recorded yet."]
    total, done = value(start, "steps"), value(newest_, "step")
    reached = (words.known(f"{done:,.0f}", done) or "0") + words.known(f" of {total:,.0f}", total)
    last = next((entry for entry in reversed(told.entries) if entry.get("kind") in ("start", "end")), {})
    known = {"done": "finished", "stopped": "stopped before its end"}
    how = known.get(text(last, "reason"), "under way")
    return [f"{count(value(start, 'parameters'))} parameters, step {reached}, {how}."]


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
    if now.size - max(least.size, 0.0) <= GROWN * now.held:
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
        several = len(epochs(told)) > 1
        read = f"{'No source' if several else 'No text'} was read more than {number(passes, 2)} times"
        other = ": held-out and training text may differ in their sources" if several else ""
        found.append(f"{read}, so that it is hardly learnt by heart{other}.")
    return found


def trouble(told: History) -> list[str]:
    """What a reader should know before the figures are believed."""
    found = []
    if skips := told.of("skip"):
        found.append(f"{many(len(skips), 'step was', 'steps were')} skipped.")
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


def median(told: History, name: str) -> float:
    """Of a column of the step lines."""
    found = told.steps(name)
    return float(np.nanmedian(found)) if np.isfinite(found).any() else math.nan


def utilisation(told: History) -> tuple[str, float]:
    """Which share of the machine is known ("mfu", of the stated peak, or else "matmul_share"), and its median."""
    known = ((name, median(told, name)) for name in ("mfu", "matmul_share"))
    return next(((name, found) for name, found in known if math.isfinite(found)), ("", math.nan))


def best(told: History) -> float:
    """The least of the evaluations' bits."""
    found = column(told.of("evaluation"), bits_key(told))
    return float(np.nanmin(found)) if np.isfinite(found).any() else math.nan


def curve(told: History) -> list[str]:
    """Bits over the tokens trained on, as lines of text: a dot for each smoothed value of training, an o for each
    evaluation; none where there are not two values that differ."""
    key, evaluations = bits_key(told), told.of("evaluation")
    training = _finite(middles(told, "tokens"), smoothed(told, key))
    held = _finite(column(evaluations, "tokens"), column(evaluations, key))
    values = [y for _, y in training + held]
    last = max((x for x in [*told.steps("tokens").tolist(), *(x for x, _ in held)] if math.isfinite(x)), default=0.0)
    if not values or last <= 0 or min(values) == max(values):
        return []
    low, high = min(values), max(values)
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]
    for sign, points in ((".", training), ("o", held)):
        for x, y in points:
            grid[round((high - y) / (high - low) * (HEIGHT - 1))][round(max(0.0, x) / last * (WIDTH - 1))] = sign
    scale = [number(high), *[""] * (HEIGHT - 2), number(low)]
    tokens = f"{count(last)} tokens"
    return [
        *(f"{tick:>6} |{''.join(row)}".rstrip() for tick, row in zip(scale, grid, strict=True)),
        f"{'':6} +{'-' * WIDTH}",
        f"{'':8}0{tokens:>{WIDTH - 1}}",
        f"{'':8}{unit(key)}: . training, o held-out documents",
    ]


def _finite(x: Numbers, y: Numbers) -> list[tuple[float, float]]:
    """The points that have both numbers."""
    both = np.isfinite(x) & np.isfinite(y)
    return list(zip(x[both].tolist(), y[both].tolist(), strict=True))
