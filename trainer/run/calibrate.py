"""What [machine] leaves open, settled by measuring: a few seconds at the beginning of a run, told and written down.

    threads      as many as torch finds
    dtype        on a GPU bfloat16; on a CPU where its products are faster by a good margin (a flag may mean emulation)
    parallel     of several ranks: shards where a whole model leaves no room, and what is recomputed (memory.py)
    compile      on a GPU; on a CPU where a run of this length gains more than compiling takes, and where it is faster
    micro_rows   the fastest of a few sizes, by the step that will be taken: each is compiled, if that is

A run that goes on obeys what was settled when it was begun: another sum order would be another run.
"""

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
from winnow.trainer.model.model import LossOf, Model, Weights
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import memory
from winnow.trainer.run.hardware import gpu_dtype, matmul_rate
from winnow.trainer.run.trial import Trial

COMPILE_GAIN, COMPILE_SECONDS = 0.2, 36.0
"""On a CPU: the least of a run that compiling was measured to save (tiny 20 %, 10m and 30m 30 to 40 %), and what it
takes. So it pays from three minutes on."""
BUDGET_SHARE, BUDGET_SECONDS = 0.01, {"cpu": 2.0, "cuda": 60.0}
"""Sizes are tried while that takes less than this share of the run, or so many seconds."""
GPU_TOKENS = 32_768
"""Of the first size that is tried on a GPU."""
MARGIN = {"cpu": 1.05, "cuda": 1.02}
"""What another size must be faster by: timings are noisy, and on a GPU each doubling takes twice the memory."""
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
    config: Config, model: Model, weights: Weights, rows: int, tokens: int, ranks: Ranks, say: Callable[[str], None]
) -> Calibration:
    """model, weights: as of `place`. rows: of a step on this rank. tokens: of the whole run. Leaves gradients on the
    parameters.

    All ranks measure at the same time, as they will work; what the first one finds holds for all.
    """
    machine = replace(
        config.machine, device="cuda" if ranks.device.type == "cuda" else "cpu", threads=_threads(config.machine, ranks)
    )
    _share_threads(machine, ranks)
    machine, measured = ranks.agree(_dtype(machine, ranks.device, say))
    machine = ranks.agree(memory.settle(replace(config, machine=machine), model.layout, rows, ranks, say))
    place(machine, model, weights, ranks)
    sizes, share = _Sizes(machine, Trial(model, config), rows, ranks), tokens / ranks.world
    here = sum(shards.local(p).numel() for p in model.parameters()) if machine.device == "cuda" else 0
    held = torch.empty(3 * here, device=ranks.device)  # the optimizer's, beside a pass
    sizes.trial.seconds(model.loss, 1)  # loads libraries, fills caches
    compiled, size, rate, took, failed = _compile(sizes, *sizes.fitting(model.loss, sizes.first), share, say)
    found = sizes.rates(compiled or model.loss, size, rate, took, share)
    del held
    if machine.device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(ranks.device)  # of sizes that were only tried
    best = max(found, key=lambda other: found[other] * (MARGIN[machine.device] if other == size else 1.0))
    if not machine.micro_rows:
        others = ", ".join(f"{other}: {number(rate)}" for other, rate in found.items())
        say(f"calibration: {best} rows a pass (tokens/s by rows: {others})")
    measured["calibrated_tokens_per_second"] = found[best]
    machine = replace(machine, micro_rows=machine.micro_rows or best, compile="yes" if compiled else "no")
    return Calibration(machine, compiled or model.loss, measured, failed)


def obey(machine: Machine, model: Model, weights: Weights, ranks: Ranks) -> Calibration:
    """What was settled when the run was begun, without measuring any of it again but the matrix products."""
    _share_threads(machine, ranks)
    if ranks.device.type == "cuda":
        gpu_dtype(ranks.device, machine.dtype)
    place(machine, model, weights, ranks)
    loss_of = model.compiled_loss() if machine.compile == "yes" else model.loss
    return Calibration(machine, loss_of, {"matmul_flops": matmul_rate(ranks.device, model.dtype, 0.2)})


def place(machine: Machine, model: Model, weights: Weights, ranks: Ranks) -> None:
    """Bring a model without memory (the meta device) to the ranks' device, whole or in shards, with its weights, what
    it computes in and what it computes again. No rank ever holds more than its part, and one parameter whole."""
    model.dtype = DTYPES[machine.dtype]
    model.recomputed = 0 if machine.checkpointing == "auto" else memory.RECOMPUTED[machine.checkpointing]
    if machine.parallel == "shard" and ranks.world > 1:
        shards.shard(model, list(model.model.layers), ("loss", "hidden"), model.dtype, ranks)
    try:
        model.to_empty(device=ranks.device)
    except RuntimeError as error:  # torch has no narrower one for the host's memory
        raise RunFailed(f"the model does not fit this machine's memory: {one_line(error)}") from None
    model.fill(weights, ranks)


