"""What the values of a configuration must be beside their types. Each complaint says what was wanted."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

from winnow.trainer.config.layouts import LAYERS
from winnow.trainer.config.settings import Config, ModelShape
from winnow.trainer.config.text import Place

Complaint = tuple[Place, str]
MOST_TIMES = 1000
"""A document is read in an epoch; more is a slip of the hand."""


def complaints(config: Config) -> Iterator[Complaint]:
    """The place of each value that cannot be, and what can, in the order of the file."""
    if not 0 <= config.seed < 2**63:
        yield ("seed",), "wanted 0 or more"
    for section, ranges in _RANGES.items():
        for name, (holds, wanted) in ranges.items():
            if not holds(getattr(getattr(config, section), name)):
                yield (section, name), wanted
    yield from _shape(config.model)
    yield from _mixture(config)
    yield from _rules(config)
    if config.masking.keep + config.masking.random > 1:
        yield ("masking", "random"), f"with masking.keep, {config.masking.keep}, it is more than all masked tokens"
    if config.model.yarn and not config.init:
        yield ("model", "yarn"), "wanted with init only: a new model is trained with the context that it is given"
    optimizer = config.optimizer
    if optimizer.schedule == "wsd" and optimizer.warmup + optimizer.decay > 1:
        yield ("optimizer", "decay"), f"with optimizer.warmup, {optimizer.warmup}, it is more than the whole run"
    if 0 < config.run.batch_tokens < config.model.context:
        yield ("run", "batch_tokens"), f"wanted at least one window, model.context = {config.model.context}"
    if config.run.profile and profiled(config.run.profile) is None:
        yield ("run", "profile"), "wanted FIRST:LAST, the numbers of two steps, counted from 1, as 10:13"
    for name in ("tasks", "samples") if config.objective == "masked" else ():
        if getattr(config.evaluate, name):
            yield ("evaluate", name), "wanted none: an encoder gives no text a probability, and goes on with none"


def profiled(said: str) -> tuple[int, int] | None:
    """The first and the last step of run.profile; None where it says none."""
    first, _, last = said.partition(":")
    if not (first.isdecimal() and last.isdecimal() and max(len(first), len(last)) < 19):
        return None
    return (int(first), int(last)) if 1 <= int(first) <= int(last) else None


_Range = tuple[Callable[[float], bool], str]
_ONE_OR_MORE: _Range = (lambda v: v >= 1, "wanted 1 or more")


def _up_to(most: int, least: int = 1) -> _Range:
    """More is a slip of the hand: the machine would fail for it, in its own words."""
    return lambda v: least <= v <= most, f"wanted {least} to {most:,}"


_NOT_NEGATIVE: _Range = (lambda v: v >= 0, "wanted 0 or more")
_POSITIVE: _Range = (lambda v: v > 0, "wanted more than 0")
_SHARE: _Range = (lambda v: 0 <= v <= 1, "wanted a share from 0 to 1")
_BELOW_ONE: _Range = (lambda v: 0 <= v < 1, "wanted from 0 to below 1")

_RANGES: dict[str, dict[str, _Range]] = {
    "model": {"layers": _up_to(LAYERS), "width": _up_to(1 << 20), "heads": _up_to(1 << 16),
              "kv_heads": _up_to(1 << 16, 0), "head_width": _up_to(1 << 16, 0), "mlp": _up_to(1 << 24),
              "context": _up_to(1 << 24, 2),
              "rope_theta": (lambda v: v > 1, "wanted more than 1"), "norm_eps": _POSITIVE},
    "masking": {"share": (lambda v: 0 < v <= 1, "wanted a share above 0, at most 1"), "keep": _SHARE,
                "random": _SHARE},
    "optimizer": {"rate": _NOT_NEGATIVE, "dial": _POSITIVE, "weight_decay": _NOT_NEGATIVE, "clip": _NOT_NEGATIVE,
                  "beta1": _BELOW_ONE, "beta2": _BELOW_ONE, "momentum": _BELOW_ONE, "momentum_warmup": _NOT_NEGATIVE,
                  "embedding": _POSITIVE, "warmup": _SHARE, "decay": _SHARE, "floor": _SHARE},
    "run": {"tokens_per_parameter": _POSITIVE, "tokens": _NOT_NEGATIVE, "batch_tokens": _up_to(1 << 40, 0),
            "log_every": _NOT_NEGATIVE, "evaluate_every": _NOT_NEGATIVE, "evaluate_tokens": _ONE_OR_MORE,
            "save_every": _NOT_NEGATIVE, "keep": _NOT_NEGATIVE, "spike": _NOT_NEGATIVE, "skips": _ONE_OR_MORE},
    "evaluate": {"questions": _NOT_NEGATIVE, "sample_tokens": _up_to(1 << 20), "temperature": _NOT_NEGATIVE,
                 "every": _NOT_NEGATIVE},
    "machine": {"micro_rows": _up_to(1 << 20, 0), "threads": _up_to(4096, 0)},
}  # fmt: skip


def _shape(shape: ModelShape) -> Iterator[Complaint]:
    if shape.heads < 1:
        return  # said already
    if not shape.head_width and shape.width % shape.heads:
        yield ("model", "width"), f"wanted a multiple of model.heads, {shape.heads}, or give model.head_width"
    elif not shape.head_width and shape.width // shape.heads % 2:
        yield ("model", "width"), f"with model.heads, {shape.heads}, a head is odd; rotary positions need pairs"
    elif shape.head_width % 2:
        yield ("model", "head_width"), "wanted an even number: rotary positions need pairs"
    if shape.kv_heads > 0 and shape.heads % shape.kv_heads:
        yield ("model", "kv_heads"), f"wanted a divisor of model.heads, {shape.heads}"


def _mixture(config: Config) -> Iterator[Complaint]:
    if not config.data.pack:
        yield ("data", "pack"), "wanted a directory that winnow pack made"
    yield from _weights(config.data.weights, ("data", "weights"))
    before = 0.0
    for i, phase in enumerate(config.data.phases):
        place = ("data", "phases", i, "start")
        if not 0 < phase.start < 1:
            yield place, "wanted a share of the run above 0 and below 1"
        elif phase.start <= before:
            yield place, f"wanted more than the phase before, {before}"
        before = phase.start
        yield from _weights(phase.weights, ("data", "phases", i, "weights"))


def _rules(config: Config) -> Iterator[Complaint]:
    for i, rule in enumerate(config.data.rules):
        place = ("data", "rules", i)
        if bool(rule.at_least) == bool(rule.values):
            yield (*place, "values" if rule.values else "at_least"), "wanted either at_least or values"
        if len(rule.at_least) != len(rule.weights):
            yield (*place, "weights"), f"wanted as many as at_least has, {len(rule.at_least)}"
        if any(low >= high for low, high in pairwise(rule.at_least)):
            yield (*place, "at_least"), "wanted them to ascend"
        for name, weights in (("weights", rule.weights), ("values", rule.values.values()), ("other", (rule.other,))):
            if not all(0 <= weight <= MOST_TIMES for weight in weights):
                yield (*place, name), f"wanted 0 to {MOST_TIMES:,}"


def _weights(weights: dict[str, float], place: Place) -> Iterator[Complaint]:
    for source, weight in weights.items():
        if weight < 0:
            yield (*place, source), "wanted 0 or more"
    if weights and not math.fsum(weights.values()) > 0:
        yield place, "wanted at least one source with a weight above 0"
