"""A checkpoint as GGUF, held against itself: llama.cpp must cut every text into the same tokens, and give every token
the same probability.

    ENVIRONMENT/bin/python -m benchmarks.training.llama_cpp CHECKPOINT --llama-cpp CHECKOUT --corpus FOLDER --work DIR

The environment has what the trainer needs, transformers, gguf and xllamacpp (llama.cpp's server in a wheel).
"""

# mypy: disable-error-code="import-not-found"

import argparse
import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import torch

from benchmarks.training.contenders import HERE
from winnow.trainer.run.open_checkpoint import Checkpoint, open_checkpoint

ODD = (
    "I've 3 33 333 3333\n\n  x = f(a, b)  # don't\n\t\treturn\r\n", " \n \n\n  ?!", "Übergröße naïve 100 %",
    "🚀 😶\u200d🌫️", "हिन्दी में पाठ ३४५ है", "東京は大きい。", "カタカナabc東京", "ភាសាខ្មែរ ไทย", "path/to//x\n/ y",
    "<|endoftext|> is text",
)  # fmt: skip
MOST = 200
"""Tokens of a prompt."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("checkpoint", type=Path)
    add("--llama-cpp", type=Path, required=True, metavar="CHECKOUT")
    add("--corpus", type=Path, required=True, help="Parquet files with a column text")
    add("--work", type=Path, required=True, metavar="DIR")
    add("--texts", type=int, default=300, metavar="N", help="of the corpus (default: %(default)s)")
    add("--prompts", type=int, default=40, metavar="N", help="whose next token is held (default: %(default)s)")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    file, checkpoint = (given.work / "model.gguf").resolve(), open_checkpoint(given.checkpoint, "cpu", "float32")
    convert = [sys.executable, HERE / "to_gguf.py", checkpoint.path.resolve(), "--outfile", file, "--outtype", "f32"]
    subprocess.run(convert, cwd=given.llama_cpp, check=True)
    server = serving(file)
    address = server.listening_address
    texts = [*ODD, *read(given.corpus, given.texts)]
    ours = [tokens.tolist() for tokens in checkpoint.tokenizer.encode(texts)]
    theirs = [ask(address, "tokenize", content=text, parse_special=False)["tokens"] for text in texts]
    print(f"{len(texts)} texts, of which {sum(a != b for a, b in zip(ours, theirs, strict=True))} are cut otherwise")
    begun = ask(address, "tokenize", content="a", add_special=True)["tokens"][0]
    print(f"a prompt begins with token {begun}, in training with {checkpoint.tokenizer.begin}")
    prompts = [[checkpoint.tokenizer.begin, *tokens][:MOST] for tokens in ours[: given.prompts]]
    held = [found for prompt in prompts if (found := differs(checkpoint, address, prompt))]
    print(f"{len(held)} prompts, of which {sum(same for _, same in held)} go on alike; log-probabilities differ by "
          f"{max(worst for worst, _ in held):.1e} at most")  # fmt: skip


def differs(checkpoint: Checkpoint, address: str, prompt: list[int]) -> tuple[float, bool] | None:
    """By how much the next token's log-probabilities do, and whether the likeliest is the same. None: llama.cpp tells
    none, as the likeliest ends in the middle of a character."""
    asked = {"n_predict": 1, "n_probs": checkpoint.tokenizer.vocab, "temperature": 0, "cache_prompt": False}
    told = ask(address, "completion", prompt=prompt, ignore_eos=True, **asked).get("completion_probabilities")
    if not told:
        return None
    theirs = {of["id"]: of["logprob"] for of in told[0]["top_logprobs"] if of["logprob"] and of["logprob"] > -1e4}
    with torch.no_grad():
        ours = checkpoint.model(torch.tensor([prompt]))[0, -1].log_softmax(-1).tolist()
    likeliest = max(theirs, key=theirs.__getitem__)
    worst = max(abs(ours[token] - value) for token, value in theirs.items())
    return worst, likeliest == max(theirs, key=ours.__getitem__)


def read(corpus: Path, most: int) -> list[str]:
    """Beginnings of as many texts, from all over the corpus."""
    files = sorted(corpus.rglob("*.parquet"))
    texts = [text[:3000] for file in files for text in pq.read_table(file, columns=["text"])["text"].to_pylist()]
    return texts[:: max(1, len(texts) // most)]


def serving(file: Path) -> Any:
    """llama.cpp's server on this machine, in float32 throughout."""
    import xllamacpp

    asked = xllamacpp.CommonParams()
    asked.model.path, asked.n_ctx, asked.n_parallel, asked.port = str(file), 256, 1, 0
    asked.warmup, asked.verbosity = False, 0
    asked.cache_type_k = asked.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    asked.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    return xllamacpp.Server(asked)


def ask(address: str, what: str, **values: Any) -> dict[str, Any]:
    body = json.dumps(values).encode()
    request = urllib.request.Request(f"{address}/{what}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


if __name__ == "__main__":
    main()
