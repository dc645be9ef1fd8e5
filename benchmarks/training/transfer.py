"""Whether one dial holds for models of every size: sweeps of the learning rate, and a picture of them.

Models of four sizes are trained on the same tokens, each with rates that double, and judged on held-out text; then the
smallest with another batch, and on more tokens. The parabola through the least of a sweep and its neighbours, over the
logarithm of the rate, has the sweep's best rate. The dial is a rate over the one that the rule gives
(config/rates.py). What has been trained stands in DIR/results.jsonl, and is not trained again.

    python -m benchmarks.training.transfer --corpus CORPUS --work DIR
"""

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from benchmarks.training.transfer_picture import Line, picture
from winnow.trainer.config import rates
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, Data, Machine, ModelShape, Optimizer, Run
from winnow.trainer.report import history
from winnow.trainer.run.train import train

WINNOW = Path(sys.executable).with_name("winnow")
SHAPES = {
    "micro": ModelShape(layers=2, width=64, heads=1, mlp=192, context=256),
    "tiny": ModelShape(layers=4, width=128, heads=2, mlp=384, context=256),
    "10m": ModelShape(layers=6, width=384, heads=3, mlp=1024, context=256),
    "30m": ModelShape(layers=8, width=512, heads=4, mlp=1408, context=256),
}


@dataclass(frozen=True)
class Runs:
    """Those of a sweep: they differ in the rate alone."""

    size: str
    batch: int = 2048
    """Tokens of a step."""
    steps: int = 120
    optimizer: Literal["muon", "adamw"] = "muon"

    @property
    def rule(self) -> float:
        """The rate that the rule gives."""
        parameters = rates.blocks(Layout.of(SHAPES[self.size], 4096, "causal"))
        return rates.rate(self.optimizer, parameters, self.batch, self.batch * self.steps)

    def config(self, rate: float, pack: Path, threads: int) -> Config:
        run = Run(
            tokens=self.batch * self.steps, batch_tokens=self.batch, evaluate_every=self.steps, save_every=self.steps,
            evaluate_tokens=50_000,
        )  # fmt: skip
        machine = Machine("cpu", "bfloat16", "no", micro_rows=min(8, self.batch // 256), threads=threads)
        return Config(
            Data(str(pack)),
            model=SHAPES[self.size],
            optimizer=Optimizer(self.optimizer, rate),
            run=run,
            machine=machine,
        )


SWEEPS: Mapping[Runs, Sequence[float]] = {
    Runs("micro"): (0.012, 0.024, 0.048),
    Runs("tiny"): (0.006, 0.012, 0.024),
    Runs("10m"): (0.0015, 0.003, 0.006, 0.012),
    Runs("30m"): (0.0015, 0.003, 0.006),
    Runs("micro", batch=512, steps=480): (0.006, 0.012, 0.024),
    Runs("micro", steps=480): (0.006, 0.012, 0.024, 0.048),
}
SIZES = tuple(Runs(size) for size in SHAPES)
Points = Mapping[float, float]
"""Rate to bits a byte."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--corpus", type=Path, required=True, help="a build's directory, or a folder of Parquet files")
    add("--work", type=Path, required=True, metavar="DIR", help="tokenizer, pack, runs and results.jsonl")
    add("--picture", type=Path, metavar="FILE", help="where the SVG goes (default: DIR/transfer.svg)")
    add("--threads", type=int, default=2, metavar="N", help="(default: %(default)s)")
    given = parser.parse_args()
    work: Path = given.work
    tok, pack = work / "tokenizer", work / "pack"
    if not pack.is_dir():
        winnow("tokenizer", "train", given.corpus, "--vocab", "4096", "--output", tok)
        winnow("pack", given.corpus, "--tokenizer", tok, "--validation", "0.1", "--output", pack)
    results = work / "results.jsonl"
    for runs, rates_ in SWEEPS.items():
        for rate in rates_:
            if rate not in swept(results).get(runs, {}):
                run = work / f"{runs.size}-{runs.optimizer}-{runs.batch}x{runs.steps}-{rate:g}"
                bits = trained(runs.config(rate, pack, given.threads), run)
                with results.open("a") as file:
                    print(json.dumps(asdict(runs) | {"rate": rate, "bits": bits}), file=file)
    found = swept(results)
    print("\n".join(table(found)))
    drawn: Path = given.picture or work / "transfer.svg"
    drawn.write_text(picture({runs.size: Line(found[runs], runs.rule, best(found[runs])) for runs in SIZES}))


def winnow(*words: str | Path) -> None:
    subprocess.run([WINNOW, *words], check=True, stdout=sys.stderr)


def trained(config: Config, run: Path) -> float:
    """Bits of a held-out byte."""
    train(config, run, lambda said: print(said, file=sys.stderr))
    bits: float = history.read(run / "metrics.jsonl").last("evaluation")["bits_per_byte"]
    return bits


def swept(results: Path) -> dict[Runs, dict[float, float]]:
    """What stands there, by rate."""
    found: dict[Runs, dict[float, float]] = {}
    for line in results.read_text().splitlines() if results.exists() else ():
        row = json.loads(line)
        rate, bits = row.pop("rate"), row.pop("bits")
        found.setdefault(Runs(**row), {})[rate] = bits
    return found


def best(points: Points) -> tuple[float, float]:
    """Rate and bits at the vertex of the parabola through the least point and its neighbours; where it has only one,
    the point itself."""
    ordered = sorted(points)
    least = min(ordered, key=points.__getitem__)
    place = ordered.index(least)
    if place in (0, len(ordered) - 1):
        return least, points[least]
    before, here, after = (points[rate] for rate in ordered[place - 1 : place + 2])
    off = (before - after) / (2 * (before - 2 * here + after))
    return least * 2.0**off, here - (before - after) * off / 4


def at(points: Points, rate: float) -> float:
    """Bits at a rate: of the parabola through the three points that are nearest to it."""
    a, b, c = sorted(points, key=lambda of: abs(math.log2(of / rate)))[:3]
    x, bits = math.log(rate), 0.0
    for here, one, other in ((a, b, c), (b, a, c), (c, a, b)):
        share = (x - math.log(one)) * (x - math.log(other)) / (math.log(here / one) * math.log(here / other))
        bits += share * points[here]
    return bits


def table(found: Mapping[Runs, Points]) -> Iterator[str]:
    """A sweep a row: its best rate, the rule's, and what is lost by the rule's and by `micro`'s best as it is."""
    plain = best(found[SIZES[0]])[0]
    yield "| size | | batch | steps | bits a byte by rate | best rate | bits | rule | dial | lost by rule | without |"
    yield "|---|---|--:|--:|---|--:|--:|--:|--:|--:|--:|"
    for runs, points in found.items():
        rate, least = best(points)
        tried = ", ".join(f"{of:g}: {bits:.3f}" for of, bits in sorted(points.items()))
        lost, without = (max(0.0, at(points, of) - least) for of in (runs.rule, plain))
        row = (runs.size, runs.optimizer, f"{runs.batch:,}", f"{runs.steps}", tried, f"{rate:.4f}", f"{least:.3f}",
               f"{runs.rule:g}", f"{rate / runs.rule:.2f}", f"{lost:.3f}", f"{without:.3f}")  # fmt: skip
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    main()
