"""What a run takes, told before it is begun: parameters, tokens, operations, memory, time, cost; and the corpus.

Counts are exact; they come from the model itself, built without memory. Time on this machine is measured, on others it
is their stated peak times an assumed share; `Plan` says of each figure which it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from winnow.trainer.config import rates
from winnow.trainer.config.config_file import NO_PACK, load, shipped
from winnow.trainer.config.layouts import Layout, suited
from winnow.trainer.config.settings import Config
from winnow.trainer.config.text import Place
from winnow.trainer.data.batches import Batches
from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.asking import intervals, passed
from winnow.trainer.model.model import bare
from winnow.trainer.optim import scaling
from winnow.trainer.optim.schedule import Length, length, times
from winnow.trainer.pack import remote
from winnow.trainer.pack.index import Pack
from winnow.trainer.plan.machines import Here, There, measure, on_gpus
from winnow.trainer.run import initial
from winnow.trainer.run.memory import Memory, needed

MULTIPLES = (1, 5, 20)
"""Of Chinchilla's tokens: its optimum of training compute, and what small models that are much used get."""


@dataclass(frozen=True)
class Asked:
    """Of `winnow plan`, beside the configuration."""

    vocab: int | None = None
    """Where there is no pack."""
    mfu: float = 0.4
    """Share of a GPU's stated peak that is assumed."""
    gpus: int = 1
    prices: Mapping[str, float] = field(default_factory=dict)
    """GPU's name to dollars an hour of one."""
    measure: bool = True


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


class Supply(NamedTuple):
    """A source in a run: the tokens of its training documents, and those that are drawn."""

    tokens: int
    drawn: float

    @property
    def epochs(self) -> float:
        return self.drawn / self.tokens


@dataclass(frozen=True)
class Corpus:
    """A pack in a run."""

    path: str
    sources: Mapping[str, Supply]
    """Those of the mixture."""
    unique: int
    """Tokens of theirs."""
    effective: float
    """Fresh tokens that the run's are worth."""
    loss: tuple[float, float] | None
    """Expected, nats a token by the law's own fit: with the repetition, and with as many fresh tokens instead. None of
    models smaller than those of the fit."""


@dataclass(frozen=True)
class Plan:
    config: Config
    """With rate and batch."""
    by_rule: Mapping[Place, str]
    """Of those that the rule gave: what, and why."""
    asked: Asked
    layout: Layout
    parameters: int
    outside: int
    """The embedding: what `tokens_per_parameter` counts."""
    flops_per_token: float
    length: Length
    memory: Memory
    here: Here | None
    there: Sequence[There]
    budgets: Sequence[Budget]
    corpus: Corpus | None
    fits: str | None
    """The largest shipped configuration that the corpus is enough for."""
    evaluations: int
    evaluated: float
    """Tokens that go through the model, forward alone, for one of them; 0 without held-out documents, or a pack."""


def plan(config: Config, asked: Asked) -> Plan:
    """BadCall where pack, mixture, vocabulary, MFU or number of GPUs is wrong; the machine is measured if asked for."""
    if not 0 < asked.mfu <= 1:
        raise BadCall(f"--mfu {asked.mfu}: wanted a share above 0, at most 1")
    pack = None if config.data.pack == NO_PACK else Pack.open(remote.local(config.data.pack, lambda _: None))
    layout = _layout(config, pack, asked.vocab)
    config, by_rule = rates.settled(config, layout)
    model = bare(layout)
    parameters, outside = sum(p.numel() for p in model.parameters()), model.outside_embedding()
    flops = float(model.flops_per_token(config.model.context))
    run = length(config.run, config.model.context, outside)
    memory = needed(layout, config)
    corpus = _corpus(pack, config, run, outside) if pack else None  # a wrong mixture is told before measuring
    there = on_gpus(config, layout, run, flops * run.tokens, asked.gpus, asked.mfu, asked.prices)
    here = measure(config, layout, run, flops, memory) if asked.measure else None
    fits = fitting(corpus.unique, layout.vocab) if corpus else None
    budgets = _budgets(run.tokens, outside, flops, here)
    evaluations = times(intervals(config, run.steps)["evaluation"], 0, run.steps) + bool(config.init)
    return Plan(
        config, by_rule, asked, layout, parameters, outside, flops, run, memory, here, there, budgets, corpus, fits,
        evaluations, passed(pack, config) if pack else 0.0,
    )  # fmt: skip


def _layout(config: Config, pack: Pack | None, vocab: int | None) -> Layout:
    if pack is not None and vocab is not None and vocab != pack.vocab:
        raise BadCall(f"--vocab {vocab}: the pack {pack.path} has {pack.vocab}; leave --vocab out")
    if config.init:
        return initial.layout(config, pack)
    return Layout.of(config.model, pack.vocab if pack else vocab or suited(config.model.width), config.objective)


def _budgets(tokens: int, outside: int, flops: float, here: Here | None) -> tuple[Budget, ...]:
    optimum = scaling.TOKENS_PER_PARAMETER * outside
    others = (multiple * optimum for multiple in MULTIPLES)
    amounts = sorted([float(tokens), *(amount for amount in others if abs(amount / tokens - 1) > 0.02)])
    found = []
    for amount in amounts:
        loss = scaling.loss(outside, amount) if outside >= scaling.FITTED[0] else None
        seconds = amount / here.tokens_per_second if here else None
        found.append(Budget(amount, amount / optimum, amount * flops, loss, seconds))
    return tuple(found)


def _corpus(pack: Pack, config: Config, run: Length, outside: int) -> Corpus:
    """BadCall where the mixture asks for what the pack does not have."""
    sources = {}
    for source, epochs in Batches(config, pack, run.rows, run.steps).epochs(run.steps).items():
        tokens = pack.counts("train", source).tokens
        sources[source] = Supply(tokens, epochs * tokens)
    unique = sum(supply.tokens for supply in sources.values())
    effective = scaling.effective_of_sources(sources)
    worth = scaling.effective_parameters(outside, unique)
    fresh = scaling.loss(scaling.effective_parameters(outside, run.tokens), run.tokens)
    losses = (scaling.loss(worth, effective), fresh) if outside >= scaling.FITTED[0] else None
    return Corpus(str(pack.path), sources, unique, effective, losses)


def fitting(unique: int, vocab: int) -> str | None:
    """The largest shipped configuration whose Chinchilla tokens `unique` ones give within the epochs that are as good
    as fresh; None where even the smallest would need more."""
    found = None
    for name in shipped():
        layout = Layout.of(load(name, pack=NO_PACK).model, vocab, "causal")
        needed = scaling.TOKENS_PER_PARAMETER * bare(layout).outside_embedding()
        found = name if needed <= scaling.EPOCHS_AS_GOOD * unique else found
    return found
