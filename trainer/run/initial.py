"""The model that `init` names: which directory is meant, its shape in the place of [model]'s, and what it read before.

What was given of [model], by --set or in a file of the user's own, must be the model's; a shipped configuration's shape
is only a default. `context` and `yarn` stay the run's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from winnow.trainer.config import config_file
from winnow.trainer.config.check import complaints
from winnow.trainer.config.fill import dotted, shown
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, ModelShape
from winnow.trainer.config.text import read
from winnow.trainer.errors import BadCall
from winnow.trainer.model import hf
from winnow.trainer.pack.index import Pack
from winnow.trainer.run import run_folder
from winnow.trainer.run.open_checkpoint import find_checkpoint

OF_RUN = ("context", "yarn")
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
    """As hf.initial_layout."""
    return hf.initial_layout(replace(config, init=directory(config.init)), pack)


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
        model = _shape(config.model, hf.layout_of(Path(directory(config.init))))
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
