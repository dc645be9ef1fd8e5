"""The model that `init` names: which directory is meant, its shape in the place of [model]'s, and what it read before.

What was given of [model], by --set or in a file of the user's own, must be the model's; a shipped configuration's shape
is only a default. `context` and `yarn` stay the run's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from winnow.trainer.config import config_file, rope
from winnow.trainer.config.check import complaints
from winnow.trainer.config.fill import dotted, shown
from winnow.trainer.config.layouts import Layout, layout_of
from winnow.trainer.config.settings import Config, ModelShape
from winnow.trainer.config.text import read
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import tokenizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.tokenizer_files import FILES
from winnow.trainer.run import run_folder
from winnow.trainer.run.checkpoint_folders import find_checkpoint

OPEN = ("kv_heads", "head_width")
"""Settings whose 0 stands for what follows from others."""


def found(config: Config) -> Config:
    """`config` with the directory that its `init` means: a run's newest checkpoint, RUN@STEP, or the directory itself.
    A name of nothing stays as it is, for a run that goes on needs it no more."""
    try:
        return replace(config, init=str(directory(config.init))) if config.init else config
    except BadCall:
        return config


def directory(init: str) -> str:
    try:
        found = find_checkpoint(Path(init))
    except BadCall as error:
        raise BadCall(f"init: {error}") from None
    return init if found == Path(init) else str(found)


def layout(config: Config, pack: Pack | None) -> Layout:
    """The layout of the directory that `init` names, with the configuration's context. BadCall names what does not fit
    the objective, the pack and its tokenizer."""
    config = replace(config, init=directory(config.init))
    init = Path(config.init)
    layout = _in_context(layout_of(init), config)
    if layout.causal != (config.objective == "causal"):
        raise BadCall(f"init = {init} is {layout.architecture}, and the objective is {config.objective!r}")
    if pack is None:
        return layout
    if layout.vocab < pack.vocab:
        raise BadCall(
            f"init = {init} has {layout.vocab} rows of embedding, and the pack's tokenizer {pack.vocab} tokens"
        )
    file = init / FILES[0]
    if not file.is_file():
        raise BadCall(f"init = {init} has no {FILES[0]}: no one can tell whether the pack was made with its tokenizer")
    if tokenizer.load(init).sha256 != pack.tokenizer_sha256:
        raise BadCall(f"{pack.path} was packed with another tokenizer than {file}: pack with --tokenizer {init}")
    return layout


def _in_context(layout: Layout, config: Config) -> Layout:
    """`layout` of `config.init` with the configuration's context, stretched if that is asked for."""
    context, stretch = config.model.context, layout.stretch
    if not config.model.yarn:
        if context > layout.context:
            other = "" if stretch and stretch.kind != "yarn" else ", or stretch them with model.yarn = true"
            raise BadCall(
                f"model.context is {context:,}, and init = {config.init} has {layout.context:,} positions: "
                f"lower it{other}"
            )
        return replace(layout, context=context)
    if stretch and stretch.kind != "yarn":
        raise BadCall(f"model.yarn: init = {config.init} is stretched already, as {stretch.kind}; leave model.yarn out")
    if context <= layout.context:
        raise BadCall(
            f"model.yarn: init = {config.init} has {layout.context:,} positions, and model.context is {context:,}: "
            "raise it, or leave model.yarn out"
        )
    original = stretch.original if stretch else layout.context
    return replace(layout, context=context, stretch=rope.yarn(original, context))


def taken(config: Config) -> tuple[Config, Layout]:
    """What a run of `config` will have."""
    of = layout(config, None)
    return shaped(config, of), of


def shaped(config: Config, of: Layout) -> Config:
    """`config` with the shape of its model. BadCall where no configuration can say it."""
    config = replace(config, model=_shape(config.model, of))
    for place, wanted in complaints(config):
        has = shown(getattr(config.model, str(place[-1])))
        raise BadCall(f"init = {config.init}: {dotted(place)} is {has}; {wanted}")
    return config


def contradictions(config: Config, name: str, sets: Sequence[str]) -> Iterator[BadCall]:
    """A complaint for each setting of [model] that was given, in the configuration called `name` or in `sets`, and that
    the model in `init` has otherwise."""
    if not config.init:
        return
    try:
        model = _shape(config.model, layout_of(Path(directory(config.init))))
    except BadCall:
        return  # told by whoever needs it
    table, origin = read(config_file.find(name), sets)
    said = table.get("model")
    for field in fields(ModelShape):
        place, says, has = ("model", field.name), getattr(config.model, field.name), getattr(model, field.name)
        given = place in origin.sets or place[:1] in origin.sets or name not in config_file.shipped()
        open_ = field.name in OPEN and says == 0
        if isinstance(said, dict) and field.name in said and given and not open_ and says != has:
            yield origin.fail(place, f"{dotted(place)} is {shown(says)}, and the model in init = {config.init} has "
                              f"{shown(has)}: leave it out, init brings its shape")  # fmt: skip


def _shape(shape: ModelShape, of: Layout) -> ModelShape:
    kv_heads = shape.kv_heads if (shape.kv_heads or of.heads) == of.kv_heads else of.kv_heads
    head_width = shape.head_width if (shape.head_width or of.width / of.heads) == of.head_width else of.head_width
    return replace(
        shape, layers=of.layers, width=of.width, heads=of.heads, kv_heads=kv_heads, head_width=head_width, mlp=of.mlp,
        tied=of.tied, qk_norm=of.qk_norm, rope_theta=of.rope_theta, norm_eps=of.norm_eps,
    )  # fmt: skip


def read_before(config: Config, pack: Pack) -> str:
    """What to say where the model in `init` is of a run that read the same pack in the same order; else nothing."""
    run = Path(config.init).absolute().parent.parent
    try:
        was, known = run_folder.left_by(run)
    except BadCall:  # no run of ours, or of another release
        return ""
    if known != pack.fingerprint or was.seed != config.seed:
        return ""
    return (f"warning: {run} read this pack with the same seed, {was.seed}, and the same windows come again, from the "
            f"first on: --set seed={was.seed + 1} gives another order")  # fmt: skip
