"""How long a run is, and its learning rate at each step: pure functions, so a run can be taken up anywhere.

share of the peak
1 |  ______________            wsd: warm-up, stable, linear decay (Hu et al. 2024, MiniCPM, section 4)
  | /              \\           cosine: warm-up, half a cosine (Loshchilov & Hutter 2017, SGDR, section 3)
0 |/________________\\  step
"""

import math
from dataclasses import dataclass

from winnow.trainer.config.settings import Optimizer, Run

LEAST_MOMENTUM = 0.85


@dataclass(frozen=True)
class Length:
    """Of a run. Steps are counted from 0 here and in the data; people are told how many are done."""

    rows: int
    """Windows of one optimizer step, over all ranks."""
    steps: int
    tokens: int
    """Of all steps: rows times context times steps."""


def length(run: Run, context: int, parameters: int) -> Length:
    """The run's length; `parameters` are those outside the embedding. The last step is a whole one."""
    rows = max(1, round(run.batch_tokens / context))
    wanted = run.tokens or run.tokens_per_parameter * parameters
    steps = max(1, math.ceil(wanted / (rows * context)))
    return Length(rows, steps, rows * context * steps)


def rate(step: int, steps: int, settings: Optimizer) -> float:
    """Of step `step`, counted from 0. The floor is reached as the run ends, so that no step is idle."""
    rise = min(1.0, (step + 1) / max(1.0, settings.warmup * steps))
    if settings.schedule == "cosine":
        warm = settings.warmup * steps
        fall = (1 + math.cos(math.pi * max(0.0, step - warm) / max(1.0, steps - warm))) / 2
    else:
        fall = min(1.0, (steps - step) / max(1.0, settings.decay * steps))
    return settings.rate * min(rise, settings.floor + (1 - settings.floor) * fall)


def at_peak(done: int, steps: int, settings: Optimizer) -> bool:
    """Whether the rate is at its peak after `done` steps, neither rising nor fallen."""
    return rate(max(0, done - 1), steps, settings) == settings.rate


def branches(done: int, steps: int, settings: Optimizer) -> bool:
    """Whether decays of other lengths can begin after `done` steps: those of wsd at its peak."""
    return settings.schedule == "wsd" and at_peak(done, steps, settings)


def momentum(step: int, settings: Optimizer) -> float:
    """Muon's at step `step`, whatever the run's length. It begins low: the first gradients soon point nowhere any more
    (Jordan et al. 2024, modded-nanogpt)."""
    risen = min(1.0, step / settings.momentum_warmup) if settings.momentum_warmup else 1.0
    least = min(LEAST_MOMENTUM, settings.momentum)
    return least + (settings.momentum - least) * risen


def interval(every: int, steps: int) -> int:
    """Steps between two evaluations or saves; 0 stands for a tenth of the run."""
    return every or max(1, math.ceil(steps / 10))


def times(every: int, done: int, steps: int) -> int:
    """How often what is due after each `every` steps, and at the end, comes after `done` steps."""
    return steps // every - done // every + (steps % every > 0) if done < steps else 0
