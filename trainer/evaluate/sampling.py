"""How a text goes on: which of the likely tokens is taken."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.trainer.errors import BadCall

if TYPE_CHECKING:  # wrong settings are told before torch is loaded
    from torch import Generator, Tensor


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen among those the model thinks likely."""

    temperature: float = 0.8
    """0: always the likeliest."""
    top_k: int = 0
    """Of the k likeliest only; 0: of all."""
    top_p: float = 1.0
    """Of the likeliest only that together have this probability (Holtzman et al. 2020, section 3.1)."""

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < math.inf:
            raise BadCall(f"--temperature {self.temperature} is no number of 0 or more")
        if self.top_k < 0:
            raise BadCall(f"--top-k {self.top_k} is below 0")
        if not 0 < self.top_p <= 1:
            raise BadCall(f"--top-p {self.top_p} is not above 0 and at most 1")

    def choose(self, logits: "Tensor", generator: "Generator") -> int:
        """The next token. logits: [V] float32 on the CPU."""
        if self.temperature == 0:
            return int(logits.argmax())
        likely = (logits - logits.max()).double() / self.temperature  # the likeliest at 0, however cold
        ordered, tokens = likely.sort(descending=True, stable=True)
        if self.top_k:
            ordered, tokens = ordered[: self.top_k], tokens[: self.top_k]
        shares = ordered.softmax(0)
        before = shares.cumsum(0) - shares
        shares = shares * (before < self.top_p)  # the first stays, whatever it has
        return int(tokens[shares.multinomial(1, generator=generator)])
