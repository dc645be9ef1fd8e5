"""Passes of a model on random tokens, to see how long they take; and the two ways in which a loss is had."""

import copy
import time
from collections.abc import Callable

import torch
from torch import Tensor

from trainer.model import Model

LossOf = Callable[..., Tensor]
"""`Model.loss`, or that compiled."""


def compiled(model: Model) -> LossOf:
    """Its loss, compiled; the model's own stays as it is. A run has one or two shapes, each compiled by itself."""
    twin = copy.copy(model)  # of the same parameters
    twin.compile_parts()
    return twin.loss


def even(rows: int, most: int) -> list[int]:
    """Sizes of the fewest micro-batches of at most `most` rows, as even as it goes."""
    parts = -(-rows // most)
    return [rows * (i + 1) // parts - rows * i // parts for i in range(parts)]


class Trial:
    """A forward and backward pass on random tokens."""

    def __init__(self, model: Model, context: int, document_mask: bool) -> None:
        self.model, self._context, self._document_mask = model, context, document_mask
        self._device = model.head.device

    def tokens(self, rows: int) -> int:
        return rows * self._context

    def seconds(self, loss_of: LossOf, rows: int) -> float:
        draw = torch.Generator().manual_seed(rows)
        tokens = torch.randint(self.model.layout.vocab, (rows, self._context + 1), generator=draw).to(self._device)
        starts = torch.zeros(rows, self._context, dtype=torch.bool, device=self._device)
        starts[:, :: max(1, self._context // 2)] = True
        self._wait()
        began = time.perf_counter()
        loss = loss_of(tokens[:, :-1], starts if self._document_mask else None, tokens[:, 1:])
        torch.autograd.backward(loss)
        self._wait()
        return time.perf_counter() - began

    def rate(self, loss_of: LossOf, rows: int) -> float:
        """Tokens a second."""
        return self.tokens(rows) / self.seconds(loss_of, rows)

    def best(self, loss_of: LossOf, rows: int) -> float:
        """The better rate of two passes: the first of a size also loads kernels."""
        return max(self.rate(loss_of, rows) for _ in range(2))

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
