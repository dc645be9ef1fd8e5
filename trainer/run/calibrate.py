"""What [machine] leaves open, settled by measuring: a few seconds at the beginning of a run, told and written down.

    threads      as many as torch finds
    dtype        on a GPU bfloat16; on a CPU where its products are faster by a good margin (a flag may mean emulation)
    parallel     of several ranks: shards where a whole model leaves no room (memory.py)
    micro_rows   the fastest of a few sizes, on a GPU of all that fit; of shards what is reckoned to fit
    compile      on a GPU; on a CPU where a run of this length gains more than compiling takes, and where it is faster

A run that goes on obeys what was settled when it was begun: another sum order would be another run.
"""

import math
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any, cast

import torch

from winnow.trainer.config.settings import Config, Machine
from winnow.trainer.data.rows import even
from winnow.trainer.errors import RunFailed, one_line
from winnow.trainer.figures import duration, number
from winnow.trainer.model.model import LossOf, Model
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import memory
from winnow.trainer.run.hardware import gpu_dtype, matmul_rate
from winnow.trainer.run.trial import Trial

COMPILE_GAIN, COMPILE_SECONDS = 0.2, 36.0
"""On a CPU: the least of a run that compiling was measured to save (tiny 20 %, 10m and 30m 30 to 40 %), and what it
takes. So it pays from three minutes on."""
BUDGET_SHARE, BUDGET_SECONDS = 0.01, 2.0
"""Sizes are tried while that takes less than this share of the run, or so many seconds."""
MARGIN = 1.05
"""What another size must be faster by on a CPU, whose timings are noisy."""
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class Calibration:
    machine: Machine
    """With nothing left open."""
    loss_of: LossOf
    measured: dict[str, float]
    """For the start line of metrics.jsonl: matmul_flops, and rates in tokens a second of one rank."""
    compile_failed: str = ""
    """Why a run that would be compiled is not: for that line and run.html."""


def settle(
    config: Config, model: Model, rows: int, tokens: int, ranks: Ranks, say: Callable[[str], None]
) -> Calibration:
    """`rows`: of a step on this rank; `tokens`: of the whole run. Leaves gradients on the parameters.

    All ranks measure at the same time, as they will work; what the first one finds holds for all.
    """
    machine = replace(
        config.machine, device="cuda" if ranks.device.type == "cuda" else "cpu", threads=_threads(config.machine, ranks)
    )
    begin(machine, ranks)
    machine, measured = ranks.agree(_dtype(machine, ranks.device, say))
    machine = ranks.agree(memory.settle(replace(config, machine=machine), model.layout, rows, ranks, say))
    place(machine, model, ranks)
    trial = Trial(model, config)
    machine, rate = ranks.agree(_micro_rows(machine, trial, rows, tokens / ranks.world, say))
    machine, loss_of, failed = _compile(machine, trial, rows, rate, tokens / ranks.world, say)
    machine, failed = ranks.agree((machine, failed))
    measured["calibrated_tokens_per_second"] = rate
    return Calibration(machine, loss_of if machine.compile == "yes" else model.loss, measured, failed)


def obey(machine: Machine, model: Model, ranks: Ranks) -> Calibration:
    """What was settled when the run was begun, without measuring any of it again but the matrix products."""
    begin(machine, ranks)
    if ranks.device.type == "cuda":
        gpu_dtype(ranks.device, machine.dtype)
    place(machine, model, ranks)
    loss_of = model.compiled_loss() if machine.compile == "yes" else model.loss
    return Calibration(machine, loss_of, {"matmul_flops": matmul_rate(ranks.device, model.dtype, 0.2)})


def place(machine: Machine, model: Model, ranks: Ranks) -> None:
    """Bring a model to the ranks' device, whole or in shards, with what it computes in and what it computes again."""
    model.dtype = DTYPES[machine.dtype]
    model.recomputed = 0 if machine.checkpointing == "auto" else memory.RECOMPUTED[machine.checkpointing]
    if machine.parallel == "shard" and ranks.world > 1:
        shards.shard(model, list(model.model.layers), ("loss", "hidden"), model.dtype, ranks)
    else:
        model.to(ranks.device)


