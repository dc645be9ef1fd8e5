"""One step: micro-batches forward and backward, one sum over the ranks, one judgement, one move of the weights.

Nothing here waits for the device: what the step came to is a tensor, which the loop reads when it logs.
"""

import time
from collections.abc import Container, Iterator

import numpy as np
import torch
from torch import Tensor

from winnow.trainer.config.settings import Config
from winnow.trainer.data import masking
from winnow.trainer.data.prefetch import Batch
from winnow.trainer.data.rows import even
from winnow.trainer.model.loss import IGNORED
from winnow.trainer.model.model import LossOf
from winnow.trainer.optim import schedule
from winnow.trainer.optim.guard import Guard
from winnow.trainer.optim.optimizer import Optimizer
from winnow.trainer.pack import tokenizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel.ranks import Ranks


class Cut:
    """Micro-batches of a rank's rows: (inputs, starts or None, targets), each [rows, context].

    Inputs and targets are on the device; starts on the host, where the model counts documents without waiting.
    """

    def __init__(self, config: Config, pack: Pack, device: torch.device, passes: int = 0) -> None:
        """passes: of a step, as many on every rank, since shards are gathered in each; 0: as many as it takes."""
        self._config, self._pack, self._device, self._passes = config, pack, device, passes
        lengths = tokenizer.load(pack.tokenizer).lengths
        self._special = np.flatnonzero(lengths == 0)
        self.bytes = torch.from_numpy(lengths).to(device, torch.float32)
        """Of text, that each token stands for: [vocab]"""

    def __call__(self, batch: Batch) -> Iterator[tuple[Tensor, Tensor | None, Tensor]]:
        masked = self._masked(batch) if self._config.objective == "masked" else None
        first = 0
        for rows in even(len(batch.tokens), self._config.machine.micro_rows, self._passes):
            here = slice(first, first + rows) if rows else slice(1)  # where none are left, one that does not count
            first += rows
            began = batch.starts[here]  # documents are counted on the host
            seen = began if self._config.data.document_mask else None
            if masked is not None:
                inputs, targets = self._moved(masked[0][here]), self._moved(masked[1][here])
            else:
                tokens = self._moved(batch.tokens[here])  # [rows, context + 1]: whole rows are copied without waiting
                # What begins a document follows from nothing.
                targets = tokens[:, 1:].masked_fill(self._moved(began)[:, 1:], IGNORED)
                inputs, seen = tokens[:, :-1], None if seen is None else seen[:, :-1]
            yield inputs, seen, targets if rows else torch.full_like(targets, IGNORED)

    def _masked(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Inputs and targets of all rows."""
        assert self._pack.mask is not None
        inputs, targets = masking.mask(
            batch.tokens.numpy(),
            self._config.masking,
            vocab=self._pack.vocab,
            mask_id=self._pack.mask,
            special=self._special.tolist(),
            key=(self._config.seed, batch.step, batch.first),
        )
        both = torch.from_numpy(inputs), torch.from_numpy(targets)
        return (both[0].pin_memory(), both[1].pin_memory()) if self._device.type == "cuda" else both

    def _moved(self, tensor: Tensor) -> Tensor:
        return tensor.to(self._device, non_blocking=True)


class Step:
    """Takes steps; `optimizing` counts the seconds that the host spent on moving weights."""

    def __init__(
        self, config: Config, steps: int, cut: Cut, loss_of: LossOf, optimizer: Optimizer, guard: Guard, ranks: Ranks,
        phases: Container[int] = (),
    ) -> None:  # fmt: skip
        """phases: the steps with which the mixture changes."""
        self._config, self._steps, self._ranks, self._phases = config, steps, ranks, phases
        self._cut, self._loss_of, self._optimizer, self._guard = cut, loss_of, optimizer, guard
        self._targets = masking.targets_per_row(config)
        self.optimizing = 0.0

    def __call__(self, batch: Batch) -> Tensor:
        """[6]: what `Guard.judge` gives, and nats a byte."""
        gradients = self._optimizer.gradients
        gradients.zero()
        for inputs, starts, targets in self._cut(batch):
            loss = self._loss_of(inputs, starts, targets, self._targets * len(inputs))
            torch.autograd.backward(loss)
            counted = targets != IGNORED
            gradients.add(loss, counted.sum(), (self._cut.bytes[targets.clamp(min=0)] * counted).sum())
        began = time.perf_counter()
        mean, norm, per_byte = gradients.reduce(self._ranks)
        verdict = self._guard.judge(mean, norm, batch.step in self._phases)
        gradients.scale(norm, self._config.optimizer.clip)
        settings = self._config.optimizer
        rate, momentum = schedule.rate(batch.step, self._steps, settings), schedule.momentum(batch.step, settings)
        self._optimizer.step(rate, verdict[-1], momentum)
        self.optimizing += time.perf_counter() - began
        return torch.cat([verdict, per_byte[None]])
