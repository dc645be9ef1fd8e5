"""A real pack of a few made-up documents, and a configuration that trains on it in a second or two."""

import contextlib
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from torch import Tensor

from tests.trainer.small_corpora import quiet
from winnow.trainer.config.config_file import dump
from winnow.trainer.config.settings import Config, Data, Machine, ModelShape, Optimizer, Run
from winnow.trainer.model import tensor_file
from winnow.trainer.pack import pack as packing
from winnow.trainer.pack import tokenizer_training
from winnow.trainer.run import calibrate
from winnow.trainer.run.train import train

WORDS = ("the", "a", "red", "green", "old", "small", "house", "tree", "river", "man", "woman", "dog", "sees", "finds",
         "likes", "follows", "under", "near", "behind", "and")  # fmt: skip


def write_corpus(folder: Path, documents: int = 160, seed: int = 1) -> Path:
    """Two sources of made-up sentences, in one Parquet file each."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    for source in ("books", "web"):
        texts = [" ".join(chance.choices(WORDS, k=chance.randint(5, 90))) + "." for _ in range(documents)]
        columns = {"id": [f"{source}-{i}" for i in range(documents)], "text": texts, "source": [source] * documents}
        pq.write_table(pa.table(columns), folder / f"{source}.parquet")
    return folder


def make_pack(folder: Path, vocab: int = 300, seed: int = 1, documents: int = 160, validation: float = 0.1) -> Path:
    """Corpus, tokenizer and pack; gives the pack's path."""
    corpus = write_corpus(folder / "corpus", documents, seed)
    tokenizer_training.train([corpus], vocab, folder / "tokenizer", 1_000_000, 1, quiet)
    packing.pack([corpus], folder / "tokenizer", folder / "pack", validation=validation, seed=1, say=quiet)
    return folder / "pack"


def config(pack: Path, **changes: Any) -> Config:
    """12 steps of 4 windows of 32 tokens; `changes` by section: run={"tokens": 256}."""
    made = Config(
        data=Data(pack=str(pack)),
        model=ModelShape(layers=1, width=16, heads=2, mlp=32, context=32),
        optimizer=Optimizer(rate=1e-2),
        run=Run(tokens=12 * 128, batch_tokens=128, log_every=3, evaluate_every=4, save_every=4, evaluate_tokens=500),
        machine=Machine(device="cpu", dtype="float32", compile="no", micro_rows=2, threads=1),
    )
    for name, value in changes.items():
        section = getattr(made, name)
        made = replace(made, **{name: replace(section, **value) if isinstance(value, dict) else value})
    return made


def pack_and_run(root: Path) -> None:
    """ROOT/pack, ROOT/mine.toml, and ROOT/run by these, through the command."""
    from winnow.pipelines.cli import main  # the other helpers need the trainer alone

    pack = make_pack(root, documents=60)
    (root / "mine.toml").write_text(dump(config(pack, run={"tokens": 256})))
    with quick():
        assert main(["train", str(root / "mine.toml"), "--output", str(root / "run")]) == 0


@contextlib.contextmanager
def quick() -> Iterator[None]:
    """A second of measuring and a walk over torch's objects in each run would be most of a test's time."""
    before = torch.get_num_threads()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibrate, "matmul_rate", lambda *_: 1e11)
        patch.setattr("winnow.trainer.run.train.gc.collect", lambda *_: 0)
        yield
    torch.set_num_threads(before)


def trained(asked: Config, run: Path, at: dict[str, Callable[[], None]] | None = None) -> list[str]:
    """Train; where a line begins with a key of `at`, do that. Gives what was said."""
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        for beginning, act in (at or {}).items():
            if text.startswith(beginning):
                act()

    train(asked, run, say)
    return said


def kill(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def crash() -> None:
    raise RuntimeError("the machine went down")


def tensors(run: Path) -> dict[str, Tensor]:
    """Of the newest checkpoint: weights, moments, the guard's history."""
    path = run / "checkpoints" / (run / "latest").read_text().strip()
    return {name: rows[...] for name, rows in tensor_file.rows(sorted(path.glob("*.safetensors"))).items()}


def lines(run: Path, *kinds: str) -> list[dict[str, Any]]:
    """Of metrics.jsonl, those kinds."""
    found = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [entry for entry in found if not kinds or entry["kind"] in kinds]


TIMED = ("seconds", "seconds_taken", "tokens_per_second", "matmul_share", "wait", "optimizer", "mfu", "memory")


def untimed(run: Path, *kinds: str) -> list[dict[str, Any]]:
    """The same without what depends on the clock."""
    return [{k: v for k, v in entry.items() if k not in TIMED} for entry in lines(run, *kinds)]
