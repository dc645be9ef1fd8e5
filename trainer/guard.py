"""Steps that would do harm are skipped: those whose loss or gradient is not finite, or a spike (OLMo 2, section 3.2).

The judgement stays on the device, so that the host need not wait for it at every step: a scalar, 1 or 0, which the
optimizer multiplies with. What was judged is read now and then, and then told with the step's documents.

A spike lies more than `spike` standard deviations (LEAST of the mean at least) above the mean of the last 128 steps. It
enters that history as the limit it broke: one spike does not hide the next, and a level that has changed for good is
accepted after some steps.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

WINDOW = 128
ENOUGH = 64
"""Steps before spikes are judged at all: the first are wild."""
LEAST = (0.01, 0.2)
"""Of the mean loss and norm: the least deviation that is reckoned with. A run without noise must not be tripped up by
any, and a norm of half as much again, which clipping bounds anyway, is no spike (of 2,100 quiet steps, three were)."""


class Guard:
    """Has the losses and gradient norms of the last steps."""

    def __init__(self, spike: float, device: torch.device) -> None:
        self._spike = spike
        self.history = torch.zeros(2, WINDOW, device=device)
        """[loss or norm, slot]"""
        self.seen = torch.zeros((), dtype=torch.int64, device=device)
        """Steps that entered."""
        self._slots = torch.arange(WINDOW, device=device)
        self._least = torch.tensor(LEAST, device=device)[:, None]

    def judge(self, loss: Tensor, norm: Tensor) -> Tensor:
        """[5]: loss, gradient norm, their limits, and whether the step is sound, 1 or 0. They enter the history."""
        now = torch.stack([loss, norm])
        limit = self._limits()
        finite = now.isfinite().all()
        sound = finite & (now <= limit).all()
        slot = (self._slots == self.seen % WINDOW) & finite
        self.history = torch.where(slot, torch.minimum(now, limit)[:, None], self.history)
        self.seen = self.seen + finite
        return torch.cat([now, limit, sound[None].float()])

    def _limits(self) -> Tensor:
        """[2]: what loss and norm must not exceed."""
        filled = self._slots < self.seen
        count = filled.sum().clamp(min=2)
        mean = torch.where(filled, self.history, 0.0).sum(1, keepdim=True) / count
        squares = torch.where(filled, (self.history - mean).square(), 0.0).sum(1, keepdim=True)
        deviation = torch.maximum((squares / (count - 1)).sqrt(), self._least * mean.abs())
        limit = (mean + self._spike * deviation)[:, 0]
        judged = (self.seen >= ENOUGH) & (self._spike > 0)
        return torch.where(judged, limit, math.inf)

    def state(self) -> dict[str, Tensor]:
        return {"guard.history": self.history, "guard.seen": self.seen}

    def load(self, state: dict[str, Tensor]) -> None:
        """Take over what `state` gave."""
        self.history = state["guard.history"].to(self.history.device)
        self.seen = state["guard.seen"].to(self.seen.device)


@dataclass(frozen=True)
class Verdict:
    """What `judge` found of one step, read from the device."""

    loss: float
    norm: float
    loss_limit: float
    norm_limit: float
    sound: bool

    @staticmethod
    def of(values: list[float]) -> "Verdict":
        loss, norm, loss_limit, norm_limit, sound = values
        return Verdict(loss, norm, loss_limit, norm_limit, sound > 0)

    @property
    def reason(self) -> str:
        """Why the step was skipped; the norm is the gradient's."""
        for name, value, limit in (
            ("loss", self.loss, self.loss_limit),
            ("gradient norm", self.norm, self.norm_limit),
        ):
            if not math.isfinite(value):
                return f"the {name} is {value}"
            if value > limit:
                return f"the {name} is {value:.4g}, above the limit {limit:.4g}"
        return "sound"

    def record(self) -> dict[str, Any]:
        """For the skip line of metrics.jsonl."""
        return {"reason": self.reason, "loss": self.loss, "gradient_norm": self.norm}
