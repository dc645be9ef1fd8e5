"""A run on GPUs of each kind: what fits their memory and how, and time and cost at an assumed share of their peak.

Memory is reckoned as a run reckons it when it begins (run/memory.py). Time is that of one GPU by their number: what
they wait for each other is a part of the share that is assumed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import read, suggest
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.optim.schedule import Length
from winnow.trainer.run.hardware import GPUS, Gpu
from winnow.trainer.run.memory import ROOM, Checkpointing, Parallel, chosen, needed

RECOMPUTING: Mapping[Checkpointing, float] = {"none": 1.0, "selective": 7 / 6, "blocks": 4 / 3}
"""Operations, since a forward pass is a third of the two."""


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
