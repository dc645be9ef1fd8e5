"""What machines can do: stated peaks of GPUs by name, and the matrix-product rate that is measured on this one.

A peak is that of dense products in bfloat16 with float32 sums, never the "with sparsity" figure of a data sheet, which
is twice as high. A name that is not in the table has no peak: a wrong one makes every share of it wrong.
"""

import platform
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from winnow.trainer.errors import BadCall


@dataclass(frozen=True)
class Gpu:
    """A kind of GPU, by the names under which CUDA's driver reports it."""

    name: str
    reported: tuple[str, ...]
    """Without the word NVIDIA, which older drivers leave out."""
    bfloat16: float | None
    """Dense products, FLOP/s; None where the chip has none."""
    memory: float
    """Bytes, as sold."""
    float32: float | None = None
    """FLOP/s, for chips without bfloat16."""


BFLOAT16 = 8
"""The capability, from which on GPUs multiply in bfloat16."""

_G = 1e9
_T = 1e12
GPUS = (
    Gpu("T4", ("Tesla T4", "T4"), None, 16 * _G, float32=8.1 * _T),
    Gpu("V100", ("Tesla V100-SXM2-16GB", "Tesla V100-SXM2-32GB", "Tesla V100-SXM3-32GB"), None, 16 * _G,
        float32=15.7 * _T),
    Gpu("L4", ("L4",), 121 * _T, 24 * _G),
    Gpu("A10", ("A10",), 125 * _T, 24 * _G),
    Gpu("RTX 3090", ("GeForce RTX 3090",), 71 * _T, 24 * _G),
    Gpu("RTX 4090", ("GeForce RTX 4090",), 165.2 * _T, 24 * _G),
    Gpu("RTX 5090", ("GeForce RTX 5090",), 209.5 * _T, 32 * _G),
    Gpu("L40S", ("L40S",), 362 * _T, 48 * _G),
    Gpu("A100 40 GB", ("A100-SXM4-40GB", "A100-PCIE-40GB"), 312 * _T, 40 * _G),
    Gpu("A100 80 GB", ("A100-SXM4-80GB", "A100 80GB PCIe"), 312 * _T, 80 * _G),
    Gpu("H100 PCIe", ("H100 PCIe",), 756 * _T, 80 * _G),
    Gpu("H100 NVL", ("H100 NVL",), 835 * _T, 94 * _G),
    Gpu("H100 SXM", ("H100 80GB HBM3",), 989.4 * _T, 80 * _G),
    Gpu("H200", ("H200",), 989.4 * _T, 141 * _G),
    Gpu("H200 NVL", ("H200 NVL",), 835 * _T, 141 * _G),
    Gpu("B200", ("B200",), 2250 * _T, 180 * _G),
)  # fmt: skip
"""Peaks by the makers' data sheets and architecture papers, half of the figure with sparsity where only that is given;
the GeForce cards' with float32 sums. From small to large."""


def device_name(device: torch.device) -> str:
    """The processor's or GPU's, as the system reports it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    with suppress(OSError):  # Linux; elsewhere Python knows
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        named = [text.partition(":")[2].strip() for text in lines if text.startswith("model name")]
        if named:
            return named[0]
    return platform.processor() or platform.machine()


def gpu(reported: str) -> Gpu | None:
    """The GPU that CUDA reports so. The whole name counts: an H200 is no H100, and a slice of it (MIG) is neither."""
    short = reported.removeprefix("NVIDIA ")
    return next((known for known in GPUS if short in known.reported), None)


def peak(reported: str, dtype: torch.dtype) -> float | None:
    """The stated peak, FLOP/s, of the GPU of that name for products in `dtype`; None of a CPU and an unknown GPU."""
    known = gpu(reported)
    if known is None:
        return None
    return {torch.bfloat16: known.bfloat16, torch.float32: known.float32}.get(dtype)


def gpu_dtype(device: torch.device, asked: str) -> str:
    """The type of matrix products on a GPU, which is asked for or "auto". BadCall where the chip has no bfloat16, below
    capability 8.0: there torch would emulate it, and float16 needs a scaled loss, which this trainer does not have."""
    major, minor = torch.cuda.get_device_capability(device)
    if asked != "float32" and major < BFLOAT16:
        name = torch.cuda.get_device_name(device)
        raise BadCall(f"{name} (capability {major}.{minor}) has no bfloat16; float32 is slow there, and works: --set "
                      'machine.dtype="float32"')  # fmt: skip
    return "float32" if asked == "float32" else "bfloat16"


def matmul_rate(device: torch.device, dtype: torch.dtype, seconds: float = 1.0, side: int = 0) -> float:
    """FLOP/s of square matrix products on this machine, the best of as many as fit into `seconds`. side: of the
    matrices; 0: large ones.

    What is attainable here, under its power limits and its other load; the yardstick where no peak is known.
    """
    side = side or (8192 if device.type == "cuda" else 2048)
    generator = torch.Generator(device).manual_seed(0)  # of its own; and no constants, which take less power
    a, b = (torch.rand(side, side, dtype=dtype, device=device, generator=generator) for _ in range(2))
    product = partial(torch.mm, a, b)
    timed(device, product)  # loads the library and the kernel
    best, end = timed(device, product), time.perf_counter() + seconds
    while time.perf_counter() < end:
        best = min(best, timed(device, product))
    return 2 * side**3 / best


def timed(device: torch.device, work: Callable[[], object]) -> float:
    """Seconds of some work, until the device is done with it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    began = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began


def peak_memory(device: torch.device) -> int:
    """Bytes that this process had at most until now: on a GPU allocated there, else resident here."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
