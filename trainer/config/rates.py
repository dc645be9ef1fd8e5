"""The learning rate and the batch of a run that names none: one rule for all shapes and lengths, and one dial.

    rate  = dial * RATE * (128 / width)^WIDTH * (4 / layers)^(1/2) * (batch / 4096)^(1/2) * (1,000,000 / tokens)^.32
    batch = .58 * tokens^.571, as the nearest power of two

- width: an update of Muon's moves what a layer gives as far at every width if its spectral norm stays the same (Yang et
  al. 2023, "A spectral condition for feature learning", section 3), which at the size of AdamW's updates (muon.py) asks
  for the root. AdamW's own wants the whole (Yang et al. 2022, "Tensor programs V", table 8).
- layers: blocks add their updates up, as directions of chance do (Yang et al. 2023, "Tensor programs VI", section 4).
- batch: a step is as sure as the root of what it saw (Malladi et al. 2022, "On the SDEs and scaling rules for adaptive
  gradient algorithms", section 4).
- tokens, at one batch: Bjorck et al. 2024, "Scaling optimal LR across token horizons", whose exponent it is.
- the batch: Li et al. 2025, "Predictable scale, part I" (Step Law), equation of B(D).

RATE is the best of sweeps of `tiny`; docs/transfer.md has what the rule was held against. Measured here from 0.9 to 26
million parameters and a million tokens or less, it is a guess beyond: the dial is there for that.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import Place
from winnow.trainer.figures import count

RATE = {"muon": 0.012, "adamw": 0.004}
"""At 4 layers of width 128 (`tiny`), 4,096 tokens a step and a million in all."""
WIDTH = {"muon": 0.5, "adamw": 1.0}
SHORTEST = 250_000
"""Tokens of the shortest run that was measured: shorter ones get no higher rate."""


def rate(optimizer: str, layers: int, width: int, batch: int, tokens: float) -> float:
    """The peak learning rate, to two digits. batch: tokens of a step; tokens: of the run."""
    shape = (128 / width) ** WIDTH[optimizer] * (4 / layers) ** 0.5
    return _digits(RATE[optimizer] * shape * (batch / 4096) ** 0.5 * (1e6 / max(tokens, SHORTEST)) ** 0.32)


def batch(tokens: float, context: int) -> int:
    """Tokens of a step, one window at least."""
    return max(context, 1 << max(0, round(math.log2(0.58 * tokens**0.571))))


def settled(config: Config, layout: Layout) -> Config:
    """`config` with the rate and the batch that it leaves to the rule."""
    run, optimizer, tokens = config.run, config.optimizer, _tokens(config, layout)
    if not run.batch_tokens:
        run = replace(run, batch_tokens=batch(tokens, config.model.context))
    if not optimizer.rate:
        by_rule = rate(optimizer.name, layout.layers, layout.width, run.batch_tokens, tokens)
        optimizer = replace(optimizer, rate=_digits(optimizer.dial * by_rule))
    return replace(config, run=run, optimizer=optimizer)


def told(config: Config, layout: Layout) -> Mapping[Place, str]:
    """What the rule gives to `config`, and why, of each setting that is left to it."""
    found, of = dict[Place, str](), settled(config, layout)
    tokens = count(_tokens(config, layout))
    if not config.run.batch_tokens:
        found["run", "batch_tokens"] = f"{of.run.batch_tokens:,} by the rule, for a run of {tokens} tokens"
    if not config.optimizer.rate:
        dial = f"optimizer.dial {config.optimizer.dial:g}, " if config.optimizer.dial != 1 else ""
        shape = f"{dial}{layout.layers} layers of width {layout.width}"
        length = f"{of.run.batch_tokens:,} tokens a step and {tokens} in all"
        found["optimizer", "rate"] = f"{of.optimizer.rate:g} by the rule, for {shape}, {length}"
    return found


def _tokens(config: Config, layout: Layout) -> float:
    """Of the run; a head of its own, whose size hangs on the vocabulary, is not counted."""
    attention = 2 * layout.width * layout.head_width * (layout.heads + layout.kv_heads)
    parameters = layout.layers * (attention + 3 * layout.width * layout.mlp)
    return config.run.tokens or max(1.0, config.run.tokens_per_parameter * parameters)


def _digits(value: float) -> float:
    return float(f"{value:.1e}")
