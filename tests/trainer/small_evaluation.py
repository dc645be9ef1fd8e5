"""A corpus of two sources, its tokenizer and pack, and a checkpoint with random weights, for tests of evaluation."""

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
import torch

from tests.trainer.small_corpora import quiet
from winnow.trainer.config import config_file
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, Data, Masking, ModelShape
from winnow.trainer.evaluate.evaluate import Evaluation, Scoring, evaluate
from winnow.trainer.evaluate.held_out import of_pack
from winnow.trainer.evaluate.scoring import Scorable
from winnow.trainer.model.hf import save_weights
from winnow.trainer.model.model import Model
from winnow.trainer.pack import tokenizer_files, tokenizer_training
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.pack import pack
from winnow.trainer.parallel.ranks import Ranks

WORDS = ["bread", "river", "stone", "winter", "letter", "garden", "window", "silver", "carpet", "mother"]
CONTEXT = 32


@dataclass(frozen=True)
class Small:
    corpus: Path
    tokenizer: Path
    pack: Pack
    run: Path
    model: Model

    def evaluate(
        self, most: int = 0, source: str = "", masking: Masking | None = None, model: Scorable | None = None
    ) -> Evaluation:
        """Of the pack's validation documents, or those of a source."""
        sample = whole = of_pack(self.pack, most=most)
        if source:
            mine = {source: whole.bytes[source]}
            sample = replace(whole, read=lambda: (of for of in whole.read() if of.source == source), bytes=mine)
        return evaluate(model or self.model, sample, Scoring(self.pack, CONTEXT, masking=masking), Ranks())


def make(
    folder: Path, objective: Literal["causal", "masked"] = "causal", share: float = 0.3, words: Path | None = None
) -> Small:
    """All of it below `folder`; a third of the documents are for validation. share: of the tokens that are masked;
    words: the tokenizer, if not one that is trained here."""
    corpus = folder / "corpus-files"
    for source, count in (("essays", 60), ("notes", 30)):
        write(corpus / f"{source}.parquet", source, [text(f"{source}{number}") for number in range(count)])
    if words is None:
        words = folder / "tokenizer"
        tokenizer_training.train([corpus], 300, words, 1_000_000, 1, quiet)
    pack([corpus], words, folder / "pack", validation=0.34, say=quiet)
    packed = Pack.open(folder / "pack")
    shape = ModelShape(layers=1, width=32, heads=2, mlp=48, context=CONTEXT)
    model = random_model(Layout.of(shape, packed.vocab, objective))
    checkpoint = folder / "run" / "checkpoints" / "step-000003"
    checkpoint.mkdir(parents=True)
    save_weights(model, checkpoint, begin=packed.begin, end=packed.end, mask=packed.mask)
    tokenizer_files.write(tokenizer_files.for_models(packed.words), checkpoint)
    config = Config(Data(str(packed.path)), objective=objective, model=shape, masking=Masking(share))
    (folder / "run" / "config.lock.toml").write_text(config_file.dump(config), encoding="utf-8")
    (folder / "run" / "latest").write_text("step-000003\n", encoding="utf-8")
    return Small(corpus, words, packed, folder / "run", model)


def write(path: Path, source: str, texts: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = [f"{source}-{number}" for number in range(len(texts))]
    pq.write_table(pa.table({"id": ids, "text": texts, "source": [source] * len(texts)}), path)


def text(seed: str) -> str:
    """Between one word and a few windows of them, é among them."""
    draw = random.Random(seed)
    return " ".join(draw.choice([*WORDS, "été"]) for _ in range(draw.choice((1, 5, 20, 60)))).capitalize() + "."


def random_model(layout: Layout) -> Model:
    """With no matrix at zero, so that every part of it matters."""
    model = Model(layout)
    model.initialise(1)
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                parameter.copy_(torch.randn(parameter.shape, generator=draw) * 0.3)
    return model
