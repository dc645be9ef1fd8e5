"""The learning rate and the batch of a run that names none: one rule for all shapes and lengths, and one dial.

    rate  = dial * RATE * (850,000 / parameters)^.5 * (batch / 4,096)^.5 * (1,000,000 / tokens)^.15
    batch = .58 * tokens^.571, as the nearest power of two

- parameters, of the blocks: .45 is what sweeps have from 0.9 to 25.7 million. The spectral condition (Yang et al. 2023,
  "A spectral condition for feature learning", section 3) would have the root of the width for Muon, whose updates have
  the size of AdamW's here; with the root of the layers beside it that is a power of about a third.
- batch: a step is as sure as the root of what it saw (Malladi et al. 2022, "On the SDEs and scaling rules for adaptive
  gradient algorithms", section 4).
- tokens: at one batch, Bjorck et al. 2024 ("Scaling optimal LR across token horizons") have a power of .32, and Li et
  al. 2025 ("Predictable scale, part I", Step Law) one of almost nothing, with the root of the batch taken out; one pair
  of sweeps of 0.1 million parameters has .28.
- the batch: Step Law's B(D).

docs/transfer.md has the sweeps. Beyond their sizes the rule is a guess; the dial is there for that.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import Place
from winnow.trainer.figures import count

RATE = {"muon": 0.012, "adamw": 0.004}
"""Of `tiny`: its blocks, 4,096 tokens a step and a million in all."""
SHORTEST = 250_000
"""Tokens of the shortest run that was measured: shorter ones get no higher rate."""


def rate(optimizer: str, parameters: float, batch: int, tokens: float) -> float:
    """The peak learning rate, to two digits. parameters: of the blocks; batch: tokens of a step; tokens: of the run."""
    size = (850_000 / parameters * batch / 4096) ** 0.5
    return _digits(RATE[optimizer] * size * (1e6 / max(tokens, SHORTEST)) ** 0.15)


def batch(tokens: float, context: int) -> int:
    """Tokens of a step, one window at least."""
    return max(context, 1 << max(0, round(math.log2(0.58 * tokens**0.571))))


def blocks(layout: Layout) -> int:
    """Parameters of the blocks' matrices."""
    attention = 2 * layout.width * layout.head_width * (layout.heads + layout.kv_heads)
    return layout.layers * (attention + 3 * layout.width * layout.mlp)


def settled(config: Config, layout: Layout) -> tuple[Config, Mapping[Place, str]]:
    """`config` with the rate and the batch that it leaves to the rule; of each of them what the rule gives, and why."""
    run, optimizer, told = config.run, config.optimizer, dict[Place, str]()
    outside_embedding = blocks(layout) + (0 if layout.tied else layout.vocab * layout.width)
    tokens = run.tokens or max(1.0, run.tokens_per_parameter * outside_embedding)
    if not run.batch_tokens:
        run = replace(run, batch_tokens=batch(tokens, config.model.context))
        told["run", "batch_tokens"] = f"{run.batch_tokens:,} by the rule, for a run of {count(tokens)} tokens"
    if not optimizer.rate:
        by_rule = _digits(optimizer.dial * rate(optimizer.name, blocks(layout), run.batch_tokens, tokens))
        optimizer = replace(optimizer, rate=by_rule)
        dial = f"optimizer.dial {optimizer.dial:g}, " if optimizer.dial != 1 else ""
        shape = f"{dial}blocks of {count(blocks(layout))} parameters"
        length = f"{run.batch_tokens:,} tokens a step, {count(tokens)} in all"
        told["optimizer", "rate"] = f"{by_rule:g} by the rule, for {shape}, {length}"
    return replace(config, run=run, optimizer=optimizer), told


def _digits(value: float) -> float:
    return float(f"{value:.1e}")
