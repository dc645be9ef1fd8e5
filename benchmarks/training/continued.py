"""Continued pre-training, before and after: what a base model learns of texts of one's own, and what it forgets.

A base model is trained on a general corpus; then runs go on from it on one's own texts, with several learning rates
and shares of general text (replay). Both are measured on the same held-out documents, which no run has seen.

    python -m benchmarks.training.continued --corpus CORPUS --own DIR --work DIR
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

from winnow.trainer.pack.index import Pack
from winnow.trainer.report import history
from winnow.trainer.run.checkpoint_folders import find_checkpoint

WINNOW = Path(sys.executable).with_name("winnow")
PEAK, RATES, REPLAY = 0.012, (1.0, 1 / 3, 1 / 10), (0.0, 0.25)
"""The base model's learning rate, what is taken of it, and the share of general text."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--corpus", type=Path, required=True, help="the general one: a build's directory, or a folder of Parquet files")
    add("--own", type=Path, required=True, help="a folder of Parquet files with a column text, and none named source")
    add("--work", type=Path, required=True, metavar="DIR", help="tokenizer, pack and runs; what is there is taken")
    add("--config", default="tiny", help="(default: %(default)s)")
    add("--vocab", default="4096", metavar="N", help="(default: %(default)s)")
    add("--tokens", type=int, default=10_000_000, metavar="N", help="of the base model (default: %(default)s)")
    add("--own-tokens", type=int, default=1_000_000, metavar="N", help="of each run after it (default: %(default)s)")
    given = parser.parse_args()
    work: Path = given.work
    tok, pack = work / "tokenizer", work / "pack"
    if not tok.is_dir():
        winnow("tokenizer", "train", given.corpus, "--vocab", given.vocab, "--output", tok)
    winnow("pack", given.corpus, given.own, "--tokenizer", tok, "--validation", "0.1", "--output", pack)
    own = given.own.resolve().name
    [general] = [name for name in Pack.open(pack).sources if name != own]
    settings = ["train", given.config, "--pack", pack, "--set", "run.evaluate_tokens=400000"]
    once = ["--set", "run.evaluate_every=1000000", "--set", "run.save_every=1000000"]
    base = work / "base"
    of_base = ["--set", f"run.tokens={given.tokens}", "--set", f"optimizer.rate={PEAK}"]
    winnow(*settings, *of_base, "--set", f"data.weights.{general}=1", "--output", base)
    checkpoint = find_checkpoint(base)
    mine = [*settings, *once, "--set", f"run.tokens={given.own_tokens}"]
    rows = [("the base model", last(base, own), last(base, general))]
    for replay in REPLAY:
        for share in RATES:
            run = work / f"continued-{share:.2g}-{replay:g}"
            mixture = {own: 1 - replay} | ({general: replay} if replay else {})
            weights = [part for name, weight in mixture.items() for part in ("--set", f"data.weights.{name}={weight}")]
            rate = f"optimizer.rate={share * PEAK:.6f}"
            winnow(*mine, *weights, "--set", f"init={checkpoint}", "--set", rate, "--output", run)
            rows.append((f"{share:.2g} of the peak rate, {replay:.0%} general", last(run, own), last(run, general)))
    run = work / "from-nothing"
    winnow(*mine, "--set", f"data.weights.{own}=1", "--set", f"optimizer.rate={PEAK}", "--output", run)
    rows.append(("own texts alone, from random weights", last(run, own), last(run, general)))
    print(f"| bits per byte | {own} | {general} |\n|---|--:|--:|")
    for name, *found in rows:
        print(f"| {name} | {words(found[0])} | {words(found[1])} |")


def winnow(*words: str | Path) -> None:
    print("winnow", *words, file=sys.stderr, flush=True)
    subprocess.run([WINNOW, *words], check=True, stdout=sys.stderr)


def last(run: Path, source: str) -> dict[str, Any]:
    """The last evaluation of a source."""
    found: dict[str, Any] = history.read(run / "metrics.jsonl").last("evaluation")["by_source"][source]
    return found


def words(found: dict[str, Any]) -> str:
    return f"{found['bits_per_byte']:.3f} ({found['low']:.3f} to {found['high']:.3f})"


if __name__ == "__main__":
    main()