def begin(machine: Machine, ranks: Ranks) -> None:
    """Share the threads among the ranks of this machine."""
    torch.set_num_threads(max(1, machine.threads // ranks.local_world))


def _threads(machine: Machine, ranks: Ranks) -> int:
    """Of all ranks of this machine. torchrun sets each rank to one thread, which says nothing about the machine."""
    if machine.threads:
        return machine.threads
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return usable if ranks.world > 1 else torch.get_num_threads()


def _dtype(machine: Machine, device: torch.device, say: Callable[[str], None]) -> tuple[Machine, dict[str, float]]:
    dtype: str = machine.dtype
    if device.type == "cuda":
        dtype = gpu_dtype(device, machine.dtype)
    elif dtype == "auto":
        dtype = "bfloat16" if _small(device, torch.bfloat16) < 0.8 * _small(device, torch.float32) else "float32"
    rate = matmul_rate(device, DTYPES[dtype], 0.3)
    count = torch.get_num_threads()
    threads = f"{count} thread{'s' if count > 1 else ''}, " if device.type == "cpu" else ""
    say(f"calibration: {threads}{number(rate / 1e9)} GFLOP/s in matrix products of {dtype}")
    return replace(machine, dtype=cast(Any, dtype)), {"matmul_flops": rate}


def _small(device: torch.device, dtype: torch.dtype) -> float:
    """Seconds of a product that is small enough for chips that only emulate the type."""
    a = torch.ones(512, 512, dtype=dtype, device=device)
    best = math.inf
    for _ in range(8):
        began = time.perf_counter()
        torch.mm(a, a)[0, 0].item()
        best = min(best, time.perf_counter() - began)
    return best


def _micro_rows(
    machine: Machine, trial: Trial, rows: int, tokens: float, say: Callable[[str], None]
) -> tuple[Machine, float]:
    """The machine with its size of a micro-batch, and that size's tokens a second."""
    loss_of = trial.model.loss
    trial.seconds(loss_of, 1)  # loads libraries, fills caches
    if machine.micro_rows:  # of shards they stand already: passes are made by all ranks together, or by none
        return machine, trial.best(loss_of, even(rows, machine.micro_rows)[-1])
    found = _fitting(trial, rows) if machine.device == "cuda" else _tried(trial, rows, tokens)
    best = max(found, key=lambda size: found[size] * (MARGIN if size == next(iter(found)) else 1.0))
    others = ", ".join(f"{size}: {number(rate)}" for size, rate in found.items())
    say(f"calibration: {best} rows a pass (tokens/s by rows: {others})")
    return replace(machine, micro_rows=best), found[best]


def _tried(trial: Trial, rows: int, tokens: float) -> dict[int, float]:
    """Tokens a second by size; the first is the one to stay with where no other is clearly faster."""
    sizes = dict.fromkeys(even(rows, size)[-1] for size in (8, 4, 16))
    found: dict[int, float] = {}
    began, budget = time.perf_counter(), BUDGET_SECONDS
    for size in sizes:
        if found and time.perf_counter() - began + 2 * trial.tokens(size) / max(found.values()) > budget:
            continue
        found[size] = trial.best(trial.model.loss, size)
        budget = max(budget, BUDGET_SHARE * tokens / max(found.values()))
    return found


def _fitting(trial: Trial, rows: int) -> dict[int, float]:
    """Tokens a second by size, of doubling sizes while they fit beside the optimizer's moments."""
    parameters = sum(p.numel() for p in trial.model.parameters())
    held = torch.empty(3 * parameters, device=trial.model.head.device)
    found: dict[int, float] = {}
    size = 4
    while size < 2 * rows:
        here = even(rows, size)[-1]
        try:
            found[here] = trial.best(trial.model.loss, here)
        except torch.OutOfMemoryError:
            break
        size *= 2
    del held
    torch.cuda.empty_cache()
    if not found:
        raise RunFailed(f"not even {even(rows, 4)[-1]} windows fit on the device; take a smaller model or context")
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _compile(
    machine: Machine, trial: Trial, rows: int, rate: float, tokens: float, say: Callable[[str], None]
) -> tuple[Machine, LossOf, str]:
    """The machine with its choice, the loss to train with, and why compiling failed where it did."""
    eager = trial.model.loss
    if machine.compile == "no" or (machine.compile == "auto" and not _worth_compiling(machine, tokens / rate, say)):
        return replace(machine, compile="no"), eager, ""
    loss_of, size = trial.model.compiled_loss(), even(rows, machine.micro_rows)[-1]
    try:
        first = trial.seconds(loss_of, size)
        faster = trial.best(loss_of, size) / rate
    except RuntimeError as error:  # a compiler that is missing or fails has many names below this one
        if machine.compile == "yes":
            raise RunFailed(f'machine.compile: "yes", and compiling fails: {one_line(error)}; say "no"') from None
        say(f"calibration: without compiling, which fails here: {one_line(error)}")
        return replace(machine, compile="no"), eager, one_line(error)
    kept = machine.compile == "yes" or faster > 1
    say(f"calibration: compiled in {duration(first)}, {faster:.2f} times as fast{'' if kept else ': not used'}")
    return replace(machine, compile="yes" if kept else "no"), loss_of, ""


def _worth_compiling(machine: Machine, seconds: float, say: Callable[[str], None]) -> bool:
    if machine.device == "cuda":
        return find_spec("triton") is not None
    if COMPILE_GAIN * seconds <= COMPILE_SECONDS:
        say(f"calibration: about {duration(seconds)} of training, too short for compiling to pay")
        return False
    if not any(shutil.which(name) for name in (os.environ.get("CXX", "c++"), "g++", "clang++")):
        say("calibration: compiling would pay, but there is no C++ compiler (c++, g++ or clang++)")
        return False
    return True
