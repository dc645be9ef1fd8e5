"""Steps that would do harm are skipped: those whose loss or gradient is not finite, or a spike (OLMo 2, section 3.2).

The judgement stays on the device, so that the host need not wait for it at every step: a scalar, 1 or 0, which the
optimizer multiplies with. What was judged is read now and then, and then told with the step's documents.

A spike lies more than `spike` standard deviations (LEAST of the mean at least) above the mean of the last 128 steps of
the mixture's phase. It enters that history as the limit it broke, so one spike does not hide the next. STAYS of them
in a row are no spikes but a new level, since the weights stood still between them: the history begins anew there, as
it does where a phase of the mixture begins.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from winnow.trainer.model.tensor_file import Rows

WINDOW = 128
ENOUGH = 64
"""Steps before spikes are judged at all: the first are wild."""
SETTLED = 16
"""The same where a history begins anew."""
STAYS = 5
"""Steps in a row above the limit, the last of which is the first of a new level."""
LEAST = (0.01, 0.2)
"""Of the mean loss and norm: the least deviation that is reckoned with. A run without noise must not be tripped up by
any, and a norm of half as much again, which clipping bounds anyway, is no spike (of 2,100 quiet steps, three were)."""

_STATE = ("history", "seen", "above", "wait")


class Guard:
    """Has the losses and gradient norms of the last steps."""

    def __init__(self, spike: float, device: torch.device) -> None:
        self._spike = spike
        self.history = torch.zeros(2, WINDOW, device=device)
        """[loss or norm, slot]"""
        self.seen = torch.zeros((), dtype=torch.int64, device=device)
        """Steps that entered."""
        self.above = torch.zeros_like(self.seen)
        """The last steps, as many in a row as broke a limit."""
        self.wait = torch.full_like(self.seen, ENOUGH)
        """Steps that must have entered before spikes are judged."""
        self._slots = torch.arange(WINDOW, device=device)
        self._least = torch.tensor(LEAST, device=device)[:, None]

    def judge(self, loss: Tensor, norm: Tensor, begins: bool = False) -> Tensor:
        """[5]: loss, gradient norm, their limits, and whether the step is sound, 1 or 0. They enter the history.

        begins: whether a phase of the mixture begins with this step.
        """
        if begins:
            self._anew(torch.ones_like(self.seen, dtype=torch.bool))
        now = torch.stack([loss, norm])
        limit = self._limits()
        finite = now.isfinite().all()
        within = (now <= limit).all()
        self.above = torch.where(finite, torch.where(within, 0, self.above + 1), self.above)
        stays = finite & (self.above >= STAYS)
        self._anew(stays)
        limit = torch.where(stays, math.inf, limit)
        slot = (self._slots == self.seen % WINDOW) & finite
        self.history = torch.where(slot, torch.minimum(now, limit)[:, None], self.history)
        self.seen = self.seen + finite
        sound = finite & (within | stays)
        return torch.cat([now, limit, sound[None].float()])

    def _anew(self, so: Tensor) -> None:
        """Forget the history where `so`, a bool; a run in its first steps goes on waiting for their end."""
        self.wait = torch.where(so, (self.wait - self.seen).clamp(min=SETTLED), self.wait)
        self.seen = torch.where(so, 0, self.seen)
        self.above = torch.where(so, 0, self.above)

    def _limits(self) -> Tensor:
        """[2]: what loss and norm must not exceed."""
        filled = self._slots < self.seen
        count = filled.sum().clamp(min=2)
        mean = torch.where(filled, self.history, 0.0).sum(1, keepdim=True) / count
        squares = torch.where(filled, (self.history - mean).square(), 0.0).sum(1, keepdim=True)
        deviation = torch.maximum((squares / (count - 1)).sqrt(), self._least * mean.abs())
        limit = (mean + self._spike * deviation)[:, 0]
        judged = (self.seen >= self.wait) & (self._spike > 0)
        return torch.where(judged, limit, math.inf)

    def state(self) -> dict[str, Tensor]:
        return {f"guard.{name}": getattr(self, name) for name in _STATE}

    def load(self, state: Mapping[str, Tensor | Rows]) -> None:
        """Take over what `state` gave; checkpoints of before have only the first two."""
        for name in _STATE:
            kept = getattr(self, name)
            setattr(self, name, state.get(f"guard.{name}", kept)[...].to(kept.device))


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
    def finite(self) -> bool:
        return math.isfinite(self.loss) and math.isfinite(self.norm)

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
