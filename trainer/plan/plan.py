"""What a run takes, told before it is begun: parameters, tokens, operations, memory, time, cost; and the corpus.

Counts are exact; they come from the model itself, built without memory. Time on this machine is measured, on others it
is their stated peak times an assumed share; `Plan` says of each figure which it is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch

from winnow.trainer.config.config_file import NO_PACK, load, shipped
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import suggest
from winnow.trainer.data.masking import targets_per_row
from winnow.trainer.errors import BadCall
from winnow.trainer.model.hf import initial_layout
from winnow.trainer.model.model import Model
from winnow.trainer.optim import scaling
from winnow.trainer.optim.schedule import Length, length
from winnow.trainer.pack import remote
from winnow.trainer.pack.index import Pack
from winnow.trainer.plan.plan_corpus import Corpus, corpus_of
from winnow.trainer.plan.plan_here import Here, measure
from winnow.trainer.run.hardware import GPUS, Gpu

MULTIPLES = (1, 5, 20)
"""Of Chinchilla's tokens: its optimum of training compute, and what small models that are much used get."""
_SUITED = ((128, 4096), (384, 8192), (512, 16384), (1 << 62, 32768))
"""Width to vocabulary, where nothing says which."""
ROOM = 0.9
"""Of a GPU's memory, that is counted on."""


@dataclass(frozen=True)
class Asked:
    """Of `winnow plan`, beside the configuration."""

    vocab: int | None = None
    """Where there is no pack."""
    mfu: float = 0.4
    """Share of a GPU's stated peak that is assumed."""
    rents: Mapping[str, float] = field(default_factory=dict)
    """GPU's name to dollars an hour, in place of the table's."""
    measure: bool = True


@dataclass(frozen=True)
class Memory:
    """Bytes in training."""

    weights: float
    gradients: float
    optimizer: float
    casts: float
    """Of the weights in the type of the matrix products, which a pass keeps."""
    row: float
    """Of what the backward pass needs of one window, uncompiled; compiling and flash attention need less."""

    def of(self, rows: int) -> float:
        return self.weights + self.gradients + self.optimizer + self.casts + rows * self.row


@dataclass(frozen=True)
class There:
    """The run on one GPU of a kind."""

    gpu: Gpu
    flops: float
    """A second, assumed."""
    seconds: float
    dollars: float
    rows: int
    """Windows of a forward and backward pass that fit; 0: it does not fit at all."""


@dataclass(frozen=True)
class Budget:
    """A number of tokens, and what it means."""

    tokens: float
    of_chinchilla: float
    flops: float
    loss: float | None
    """By Muennighoff et al. 2023, of fresh tokens, with their constants; None of models smaller than their smallest."""
    seconds: float | None
    """On this machine."""


@dataclass(frozen=True)
class Plan:
    config: Config
    layout: Layout
    parameters: int
    outside: int
    """The embedding: what `tokens_per_parameter` counts."""
    flops_per_token: float
    length: Length
    memory: Memory
    here: Here | None
    there: Sequence[There]
    mfu: float
    """Of their stated peaks, that is assumed."""
    budgets: Sequence[Budget]
    corpus: Corpus | None
    fits: str | None
    """The largest shipped configuration that the corpus is enough for."""


def plan(config: Config, asked: Asked) -> Plan:
    """BadCall where pack, mixture, vocabulary, MFU or rents are wrong; the machine is measured if asked for."""
    if not 0 < asked.mfu <= 1:
        raise BadCall(f"--mfu {asked.mfu}: wanted a share above 0, at most 1")
    pack = None if config.data.pack == NO_PACK else Pack.open(remote.local(config.data.pack, lambda _: None))
    layout = _layout(config, pack, asked.vocab)
    model = bare(layout)
    parameters, outside = sum(p.numel() for p in model.parameters()), model.outside_embedding()
    flops = float(model.flops_per_token(config.model.context))
    run = length(config.run, config.model.context, outside)
    memory = _memory(model, config)
    corpus = corpus_of(pack, config, run, outside) if pack else None  # a wrong mixture is told before measuring
    here = measure(config, layout, run, flops, memory.of(0), memory.row) if asked.measure else None
    return Plan(
        config, layout, parameters, outside, flops, run, memory, here,
        tuple(_there(gpu, asked, flops * run.tokens, memory) for gpu in GPUS if gpu.rent), asked.mfu,
        _budgets(run.tokens, outside, flops, here),
        corpus, fitting(corpus.unique, layout.vocab) if corpus else None,
    )  # fmt: skip


