"""How fast machines would train a shape, and what fits them: this one, and GPUs of each kind.

This machine is measured with the model itself where a pass of it takes seconds, else reckoned from the rate of matrix
products alone; what is told says which. GPUs are reckoned: memory as a run reckons it when it begins (run/memory.py),
time and cost at an assumed share of their peak. Several take the time of one by their number: what they wait for each
other is a part of the share that is assumed.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import read, suggest
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.model.model import Model
from winnow.trainer.optim.optimizer import Optimizer
from winnow.trainer.optim.schedule import Length
from winnow.trainer.parallel.ranks import Ranks, joined
from winnow.trainer.run.calibrate import DTYPES
from winnow.trainer.run.hardware import GPUS, Gpu, device_name, gpu_dtype, matmul_rate, timed
from winnow.trainer.run.memory import ROOM, Checkpointing, Memory, Parallel, chosen, needed, total
from winnow.trainer.run.trial import Trial

ASSUMED_SHARE = 0.5
"""Of the matrix-product rate, that training reaches where it could not be measured."""
LONGEST = 4.0
"""Seconds that the pass of one row may be expected to take, for it to be measured."""
SECONDS = 3.0
"""Of passes."""
OF_FREE = 0.8
"""Of this machine's free memory, that is counted on; of a GPU that is not here ROOM of all."""
RECOMPUTING: Mapping[Checkpointing, float] = {"none": 1.0, "selective": 7 / 6, "blocks": 4 / 3}
"""Operations, since a forward pass is a third of the two."""


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
        fits = int((OF_FREE * free - memory.held()) // memory.row)
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
    return min(timed(ranks.device, lambda: optimizer.step(0.0, sound)) for _ in range(2))  # the first loads kernels


def _products(config: Config, device: torch.device) -> tuple[str, float]:
    """The type that training would use, roughly, and its matrix products' rate."""
    names: list[str] = ["float32", "bfloat16"] if config.machine.dtype == "auto" else [config.machine.dtype]
    if device.type == "cuda":
        names = [gpu_dtype(device, config.machine.dtype)]
    rates = {name: matmul_rate(device, DTYPES[name], 0.3) for name in names}
    best = max(rates, key=lambda name: rates[name])
    return best, rates[best]


@dataclass(frozen=True)
class There:
    """The run on so many GPUs of a kind."""

    gpu: Gpu
    flops: float
    """A second, assumed, of one."""
    parallel: Parallel
    checkpointing: Checkpointing
    held: float
    """Bytes on each, beside the windows."""
    rows: int
    """Windows of a forward and backward pass that fit; 0: it does not fit at all."""
    seconds: float
    dollars: float | None
    """Of all; None where no price is known."""


def on_gpus(
    config: Config, layout: Layout, run: Length, flops: float, number: int, mfu: float, prices: Mapping[str, float]
) -> tuple[There, ...]:
    """`flops`: of the whole run. prices: dollars an hour of one, by name. BadCall: more GPUs than windows a step."""
    if number > run.rows:
        raise BadCall(f"--gpus {number}: a step has {run.rows} windows, one for each GPU at least: raise "
                      "run.batch_tokens or take fewer")  # fmt: skip
    exact = replace(config, machine=replace(config.machine, dtype="float32"))
    memories, share, found = {True: needed(layout, config), False: needed(layout, exact)}, -(-run.rows // number), []
    for gpu in GPUS:
        memory, rate = memories[bool(gpu.bfloat16)], (gpu.bfloat16 or gpu.float32 or math.nan) * mfu
        room, context = ROOM * gpu.memory, config.model.context
        parallel, checkpointing, rows = chosen(memory, room, number, share, context, True, config.machine)
        seconds = flops * RECOMPUTING[checkpointing] / (rate * number)
        dollars = seconds / 3600 * prices[gpu.name] * number if gpu.name in prices else None
        held = memory.held(parallel, number)
        found.append(There(gpu, rate, parallel, checkpointing, held, min(rows, share), seconds, dollars))
    return tuple(found)


def prices(given: Sequence[str]) -> dict[str, float]:
    """["H100=2.1"] as {"H100 PCIe": 2.1, "H100 NVL": 2.1, "H100 SXM": 2.1}; the later of two holds. What has no "=" is
    a TOML file of such lines. BadCall where no GPU is called so, or a price is none."""
    names, found = [gpu.name for gpu in GPUS], dict[str, float]()
    for text in given:
        where = f"--price {shown(text) if '=' in text else text}"
        for name, dollars in [text.split("=", 1)] if "=" in text else _read(Path(text)):
            wanted = f"{name.strip().lower()} "
            known = [gpu for gpu in names if name.strip() and f"{gpu.lower()} ".startswith(wanted)]
            if not known:
                raise BadCall(f"{where}: {shown(name)} is no GPU that is known{suggest(name, names)}")
            try:
                price = float(dollars)
            except ValueError:
                price = -1
            if not 0 <= price < math.inf:
                raise BadCall(f"{where}: write GPU=DOLLARS an hour, as H100=2.10, or name a TOML file of such lines")
            found.update(dict.fromkeys(known, price))
    return found


def _read(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        raise BadCall(f"--price {shown(str(path))}: write GPU=DOLLARS an hour, or name a TOML file of such lines")
    yield from ((name, str(value)) for name, value in read(path)[0].items())
