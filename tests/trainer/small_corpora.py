"""Small corpora and tokenizers for the tests of packing."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from winnow.trainer.pack import tokenizer_training
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.pack import pack

WORDS = [
    "bread", "river", "stone", "winter", "letter", "garden", "window", "silver", "carpet", "mother", "naïve", "東京",
    "don't", "1984",
]  # fmt: skip


def quiet(line: str) -> None:
    """Takes progress and lets it go."""


def text(number: int, words: int = 30) -> str:
    """The number-th text: words and lines, the same at any time."""
    draw = random.Random(number)
    return " ".join(draw.choice(WORDS) + draw.choice(["", "", "", ",", ".\n"]) for _ in range(words))


def write(path: Path, columns: Mapping[str, Sequence[Any]], schema: pa.Schema | None = None, rows: int = 1000) -> Path:
    """A Parquet file; `rows` a row group."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(dict(columns), schema), path, row_group_size=rows)
    return path


def documents(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Columns of a build's rows, of what each row says and defaults: row n is text(n), a record and a cluster alone."""
    full = [
        {"id": f"id{n}", "text": text(n), "source": "web", "file": "a.warc", "offset": 1000 + n, "part": 0} | dict(row)
        for n, row in enumerate(rows)
    ]
    full = [{"cluster": row["id"]} | row for row in full]
    return {name: [row[name] for row in full] for name in full[0]}


def build(folder: Path, rows: Sequence[Mapping[str, Any]], removed: Sequence[Mapping[str, Any]] = ()) -> Path:
    """A folder that is laid out like a build's; `removed` are its duplicates."""
    write(folder / "corpus/web/en/part-00000.parquet", documents(rows))
    if removed:
        write(folder / "rejected/dedup/part-00000.parquet", documents(removed))
    return folder


def byte_tokenizer(folder: Path, merges: int = 60) -> Path:
    """A tokenizer of ours that has learnt a little, under `folder`/tokenizer."""
    corpus = write(folder / "for-tokenizer.parquet", {"text": [text(n) for n in range(20)]})
    tokenizer_training.train([corpus], 259 + merges, folder / "tokenizer", 1_000_000, 1, quiet)
    return folder / "tokenizer"


def foreign(folder: Path, words: Tokenizer, config: Mapping[str, Any] | None) -> Path:
    """Another's tokenizer as a directory; without tokenizer_config.json where `config` is None."""
    folder.mkdir(parents=True, exist_ok=True)
    words.save(str(folder / "tokenizer.json"))
    if config is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def fallback() -> Tokenizer:
    """As Llama 2's: characters with ▁ for spaces, one put before the text, bytes where a character is unknown; and a
    template that puts <s> before."""
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *"▁abcdeé", "▁a", "ab"]
    model = models.BPE(
        {token: n for n, token in enumerate(tokens)}, [("▁", "a"), ("a", "b")], unk_token="<unk>", byte_fallback=True,
        fuse_unk=True,
    )  # fmt: skip
    words = Tokenizer(model)
    words.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    words.decoder = decoders.Sequence(steps)
    words.add_special_tokens([AddedToken(name, normalized=False) for name in ("<unk>", "<s>", "</s>")])
    return words


def unigram(*more: tuple[str, float]) -> Tokenizer:
    """As T5's or Gemma's: names of special tokens and of bytes stand among its pieces, and it finds them in a text."""
    pieces = [("<unk>", 0.0), ("</s>", 0.0), *((f"<0x{byte:02X}>", -9.0) for byte in range(256)), *more]
    words = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=True))
    words.decoder = decoders.ByteFallback()
    return words


def byte_level(end: str | None = "</s>", left_out: int = 0) -> Tokenizer:
    """As GPT-2's, of bytes alone; the last `left_out` bytes are missing."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = Tokenizer(models.BPE({letter: n for n, letter in enumerate(letters[: 256 - left_out])}, []))
    words.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(r"\p{N}"), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    words.decoder = decoders.ByteLevel()
    if end is not None:
        words.add_special_tokens([end])
    return words


def packed(corpora: Path | list[Path], tokenizer: Path, output: Path, **settings: Any) -> Pack:
    pack(corpora if isinstance(corpora, list) else [corpora], tokenizer, output, **{"say": quiet} | settings)
    return Pack.open(output)


def digests(folder: Path) -> dict[str, str]:
    """Of all files below a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