def bare(layout: Layout) -> Model:
    """A model without memory: its parameters can be counted, and no more."""
    with torch.device("meta"):
        return Model(layout)


def rents(given: Sequence[str]) -> dict[str, float]:
    """["H100=2.1"] as {"H100 PCIe": 2.1, "H100 NVL": 2.1, "H100 SXM": 2.1}; BadCall where no GPU is called so."""
    rented, found = [gpu.name for gpu in GPUS if gpu.rent], {}
    for text in given:
        name, _, dollars = text.partition("=")
        known = [gpu for gpu in rented if gpu.lower().startswith(name.strip().lower())]
        if not name.strip() or not known:
            raise BadCall(f"--rent {text}: there is no such GPU in the table{suggest(name, rented)}")
        try:
            rent = float(dollars)
        except ValueError:
            rent = -1
        if not 0 <= rent < math.inf:
            raise BadCall(f"--rent {text}: write GPU=DOLLARS, for example H100=2.10")
        found.update(dict.fromkeys(known, rent))
    return found


def _layout(config: Config, pack: Pack | None, vocab: int | None) -> Layout:
    if pack is not None and vocab is not None and vocab != pack.vocab:
        raise BadCall(f"--vocab {vocab}: the pack {pack.path} has {pack.vocab}; leave --vocab out")
    if config.init:
        return initial_layout(config, pack)
    suited = next((v for width, v in _SUITED if config.model.width <= width), _SUITED[-1][1])
    return Layout.of(config.model, pack.vocab if pack else vocab or suited, config.objective)


def _memory(model: Model, config: Config) -> Memory:
    of_role: dict[str, int] = {}
    for role, _, parameter in model.roles():
        of_role[role] = of_role.get(role, 0) + parameter.numel()
    every = sum(of_role.values())
    muon = of_role["matrix"] if config.optimizer.name == "muon" else 0  # one moment, AdamW has two
    one, two = _kept(model, config, 1), _kept(model, config, 2)
    return Memory(4.0 * every, 4.0 * every, 4.0 * muon + 8.0 * (every - muon), 2 * one - two, two - one)


def _kept(model: Model, config: Config, rows: int) -> float:
    """Bytes that the forward pass of `rows` windows keeps for the backward pass: counted, without any memory."""
    model.dtype = torch.float32 if config.machine.dtype == "float32" else torch.bfloat16
    ours = {parameter.untyped_storage()._cdata for parameter in model.parameters()}
    kept: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage()._cdata] = tensor  # held, so that no other takes its place
        return tensor

    tokens = torch.zeros(rows, config.model.context, dtype=torch.int64, device="meta")
    starts = torch.zeros(rows, config.model.context, dtype=torch.bool, device="meta")
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = model.loss(tokens, starts if config.data.document_mask else None, tokens, rows * targets_per_row(config))
    del loss
    return float(sum(t.untyped_storage().nbytes() for key, t in kept.items() if key not in ours))


def _there(gpu: Gpu, asked: Asked, flops: float, memory: Memory) -> There:
    """`flops`: of the whole run."""
    rate = (gpu.bfloat16 or gpu.float32 or math.nan) * asked.mfu
    row = memory.row if gpu.bfloat16 else 2 * memory.row
    rows = max(0, int((ROOM * gpu.memory - memory.of(0)) // row))
    seconds, rent = flops / rate, asked.rents.get(gpu.name, gpu.rent or math.nan)
    return There(gpu, rate, seconds, seconds / 3600 * rent, rows)


def _budgets(tokens: int, outside: int, flops: float, here: Here | None) -> tuple[Budget, ...]:
    optimum = scaling.TOKENS_PER_PARAMETER * outside
    others = (multiple * optimum for multiple in MULTIPLES)
    amounts = sorted([float(tokens), *(amount for amount in others if abs(amount / tokens - 1) > 0.02)])
    return tuple(
        Budget(
            tokens=amount,
            of_chinchilla=amount / optimum,
            flops=amount * flops,
            loss=scaling.loss(outside, amount) if outside >= scaling.FITTED[0] else None,
            seconds=amount / here.tokens_per_second if here else None,
        )
        for amount in amounts
    )


def fitting(unique: int, vocab: int) -> str | None:
    """The largest shipped configuration whose Chinchilla tokens `unique` ones give within the epochs that are as good
    as fresh; None where even the smallest would need more."""
    found = None
    for name in shipped():
        layout = Layout.of(load(name, pack=NO_PACK).model, vocab, "causal")
        needed = scaling.TOKENS_PER_PARAMETER * bare(layout).outside_embedding()
        found = name if needed <= scaling.EPOCHS_AS_GOOD * unique else found
    return found
