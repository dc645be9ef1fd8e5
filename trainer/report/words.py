"""An entry of metrics.jsonl as people read it: what a run says on the terminal and what run.html tells is made here.

line    the live line, of a step's figures
said    the sentence of any other entry; "" of those that are told by what they leave
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from winnow.trainer.errors import shown
from winnow.trainer.figures import duration, many, number, share
from winnow.trainer.report.history import BITS, MASKED_BITS, Entry, table, text, unit, value

FIGURES: dict[str, Callable[[float], str]] = {
    "loss": lambda v: f"loss {v:.4f}",
    BITS: lambda v: f"{v:.4f} bits/byte",
    MASKED_BITS: lambda v: f"{v:.4f} bits/masked token",
    "tokens_per_second": lambda v: f"{number(v)} tokens/s",
    "mfu": lambda v: f"MFU {share(v)}",
    "matmul_share": lambda v: f"{share(v)} of matmul",
}
NAMED = 3
"""Documents of a skipped step that are named in its sentence; metrics.jsonl has all."""


def line(step: int, steps: int, values: Mapping[str, float | None], seconds_left: float) -> str:
    """step 1,200 of 8,850  loss 3.412  1.298 bits/byte  2,960 tokens/s  58 % of matmul  5 h 41 min left

    Of `values` it has those in FIGURES, as far as given; mfu, or else matmul_share."""
    parts = [f"step {step:,} of {steps:,}"]
    for key, figure in FIGURES.items():
        found = values.get(key)
        if found is not None and not (key == "matmul_share" and values.get("mfu") is not None):
            parts.append(figure(found))
    return "  ".join([*parts, *([f"{duration(seconds_left)} left"] if math.isfinite(seconds_left) else [])])


def said(entry: Entry) -> str:
    """The sentence of an entry, in one line; whoever shows it takes care of what stands in names and texts."""
    say = _SAID.get(text(entry, "kind"))
    return say(entry) if say else ""


def interval(of: Entry, key: str = "value", figure: Callable[[float], str] = "{:.4f}".format) -> str:
    """1.2345 (1.2000 to 1.2700); the figure alone where it has no interval."""
    middle, low, high = (value(of, name) for name in (key, "low", "high"))
    if middle != middle:
        return "-"
    return f"{figure(middle)} ({figure(low)} to {figure(high)})" if low == low and high == high else figure(middle)


def all_steps(steps: float) -> str:
    """all 12 steps, 1 step."""
    return "all " * (steps != 1) + many(steps, "step")


def known(said: str, *values: float) -> str:
    """`said`, or "" where one of the values that it tells is missing."""
    return said if all(map(math.isfinite, values)) else ""


def four(found: float) -> str:
    """Digits of bits and nats."""
    return f"{found:.4f}" if math.isfinite(found) else "-"


def whole(found: float) -> str:
    return f"{found:,.0f}" if math.isfinite(found) else "-"


def documents(found: Any, most: int) -> str:
    """The first `most` of a list of names, and how many more there are."""
    if not isinstance(found, list | tuple):
        return ""
    names, more = [name if isinstance(name, str) else shown(name) for name in found[:most]], len(found) - most
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _step(entry: Entry) -> str:
    at = value(entry, "step")
    return f"step {at:,.0f}" if at == at else "step ?"


def _evaluation(entry: Entry) -> str:
    key = MASKED_BITS if MASKED_BITS in entry else BITS
    bits, low, high = (value(entry, name) for name in (key, "low", "high"))
    between = known(f", 95 % interval {low:.4f} to {high:.4f}", low, high)
    beside = value(entry, "xz_bits_per_byte")
    xz = f"; xz needs {beside:.4f}" if beside == beside else ""
    return f"{_step(entry)}: held-out text {bits:.4f} {unit(key)}{between}{xz}"


def _task(entry: Entry) -> str:
    right, by_length = (interval(table(entry, key), figure=share) for key in ("accuracy", "accuracy_by_length"))
    asked = f"{_step(entry)}: {text(entry, 'task')}: {number(value(entry, 'questions'))} questions"
    return f"{asked}, accuracy {right}, by length {by_length}; by chance {share(value(entry, 'chance'))}"


def _end(entry: Entry) -> str:
    if entry.get("reason") == "done":
        return f"done: {all_steps(value(entry, 'step'))}"
    of = f" of {value(entry, 'steps'):,.0f}" if value(entry, "steps") == value(entry, "steps") else ""
    return f"stopped after {_step(entry)}{of}, which is saved; the same command goes on from there"


_SAID: Mapping[str, Callable[[Entry], str]] = {
    "start": lambda e: f"first step {duration(value(e, 'seconds_to_first_step'))} after the start",
    "skip": lambda e: f"{_step(e)} skipped: {text(e, 'reason')}; its documents: {documents(e.get('documents'), NAMED)}",
    "evaluation": _evaluation,
    "task": _task,
    "sample": lambda e: f"{_step(e)}: {shown(text(e, 'prompt'), 40)} goes on: {shown(text(e, 'text'), 200)}",
    "end": _end,
}
