"""What `init` names: a Hugging Face directory that a run begins from, which must fit objective and pack."""

from dataclasses import replace
from pathlib import Path

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.errors import BadCall
from winnow.trainer.model import weights
from winnow.trainer.pack import tokenizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.tokenizer_files import FILES


def initial_layout(config: Config, pack: Pack | None) -> Layout:
    """The directory's layout with the configuration's context. BadCall names what does not fit; without a pack, of the
    objective only."""
    init = Path(config.init)
    layout = replace(weights.layout_of(init), context=config.model.context)
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