def _share_threads(machine: Machine, ranks: Ranks) -> None:
    """Among the ranks of this machine."""
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
    return 2 * 512**3 / matmul_rate(device, dtype, 0.01, 512)


class _Sizes:
    """Measures micro-batches of some rows, on all ranks at once and by the first one's clock."""

    def __init__(self, machine: Machine, trial: Trial, rows: int, ranks: Ranks) -> None:
        self.machine, self.trial, self.ranks, self._rows = machine, trial, ranks, rows
        usual = 8 if machine.device == "cpu" else max(1, GPU_TOKENS // trial.tokens(1))
        self.first = even(rows, machine.micro_rows or usual)[-1]

    def rate(self, loss_of: LossOf, size: int) -> float:
        """Tokens a second of one rank; 0 where the rows do not fit on every device. RuntimeError where another thing
        fails, on all ranks."""
        rate, failed = 0.0, None
        try:
            rate = self.trial.best(loss_of, size)
        except torch.OutOfMemoryError:
            pass
        except RuntimeError as error:  # a compiler that is missing or fails has many names below this one
            failed = error
        worst = self.ranks.most(2 if failed else int(rate == 0))
        if worst == 2:
            raise failed or RuntimeError("on another rank")
        return 0.0 if worst else self.ranks.agree(rate)

    def fitting(self, loss_of: LossOf, size: int) -> tuple[int, float]:
        """`size`, or the largest half of a half of it that fits, and its rate."""
        while not (rate := self.rate(loss_of, size)):
            if self.machine.micro_rows or size == 1:
                cure = "take fewer: machine.micro_rows" if size > 1 else "take a smaller model or context"
                raise RunFailed(f"{size} window{'s' if size > 1 else ''} a pass do not fit on the device: {cure}")
            size = even(self._rows, size // 2)[-1]
        return size, rate

    def rates(self, loss_of: LossOf, size: int, rate: float, compiling: float, tokens: float) -> dict[int, float]:
        """Rates by size, of the first and others. compiling: seconds that another size takes before its first pass."""
        found, began = {size: rate}, time.perf_counter()
        budget = max(BUDGET_SECONDS[self.machine.device], BUDGET_SHARE * tokens / rate)
        for other in self._others(size):
            takes = compiling + 2 * self.trial.tokens(other) / max(found.values())
            if self.ranks.agree(time.perf_counter() - began + takes > budget):
                continue
            found[other] = self.rate(loss_of, other)
            if self.machine.device == "cuda" and found[other] < MARGIN["cuda"] * rate:
                break
            rate = found[other]
        return {size: rate for size, rate in found.items() if rate}

    def _others(self, size: int) -> list[int]:
        """A CPU has its caches; on a GPU ever larger ones."""
        sizes = [4, 16]
        if self.machine.device == "cuda":
            sizes = [size << more for more in range(1, self._rows.bit_length()) if size << more < 2 * self._rows]
        found = dict.fromkeys(even(self._rows, most)[-1] for most in sizes)
        return [] if self.machine.micro_rows else [other for other in found if other != size]


def _compile(
    sizes: _Sizes, size: int, rate: float, tokens: float, say: Callable[[str], None]
) -> tuple[LossOf | None, int, float, float, str]:
    """The compiled loss if it is to be used, then of the loss to use: the size that fits, its rate, and the seconds
    that compiling took; and why compiling failed. size, rate: without."""
    machine, trial = sizes.machine, sizes.trial
    wanted = machine.compile
    if wanted == "no" or (wanted == "auto" and not sizes.ranks.agree(_worth_compiling(machine, tokens / rate, say))):
        return None, size, rate, 0.0, ""
    loss_of, began = trial.model.compiled_loss(), time.perf_counter()
    try:
        fits, compiled = sizes.fitting(loss_of, size)
    except RuntimeError as error:
        if wanted == "yes":
            raise RunFailed(f'machine.compile: "yes", and compiling fails: {one_line(error)}; say "no"') from None
        say(f"calibration: without compiling, which fails here: {one_line(error)}")
        return None, size, rate, 0.0, one_line(error)
    took = max(0.0, sizes.ranks.agree(time.perf_counter() - began) - 2 * trial.tokens(fits) / compiled)
    kept = wanted == "yes" or compiled > rate
    words = f"compiled in {duration(took)}, {compiled / rate:.2f} times as fast{'' if kept else ': not used'}"
    say(f"calibration: {words}")
    return (loss_of, fits, compiled, took, "") if kept else (None, size, rate, 0.0, "")


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
