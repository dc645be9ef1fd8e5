"""What a run stands on when it begins or goes on: pack, batches, model, optimizer, and how far it has come.

a new RUN       weights from the seed or from `init`; the calibration measures; both locks are written
a begun RUN     the same configuration, pack and kind of device; the newest whole checkpoint; the calibration as it was
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from winnow.trainer import figures
from winnow.trainer.config import rates
from winnow.trainer.config.layouts import Layout, layout_of
from winnow.trainer.config.settings import Config, Run
from winnow.trainer.config.text import Place
from winnow.trainer.data.batches import Batches
from winnow.trainer.errors import BadCall
from winnow.trainer.figures import listed, many, number
from winnow.trainer.model import hf
from winnow.trainer.model.model import Model, Weights, bare
from winnow.trainer.optim import schedule
from winnow.trainer.optim.guard import Guard
from winnow.trainer.optim.optimizer import Optimizer
from winnow.trainer.optim.scaling import EPOCHS_AS_GOOD
from winnow.trainer.pack import remote, tokenizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import branch, calibrate, checkpoint, initial, run_folder
from winnow.trainer.run.checkpoint_folders import step_of
from winnow.trainer.run.saver import Saver

Say = Callable[[str], None]
TELLING = 10**9
"""Bytes of a pack from which on it is told that they are read: some seconds."""


@dataclass
class Progress:
    """How far a run has come, beside weights and moments: what state.json keeps."""

    step: int = 0
    """Steps done."""
    seconds: float = 0.0
    """Of all sessions."""
    skipped: list[float | None] = field(default_factory=list)
    """The losses of the last steps, as many in a row as were skipped; None: not finite, or its gradient is not."""
    interval: list[list[float]] = field(default_factory=list)
    """(loss, gradient norm, nats a byte) of each step since the last line of metrics.jsonl."""

    def hopeless(self, skips: int) -> bool:
        """Whether `skips` steps in a row or more were skipped, and their loss is not finite, or does not fall."""
        finite = [loss for loss in self.skipped if loss is not None]
        falling = bool(finite) and self.skipped[-1] is not None and finite[-1] < finite[0]
        return len(self.skipped) >= skips and not falling


@dataclass(frozen=True)
class Session:
    config: Config
    """Settled: nothing is left open."""
    run: Path
    pack: Pack
    batches: Batches
    model: Model
    optimizer: Optimizer
    guard: Guard
    length: schedule.Length
    calibration: calibrate.Calibration
    ranks: Ranks
    progress: Progress
    saver: Saver

    @property
    def step_tokens(self) -> int:
        return self.length.rows * self.config.model.context

    def save(self) -> Path:
        """Begin a checkpoint of where the run stands now: `saver` writes it while the run goes on."""
        progress = self.progress
        state = {  # beside `Progress` for people and other tools, who find here what the weights come from
            "tokens": progress.step * self.step_tokens,
            "seconds": round(progress.seconds, 3),
            "skipped": list(progress.skipped),
            "interval": [list(values) for values in progress.interval],
            "epochs": self.batches.epochs(progress.step),
            "pack": self.pack.fingerprint,
            "tokenizer_sha256": self.pack.tokenizer_sha256,
        }
        tensors = self.optimizer.state() | self.guard.state()
        return self.saver.save(progress.step, self.model, tensors, state)


_Found = tuple[Config | None, Run | None, Path | None, branch.Origin | None]
"""What lies in a run's folder: its configuration as it may go on now (None: the run begins), its length as it was
settled, its newest checkpoint, and what it began from."""
NOTHING: _Found = (None, None, None, None)


def opened(
    config: Config, run: Path, ranks: Ranks, say: Say, origin: branch.Origin | None = None, verify: bool = False
) -> Session:  # fmt: skip
    """Begin or go on. BadCall on whatever does not fit together; the first rank finds it before the others look.

    origin: a checkpoint of another run, that a new one begins from. verify: hash the whole pack, also where it was.
    """
    pack, config = Pack.open(remote.local(config.data.pack, say)), initial.found(config)
    found = ranks.agree(_found(config, run, pack, origin, verify, say) if ranks.first else NOTHING)
    settled, before, saved, origin = found
    if settled is not None:
        _same_device(run, settled, ranks)
        checkpoint.shared(run, ranks)
    start = saved or (origin.path if origin else None)
    model, weights = _model(config, pack, start)
    config, by_rule = (settled, {}) if settled else _asked(config, pack, model.layout, origin, say)
    length = schedule.length(config.run, config.model.context, model.outside_embedding())
    if ranks.world > length.rows:
        raise BadCall(f"{ranks.world} ranks for {length.rows} windows a step: raise run.batch_tokens or take fewer")
    batches = Batches(config, pack, length.rows, length.steps)
    done = step_of(start) if start else 0
    if settled is not None and before is not None:
        was = schedule.length(before, config.model.context, model.outside_embedding())
        branch.grows(run, settled, was, length, done)
    if done and not saved and done >= length.steps:
        raise BadCall(f"--from: {done:,} steps are done there, and this run has {length.steps:,}: raise run.tokens")
    if settled is None and origin is not None:
        for warning in branch.warnings(config, origin, pack, length, model.outside_embedding()):
            say(warning)
    _tell(model, length, batches, by_rule, say)
    if settled is None:
        mine = length.rows // ranks.world
        calibration = calibrate.settle(config, model, weights, mine, length.tokens, ranks, say)
        settled = replace(config, machine=calibration.machine)
        if shards.is_shard(model.head):
            checkpoint.shared(run, ranks)
    else:
        calibration = calibrate.obey(settled.machine, model, weights, ranks)
    if ranks.first:
        run_folder.begin(run, settled, pack, origin.record() if origin else None)
    moves = replace(settled.optimizer, embedding=1.0) if settled.init else settled.optimizer
    optimizer, guard = Optimizer(model, moves, model.dtype, ranks), Guard(settled.run.spike, ranks.device)
    progress = Progress() if start is None else _restored(start, optimizer, guard, length, say)
    if not saved:
        progress = Progress(progress.step)  # seconds and lines are the other run's
    stable = partial(schedule.branches, steps=length.steps, settings=settled.optimizer)
    saver = Saver(run, pack, settled.run.keep, ranks, stable)
    return Session(settled, run, pack, batches, model, optimizer, guard, length, calibration, ranks, progress, saver)


def _found(config: Config, run: Path, pack: Pack, origin: branch.Origin | None, verify: bool, say: Say) -> _Found:
    """What there is to go on with.

    Every session begins with a pack that is whole, as far as its files have not changed since they were hashed;
    RunFailed names the file that is not.
    """
    pack.suits(config.objective)
    loaded = tokenizer.load(pack.tokenizer)
    if (loaded.vocab, loaded.begin, loaded.end, loaded.mask) != (pack.vocab, pack.begin, pack.end, pack.mask):
        raise BadCall(f"{pack.path}: its manifest and its tokenizer speak of other tokens; pack again")
    settled = run_folder.begun(run, config, pack)
    size = sum(bytes_ for bytes_, _ in pack.files.values())
    if size >= TELLING:
        say(f"checking the {figures.size(size)} of {pack.path}")
    pack.verify(again=verify)
    pack.words  # noqa: B018  # read now, for every save
    if settled is None:
        return None, None, None, origin
    before, origin = run_folder.locked(run).run, branch.same(run, origin)
    saved = checkpoint.newest(run, say)
    if saved is None and origin is not None:
        branch.hold(origin)
    return settled, before, saved, origin


def _same_device(run: Path, settled: Config, ranks: Ranks) -> None:
    """BadCall where a run would go on with other arithmetic than it was begun with."""
    here, begun = ranks.device.type, settled.machine.device
    if here != begun:
        cure = "say --set machine.device=cpu" if begun == "cpu" else "go on where there is a GPU"
        raise BadCall(f"{run} was begun on {begun}, and this session would compute on {here}: {cure}, or begin anew")


def _model(config: Config, pack: Pack, start: Path | None) -> tuple[Model, Weights]:
    """The model, without memory, and what it begins with."""
    if start is not None or config.init:
        layout = initial.layout(config, pack) if start is None else layout_of(start)
        stored = hf.weights(start or Path(config.init), layout)
        return bare(layout), stored
    model = bare(Layout.of(config.model, pack.vocab, config.objective))
    return model, partial(model.drawn, config.seed)


def _asked(
    config: Config, pack: Pack, layout: Layout, origin: branch.Origin | None, say: Say
) -> tuple[Config, Mapping[Place, str]]:  # fmt: skip
    """Of a new run: `config` with nothing left open but what the calibration decides; in words what the rule gives."""
    if config.init:
        config = initial.shaped(config, layout)
        if origin is None and (warning := initial.read_before(config, pack)):
            say(warning)
    elif origin is not None and layout != Layout.of(config.model, pack.vocab, config.objective):
        raise BadCall(f"{origin.path} has another shape than [model] and the pack's tokenizer give")
    return rates.settled(branch.taken(config, origin) if origin else config, layout)


def _restored(saved: Path, optimizer: Optimizer, guard: Guard, length: schedule.Length, say: Say) -> Progress:
    state, tensors = checkpoint.load(saved)
    optimizer.load(tensors)
    guard.load(tensors)
    say(f"going on after step {state['step']:,} of {length.steps:,}, from {saved}")
    return Progress(state["step"], state["seconds"], state["skipped"], state["interval"])


def _tell(model: Model, length: schedule.Length, batches: Batches, by_rule: Mapping[Place, str], say: Say) -> None:
    """Sizes, what the run asks of its sources, and what the rule gives."""
    parameters = sum(p.numel() for p in model.parameters())
    steps = f"{many(length.steps, 'step')} of {length.tokens // length.steps:,} tokens"
    say(f"{number(parameters)} parameters; {steps}, {number(length.tokens)} in all")
    epochs = batches.epochs(length.steps)
    often = [f"{source} will be read {passes:.1f} times"
             for source, passes in sorted(epochs.items()) if passes > EPOCHS_AS_GOOD]  # fmt: skip
    if often:
        say(f"warning: {listed(often)}; past four, repeated tokens are worth ever less")
    lost = {source: tokens for source, tokens in batches.left_over().items() if tokens}
    if lost:
        named = listed([f"{source} {tokens:,}" for source, tokens in sorted(lost.items())])
        say(f"tokens of the first epoch that fill no window: {named}")
    for (*_, name), words in by_rule.items():
        say(f"{name} {words}")
