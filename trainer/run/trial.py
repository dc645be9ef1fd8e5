"""Passes of a model on random tokens, to see how long they take."""

import torch

from winnow.trainer.config.settings import Config
from winnow.trainer.data.masking import targets_per_row
from winnow.trainer.model.model import LossOf, Model
from winnow.trainer.run.hardware import timed


class Trial:
    """Forward and backward passes as `config` would have them."""

    def __init__(self, model: Model, config: Config) -> None:
        self.model = model
        self._context, self._targets = config.model.context, targets_per_row(config)
        self._document_mask = config.data.document_mask
        self._device = model.head.device

    def tokens(self, rows: int) -> int:
        return rows * self._context

    def seconds(self, loss_of: LossOf, rows: int) -> float:
        draw = torch.Generator().manual_seed(rows)
        tokens = torch.randint(self.model.layout.vocab, (rows, self._context + 1), generator=draw).to(self._device)
        starts = torch.zeros(rows, self._context, dtype=torch.bool, device=self._device)
        starts[:, :: max(1, self._context // 2)] = True
        given = tokens[:, :-1], starts if self._document_mask else None, tokens[:, 1:], self._targets * rows
        return timed(self._device, lambda: torch.autograd.backward(loss_of(*given)))

    def best(self, loss_of: LossOf, rows: int) -> float:
        """Tokens a second, of the better of two passes: the first of a size also loads kernels."""
        return self.tokens(rows) / min(self.seconds(loss_of, rows) for _ in range(2))
