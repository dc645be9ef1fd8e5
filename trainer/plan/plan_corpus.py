"""What a pack has for a run: tokens of each source, how often each is read, and what repetition is worth."""

from collections.abc import Mapping
from dataclasses import dataclass

from winnow.trainer.config.settings import Config
from winnow.trainer.data.batches import Batches
from winnow.trainer.optim import scaling
from winnow.trainer.optim.schedule import Length
from winnow.trainer.pack.index import Pack


@dataclass(frozen=True)
class Supply:
    """One source in a run."""

    tokens: int
    """Different ones, of its training documents."""
    drawn: float
    """In the run."""

    @property
    def epochs(self) -> float:
        return self.drawn / self.tokens if self.tokens else 0.0


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


def corpus_of(pack: Pack, config: Config, run: Length, parameters: int) -> Corpus:
    """`parameters`: outside the embedding. BadCall where the mixture asks for what the pack does not have."""
    batches = Batches.of(config, pack, run.rows, run.steps)
    sources = {}
    for source, epochs in batches.epochs(run.steps).items():
        tokens = pack.counts("train", source).tokens
        sources[source] = Supply(tokens, epochs * tokens)
    unique = sum(supply.tokens for supply in sources.values())
    effective = scaling.effective_of_sources({name: (s.tokens, s.drawn) for name, s in sources.items()})
    worth = scaling.effective_parameters(parameters, unique)
    fresh = scaling.loss(scaling.effective_parameters(parameters, run.tokens), run.tokens)
    losses = (scaling.loss(worth, effective), fresh) if parameters >= scaling.FITTED[0] else None
    return Corpus(str(pack.path), sources, unique, effective, losses)
