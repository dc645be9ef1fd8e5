"""How weights move: Muon for the blocks' matrices and AdamW for embedding, head and norms, or AdamW for all.

AdamW is Loshchilov & Hutter 2019, algorithm 2. Matrices decay, vectors (the norms' weights) do not. An embedding that
is not the head too moves faster than the others and decays as they do. A step that the guard calls unsound changes
nothing at all, not even the count of steps, and the host does not wait to learn of it.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from winnow.trainer.config import settings as config
from winnow.trainer.errors import RunFailed
from winnow.trainer.model.model import Model
from winnow.trainer.model.tensor_file import Rows
from winnow.trainer.optim.gradients import Gradients
from winnow.trainer.optim.muon import Stack
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks

STACKED = 1 << 27
"""Numbers of a rank's share of a stack, unless one matrix has more: Newton-Schulz holds several times as many bytes."""


@dataclass(frozen=True)
class AdamW:
    """Parameters with their moments. torch's kernel without torch's class, whose first use takes seconds to import."""

    parameters: dict[str, Tensor]
    gradients: dict[str, Tensor]
    mean: dict[str, Tensor]
    square: dict[str, Tensor]
    steps: Tensor
    """Steps taken, a scalar; skipped ones do not count."""
    groups: dict[tuple[bool, float], list[str]]
    """Names by whether they decay, and by how many times the rate they move."""

    @staticmethod
    def of(parameters: dict[str, Tensor], gradients: dict[str, Tensor], faster: dict[str, float]) -> "AdamW":
        """faster: the names that do not move with the rate itself."""
        mean, square = ({name: torch.zeros_like(p) for name, p in parameters.items()} for _ in range(2))
        steps = torch.zeros((), device=next(iter(parameters.values())).device)
        groups = dict[tuple[bool, float], list[str]]()
        for name, parameter in parameters.items():
            if len(parameter):
                groups.setdefault((parameter.ndim > 1, faster.get(name, 1.0)), []).append(name)
        return AdamW(parameters, gradients, mean, square, steps, groups)

    def step(self, rate: float, settings: config.Optimizer, sound: Tensor) -> None:
        """Move by `rate`; where `sound` is 0 the kernel leaves all as it is, as it does for a gradient scaler."""
        self.steps.add_(sound)
        for (decays, times), names in self.groups.items():
            torch._fused_adamw_(
                [self.parameters[name] for name in names],
                [self.gradients[name] for name in names],
                [self.mean[name] for name in names],
                [self.square[name] for name in names],
                [],
                [self.steps] * len(names),
                lr=rate * times,
                beta1=settings.beta1,
                beta2=settings.beta2,
                weight_decay=settings.weight_decay / times if decays else 0.0,
                eps=1e-8,
                amsgrad=False,
                maximize=False,
                found_inf=1 - sound,
            )


class Optimizer:
    """Owns the gradients of `model` and the moments of its parameters; of shards those of the rank's own rows. `dtype`
    is that of Newton-Schulz."""

    def __init__(self, model: Model, settings: config.Optimizer, dtype: torch.dtype, ranks: Ranks) -> None:
        self._settings, self._dtype, self._ranks = settings, dtype, ranks
        muon = {"matrix"} if settings.name == "muon" else set()
        blocks = [(name, p) for role, name, p in model.roles() if role in muon]
        blocks.sort(key=lambda item: item[1].shape)  # stable: in one shape, the model's order
        rest = [(name, p) for role, name, p in model.roles() if role not in muon]
        rest.sort(key=lambda item: not shards.is_shard(item[1]))
        self._parameters = dict(blocks + rest)
        self.gradients = Gradients(list(self._parameters.values()))
        self._stacks = list(self._stacked(blocks))
        gradients = dict(zip(self._parameters, self.gradients.parts, strict=True))
        faster = {} if model.layout.tied else {name: settings.embedding for role, name, _ in model.roles()
                                               if role == "embedding"}  # fmt: skip
        self._adamw = AdamW.of({name: shards.local(p) for name, p in rest}, gradients, faster)

    def _stacked(self, blocks: list[tuple[str, nn.Parameter]]) -> Iterable[Stack]:
        first = 0
        for shape, group in itertools.groupby(blocks, key=lambda item: item[1].shape):
            members = list(group)
            most = self._ranks.world * max(1, STACKED // shape.numel())
            for part in (members[i : i + most] for i in range(0, len(members), most)):
                gradient = self.gradients.stack(first, first + len(part))
                rows = shape[0] if shards.is_shard(part[0][1]) else 0
                held = [shards.local(p) for _, p in part]
                yield Stack([name for name, _ in part], held, gradient, torch.zeros_like(gradient), rows)
                first += len(part)

    @torch.no_grad()
    def step(self, rate: float, sound: Tensor, momentum: float | None = None) -> None:
        """Move the weights by the gradients as they stand; not at all where `sound` (a scalar, 1 or 0) is 0. momentum:
        Muon's, where it is not yet what the settings say."""
        settings = self._settings
        momentum = settings.momentum if momentum is None else momentum
        for stack in self._stacks:
            stack.step(rate, settings.weight_decay, momentum, sound, self._dtype, self._ranks)
        self._adamw.step(rate, settings, sound)

    def state(self) -> dict[str, Tensor]:
        """Every moment by the name of its parameter, whatever the stacks; a shard where the parameter is one."""
        moments = {"momentum": {n: m for s in self._stacks for n, m in zip(s.names, s.momentum, strict=True)},
                   "mean": self._adamw.mean, "square": self._adamw.square}  # fmt: skip
        found = {f"{kind}.{name}": shards.like(self._parameters[name], moment)
                 for kind, of in moments.items() for name, moment in of.items()}  # fmt: skip
        return found | {"steps": self._adamw.steps}

    @torch.no_grad()
    def load(self, state: Mapping[str, Tensor | Rows]) -> None:
        """Take over what `state` gave, whole: of shards, only a rank's own rows are read. Raises RunFailed naming the
        first moment that is missing or of another shape."""
        for name, moment in self.state().items():
            if name not in state or list(state[name].shape) != list(moment.shape):
                raise RunFailed(f"the optimizer's {name} is missing or not {tuple(moment.shape)}: not this run's")
            shards.local(moment).copy_(state[name][shards.rows(moment, self._ranks)])
