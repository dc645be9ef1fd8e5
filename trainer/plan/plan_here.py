"""How fast this machine would train a shape: measured with the model itself where a pass of it takes seconds, else
reckoned from the rate of matrix products alone. What is told says which."""

import time
from dataclasses import dataclass

import torch

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.model.model import Model
from winnow.trainer.optim.optimizer import Optimizer
from winnow.trainer.optim.schedule import Length
from winnow.trainer.parallel.ranks import Ranks, joined
from winnow.trainer.run.calibrate import DTYPES
from winnow.trainer.run.hardware import device_name, gpu_dtype, matmul_rate
from winnow.trainer.run.memory import Memory, total
from winnow.trainer.run.trial import Trial

ASSUMED_SHARE = 0.5
"""Of the matrix-product rate, that training reaches where it could not be measured."""
LONGEST = 4.0
"""Seconds that the pass of one row may be expected to take, for it to be measured."""
SECONDS = 3.0
"""Of passes."""
ROOM = 0.8
"""Of the memory that is free."""


@dataclass(frozen=True)
class Here:
    """This machine and a shape."""

    device: str
    tokens_per_second: float
    """Of whole steps, without evaluation and saving."""
    matmul: float
    """FLOP/s of matrix products, measured."""
    dtype: str
    measured: bool
    """Whether a pass of the model was; else the rate is ASSUMED_SHARE of `matmul`."""
    optimizer: float
    """Share of a step that the optimizer takes; 0 where it was not measured."""


def measure(config: Config, layout: Layout, run: Length, flops: float, memory: Memory) -> Here:
    """`flops`: of a token. A few seconds. BadCall: no such device."""
    with joined(config.machine.device) as ranks:
        device, tokens = ranks.device, run.rows * config.model.context
        if config.machine.threads:
            torch.set_num_threads(config.machine.threads)
        name = device_name(device) + (f", {torch.get_num_threads()} threads" if device.type == "cpu" else "")
        dtype, matmul = _products(config, device)
        free = total(device) if device.type == "cpu" else torch.cuda.mem_get_info(device)[0]
        fits = int((ROOM * free - memory.held()) // memory.row)
        if config.model.context * flops / (ASSUMED_SHARE * matmul) > LONGEST or fits < 1:
            return Here(name, ASSUMED_SHARE * matmul / flops, matmul, dtype, False, 0.0)
        model = Model(layout, DTYPES[dtype])
        if device.type == "cpu":
            model.initialise(config.seed)
        model.to(device)
        step = _optimizer_seconds(config, model, DTYPES[dtype], ranks)
        most = config.machine.micro_rows or min(fits, 8 if device.type == "cpu" else 64)
        passes = tokens / _passes(Trial(model, config), min(run.rows, most))
        return Here(name, tokens / (passes + step), matmul, dtype, True, step / (passes + step))


def _passes(trial: Trial, most: int) -> float:
    """Tokens a second of forward and backward passes, uncompiled: the best of sizes that double up to `most` rows."""
    rates, rows = list[float](), 1
    end = time.perf_counter() + SECONDS
    while True:
        took = trial.seconds(trial.model.loss, rows)
        rates.append(trial.tokens(rows) / took)
        if len(rates) > 1 and time.perf_counter() + took > end:  # the first loads kernels
            return max(rates)
        rows = min(2 * rows, most)


def _optimizer_seconds(config: Config, model: Model, dtype: torch.dtype, ranks: Ranks) -> float:
    optimizer = Optimizer(model, config.optimizer, dtype, ranks)
    sound = torch.ones((), device=ranks.device)

    def now() -> float:
        if ranks.device.type == "cuda":
            torch.cuda.synchronize(ranks.device)
        return time.perf_counter()

    best = float("inf")
    for _ in range(2):  # the first loads kernels
        began = now()
        optimizer.step(0.0, sound)
        best = min(best, now() - began)
    return best


def _products(config: Config, device: torch.device) -> tuple[str, float]:
    """The type that training would use, roughly, and its matrix products' rate."""
    names: list[str] = ["float32", "bfloat16"] if config.machine.dtype == "auto" else [config.machine.dtype]
    if device.type == "cuda":
        names = [gpu_dtype(device, config.machine.dtype)]
    rates = {name: matmul_rate(device, DTYPES[name], 0.3) for name in names}
    best = max(rates, key=lambda name: rates[name])
    return best, rates[best]
