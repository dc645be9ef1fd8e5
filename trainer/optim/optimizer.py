"""How weights move: Muon for the blocks' matrices and AdamW for embedding, head and norms, or AdamW for all.

AdamW is Loshchilov & Hutter 2019, algorithm 2. Matrices decay, vectors (the norms' weights) do not. A step that the
guard calls unsound changes nothing at all, not even the count of steps, and the host does not wait to learn of it.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from winnow.trainer.config import settings as config
from winnow.trainer.errors import RunFailed
from winnow.trainer.model.model import Model
from winnow.trainer.optim.gradients import Gradients
from winnow.trainer.optim.muon import Stack
from winnow.trainer.parallel.ranks import Ranks


@dataclass(frozen=True)
class AdamW:
    """Parameters with their moments. torch's kernel without torch's class, whose first use takes seconds to import."""

    parameters: dict[str, Tensor]
    mean: dict[str, Tensor]
    square: dict[str, Tensor]
    steps: Tensor
    """Steps taken, a scalar; skipped ones do not count."""

    @staticmethod
    def of(parameters: dict[str, Tensor]) -> "AdamW":
        mean, square = ({name: torch.zeros_like(p) for name, p in parameters.items()} for _ in range(2))
        return AdamW(parameters, mean, square, torch.zeros((), device=next(iter(parameters.values())).device))

    def step(self, rate: float, settings: config.Optimizer, sound: Tensor) -> None:
        """Move by `rate`; where `sound` is 0 the kernel leaves all as it is, as it does for a gradient scaler."""
        self.steps.add_(sound)
        for matrices in (True, False):
            names = [name for name, p in self.parameters.items() if (p.ndim > 1) == matrices]
            if not names:
                continue
            torch._fused_adamw_(
                [self.parameters[name] for name in names],
                [self.parameters[name].grad for name in names],  # type: ignore[misc]
                [self.mean[name] for name in names],
                [self.square[name] for name in names],
                [],
                [self.steps] * len(names),
                lr=rate,
                beta1=settings.beta1,
                beta2=settings.beta2,
                weight_decay=settings.weight_decay if matrices else 0.0,
                eps=1e-8,
                amsgrad=False,
                maximize=False,
                found_inf=1 - sound,
            )


class Optimizer:
    """Owns the gradients of `model` and the moments of its parameters. `dtype` is that of Newton-Schulz."""

    def __init__(self, model: Model, settings: config.Optimizer, dtype: torch.dtype, ranks: Ranks) -> None:
        self._settings, self._dtype, self._ranks = settings, dtype, ranks
        muon = {"matrix"} if settings.name == "muon" else set()
        blocks = [(name, p) for role, name, p in model.roles() if role in muon]
        blocks.sort(key=lambda item: item[1].shape)  # stable: in one shape, the model's order
        rest = [(name, p) for role, name, p in model.roles() if role not in muon]
        self.gradients = Gradients([p for _, p in blocks + rest])
        self._stacks = list(self._stacked(blocks))
        self._adamw = AdamW.of(dict(rest))

    def _stacked(self, blocks: list[tuple[str, nn.Parameter]]) -> Iterable[Stack]:
        first = 0
        for _, group in itertools.groupby(blocks, key=lambda item: item[1].shape):
            members = list(group)
            gradient = self.gradients.stack(first, first + len(members))
            yield Stack([n for n, _ in members], [p for _, p in members], gradient, torch.zeros_like(gradient))
            first += len(members)

    @torch.no_grad()
    def step(self, rate: float, sound: Tensor) -> None:
        """Move the weights by the gradients as they stand; not at all where `sound` (a scalar, 1 or 0) is 0."""
        settings = self._settings
        for stack in self._stacks:
            stack.step(rate, settings.weight_decay, settings.momentum, sound, self._dtype, self._ranks)
        self._adamw.step(rate, settings, sound)

    def state(self) -> dict[str, Tensor]:
        """Every moment by the name of its parameter, whatever the stacks."""
        found = {f"momentum.{n}": m for s in self._stacks for n, m in zip(s.names, s.momentum, strict=True)}
        found |= {f"mean.{name}": tensor for name, tensor in self._adamw.mean.items()}
        found |= {f"square.{name}": tensor for name, tensor in self._adamw.square.items()}
        found["steps"] = self._adamw.steps
        return found

    @torch.no_grad()
    def load(self, state: dict[str, Tensor]) -> None:
        """Take over what `state` gave. Raises RunFailed naming the first moment that is missing or of another shape."""
        for name, tensor in self.state().items():
            if name not in state or state[name].shape != tensor.shape:
                raise RunFailed(
                    f"optimizer.safetensors: {name} is missing or not {tuple(tensor.shape)}: not this run's"
                )
            tensor.copy_(state[name])
