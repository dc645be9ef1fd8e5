"""The same tokens for all: a corpus as Winnow's pack, as nanoGPT's and litgpt's files, and documents that are held out.

Everything is made once under the work folder, and found again by the next call.
"""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tokenizers import Tokenizer

from benchmarks.training.contenders import HERE, Shape, environment, run
from benchmarks.training.peers import LITGPT, NANOCHAT, LitGPT, Nanochat
from winnow.trainer.evaluate import held_out
from winnow.trainer.pack import corpus
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.tokenizer import load


@dataclass(frozen=True)
class HeldOut:
    """Documents that nothing is trained on."""

    file: Path
    """For the scorer: their tokens without what begins and ends them."""
    bytes: np.ndarray
    """float64 [documents], of their texts."""


def pack(corpora: Sequence[Path], shape: Shape, winnow: Path, work: Path) -> Pack:
    """A tenth of the documents is for validation."""
    tokenizer, folder = work / "tokenizer", work / "pack"
    if not (tokenizer / "tokenizer.json").is_file():
        words: list[str | Path] = [winnow, "tokenizer", "train", *corpora, "--vocab", str(shape.vocab)]
        run([*words, "--output", tokenizer], work / "logs" / "tokenizer.txt")
    if not (folder / "manifest.json").is_file():
        words = [winnow, "pack", *corpora, "--tokenizer", tokenizer, "--validation", "0.1", "--output", folder]
        run(words, work / "logs" / "pack.txt")
    return Pack.open(folder)


def nanogpt(of: Pack, shape: Shape, work: Path) -> Path:
    """train.bin, val.bin: all documents in a row, each with what begins and ends it; meta.pkl: the vocabulary."""
    folder = work / "nanogpt-data"
    folder.mkdir(parents=True, exist_ok=True)
    for split, name in (("train", "train.bin"), ("validation", "val.bin")):
        parts = [np.fromfile(path, of.dtype) for path in sorted((of.path / "shards").glob(f"*.{split}.bin"))]
        np.concatenate(parts).astype("<u2").tofile(folder / name)
    (folder / "meta.pkl").write_bytes(pickle.dumps({"vocab_size": shape.vocab}))
    return folder


def litgpt(source: Path, shape: Shape, work: Path, torch: str) -> LitGPT:
    """litgpt with its environment and data, from nanoGPT's files."""
    made = environment(work / "litgpt", [*LITGPT, f"torch=={torch}"], work / "logs")
    return LitGPT(shape, litgpt_files(source, shape, work, made / "bin" / "python"), made)


def litgpt_files(source: Path, shape: Shape, work: Path, python: Path) -> Path:
    """nanoGPT's files in LitData's format. python: of litgpt's environment."""
    folder = work / f"litgpt-data-{shape.context}"
    for name in ("train", "val"):
        if not (folder / name / "index.json").is_file():
            command: list[str | Path] = [
                python, HERE / "litgpt_data.py", "--tokens", source / f"{name}.bin",
                "--block", str(shape.context + 1), "--output", folder / name,
            ]  # fmt: skip
            run(command, work / "logs" / f"litgpt-data-{name}.txt")
    return folder


def nanochat(of: Pack, checkout: Path, shape: Shape, work: Path, torch: str) -> Nanochat:
    """nanochat with its environment, the pack's tokenizer and the training texts."""
    base, made = work / "nanochat-base", environment(work / "nanochat", [*NANOCHAT, f"torch=={torch}"], work / "logs")
    if not (base / "base_data_climbmix" / "shard_00001.parquet").is_file():
        words, texts = Tokenizer.from_file(str(of.tokenizer / "tokenizer.json")), work / "texts.parquet"
        tokens = (text.tokens[1:-1].tolist() for text in held_out.of_pack(of, "train").read())
        pq.write_table(pa.table({"text": [words.decode(ids, skip_special_tokens=False) for ids in tokens]}), texts)
        command: list[str | Path] = [
            made / "bin" / "python", HERE / "nanochat_data.py", "--tokenizer", of.tokenizer,
            "--texts", texts, "--code", checkout, "--output", base,
        ]  # fmt: skip
        run(command, work / "logs" / "nanochat-data.txt")
    return Nanochat(shape, base, checkout, made)


def hold_out(of: Pack, tokens: int, longest: int, work: Path) -> HeldOut:
    """About so many tokens of validation documents, of each the first `longest` at most: many documents, for the
    interval's sake."""
    texts = [text.tokens[1:-1][:longest] for text in held_out.of_pack(of).read()]
    ids = [text.id for text in held_out.of_pack(of).read()]
    names = np.array([corpus.key(name) for name in ids], np.uint64)
    chosen = held_out.pick(names, np.array([len(text) for text in texts]), tokens, held_out.SEED)
    kept = [texts[number] for number in chosen]
    lengths, file = load(of.tokenizer).lengths, work / "held-out.npz"
    np.savez(file, tokens=np.concatenate(kept), lengths=np.array([len(text) for text in kept]), end=np.array(of.begin))
    return HeldOut(file, np.array([lengths[text].sum() for text in kept], dtype=np.float64))


def describe(of: Pack, held: HeldOut) -> dict[str, int]:
    """For the report."""
    counts = [of.counts("train", source) for source in of.sources]
    return {
        "documents": sum(count.documents for count in counts),
        "tokens": sum(count.tokens for count in counts),
        "bytes": sum(count.bytes for count in counts),
        "held_out_documents": len(held.bytes),
        "held_out_bytes": int(held.bytes.sum()),
        "vocab": of.vocab,
    }
