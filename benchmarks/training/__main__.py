"""Winnow's trainer beside nanoGPT, litgpt and nanochat: the same tokens and shape, in one run on the same processor.

    speed     steady tokens/s, in turns: each trainer is a process of its own, and all but one stand still; seconds to
              the first step; peak memory; the share of the matrix products' rate measured between the rounds
    minutes   bits per byte of held-out documents after the same wall-clock, by one scorer, with several seeds
    steps     the same after as many steps of as many tokens, which a busy machine does not change

All trainers run as they ship, by options of their command lines (contenders.py has them), Winnow with its
defaults: Muon, clipping, data loading, calibration. Each peer runs in the best precision that it can be asked for, and
Winnow once in each of theirs; only what ran in one precision is compared. Where quality is measured, each learning rate
is the best of the same search, and Winnow stands once more with AdamW. nanoGPT and nanochat are taken from checkouts;
litgpt is installed into an environment under --work. For speed and minutes nothing else should run on the machine; what
did is told. Linux.

    python -m benchmarks.training --corpus CORPUS --work DIR --nanogpt CHECKOUT
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.training import data
from benchmarks.training.contenders import Contender, Shape, Winnow, beside
from benchmarks.training.peers import NanoGPT
from benchmarks.training.process import CommandFailed
from benchmarks.training.quality import Pilot, Quality, Trial, pilot, train_all
from benchmarks.training.report import lines, rivals
from benchmarks.training.speed import Speed, measure
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.evaluate import bootstrap
from winnow.trainer.pack.index import Pack
from winnow.trainer.run.hardware import device_name

Report = dict[str, Any]
PILOT_STEPS = 3


def main() -> int:
    given = _parser().parse_args()
    given.work = given.work.resolve()
    shape = Shape(
        given.layers, given.width, given.heads, given.mlp, given.vocab, given.context, given.micro_rows,
        given.batch_tokens, given.device,
    )  # fmt: skip
    if shape.batch_tokens % (shape.micro_rows * shape.context):
        print("training: --batch-tokens is no multiple of --micro-rows times --context", file=sys.stderr)
        return 2
    cores = sorted(os.sched_getaffinity(0))[: given.cores]
    os.sched_setaffinity(0, cores)
    os.environ["OMP_NUM_THREADS"] = str(len(cores))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no trainer is left behind
    try:
        report = measured(given, shape)
    except (CommandFailed, BadCall, RunFailed) as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines(report)))
    if given.json:
        given.json.write_text(f"{json.dumps(report, indent=1)}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--corpus", type=Path, nargs="+", required=True, help="a build's directory, or a folder of Parquet files")
    add("--work", type=Path, required=True, metavar="DIR", help="packs, environments, runs and logs")
    add("--nanogpt", type=Path, metavar="CHECKOUT", help="without it, nanoGPT is left out")
    add("--nanochat", type=Path, metavar="CHECKOUT", help="without it, nanochat is left out")
    add("--skip", nargs="*", default=[], metavar="NAME",
        help="winnow, winnow-float32, winnow-adamw, nanogpt, nanogpt-eager, litgpt, nanochat")  # fmt: skip
    add("--parts", nargs="+", choices=("speed", "minutes", "steps"), default=["speed", "minutes", "steps"])
    add("--rounds", type=int, default=5, metavar="N", help="of speed (default: %(default)s)")
    add("--stretch", type=int, default=2, metavar="STEPS", help="measured in a row (default: %(default)s)")
    add("--warm", type=int, default=1, metavar="STEPS", help="after the first, unmeasured (default: %(default)s)")
    add("--minutes", type=float, nargs="+", default=[2.5, 5.0], metavar="N", help="(default: %(default)s)")
    add("--steps", type=int, nargs="+", default=[50, 100], metavar="N", help="(default: %(default)s)")
    add("--seeds", type=int, default=3, metavar="N", help="(default: %(default)s)")
    add("--held-out-tokens", type=int, default=100_000, metavar="N", help="that are scored (default: %(default)s)")
    add("--document-tokens", type=int, default=1024, metavar="N", help="of each, the first (default: %(default)s)")
    add("--go-on", action="store_true", help="take the runs of quality that are in DIR already")
    add("--winnow", type=Path, default=Path(sys.executable).with_name("winnow"), metavar="FILE", help="the command")
    add("--cores", type=int, default=2, metavar="N", help="of this machine (default: %(default)s)")
    add("--device", choices=("cpu", "cuda"), default="cpu")
    add("--peak", type=float, metavar="FLOPS", help="stated by the maker, dense bf16, for example 989e12")
    for name, default in (("layers", 6), ("width", 384), ("heads", 6), ("mlp", 1024), ("vocab", 8192),
                          ("context", 512), ("micro-rows", 8), ("batch-tokens", 32768)):  # fmt: skip
        add(f"--{name}", type=int, default=default, metavar="N", help="(default: %(default)s)")
    add("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser


def measured(given: argparse.Namespace, shape: Shape) -> Report:
    work: Path = given.work
    work.mkdir(parents=True, exist_ok=True)
    pack = data.pack(given.corpus, shape, given.winnow, work)
    held = data.hold_out(pack, given.held_out_tokens, given.document_tokens, work)
    contenders = _contenders(given, shape, pack, data.nanogpt(pack, shape, work))
    report: Report = {
        "machine": _machine(given),
        "torch": torch.__version__, "shape": vars(shape), "flops_per_token": shape.flops_per_token,
        "peak": given.peak, "data": data.describe(pack, held),
    }  # fmt: skip
    if "speed" in given.parts:
        speeds, matmul = measure(contenders, shape, work, given.rounds, given.stretch, given.warm)
        report |= {"matmul": matmul, "speed": {of.name: _speed(of, speeds[of.name], shape) for of in contenders}}
    if "winnow-adamw" not in given.skip:
        contenders.append(Winnow(shape, pack.path, given.winnow, optimizer="adamw"))
    report["quality"] = list[Report]()
    for by in sorted({"minutes", "steps"} & set(given.parts)):
        report["quality"] += _quality(by, given, shape, contenders, held)
    return report


def _contenders(given: argparse.Namespace, shape: Shape, pack: Pack, tokens: Path) -> list[Contender]:
    found = list[Contender]()
    if given.nanogpt:
        found += [NanoGPT(shape, tokens, given.nanogpt.resolve(), compiled) for compiled in (True, False)]
    version = torch.__version__.partition("+")[0]
    if "litgpt" not in given.skip:
        found.append(data.litgpt(tokens, shape, given.work, version))
    if given.nanochat:
        found.append(data.nanochat(pack, given.nanochat.resolve(), shape, given.work, version))
    peers = [contender for contender in found if contender.name not in given.skip]
    return [of for of in beside(peers, shape, pack.path, given.winnow) if of.name not in given.skip]


def _machine(given: argparse.Namespace) -> Report:
    machine = device_name(torch.device(given.device))
    return {"processor": machine, "cores": given.cores, "device": given.device, "load": os.getloadavg()[0]}


def _speed(contender: Contender, of: Speed, shape: Shape) -> Report:
    rates = of.rates(shape.batch_tokens)
    return {
        "kind": contender.kind, "precision": contender.precision,
        "tokens_per_second": float(np.median(rates)), "low": min(rates), "high": max(rates),
        "first_step_seconds": of.first, "memory": of.memory, "others": max(s.others for s in of.stretches),
    }  # fmt: skip


def _quality(
    by: str, given: argparse.Namespace, shape: Shape, contenders: list[Contender], held: data.HeldOut
) -> list[Report]:
    """A report of each point. `by`: "minutes" or "steps"."""
    trial = Trial(shape, given.work, held, range(1, given.seeds + 1), by == "minutes", given.go_on)
    pilots = dict[str, Pilot]()
    if by == "minutes":
        longest = 60 * max(given.minutes)
        pilots = {of.name: pilot(of, shape, given.work, longest, PILOT_STEPS) for of in contenders}
        chosen = _faster_nanogpt(contenders, pilots, longest)
        steps = {of: [pilots[of.name].steps(60 * minutes) for minutes in given.minutes] for of in chosen}
    else:  # compiled or not, it takes the same steps
        steps = dict.fromkeys((of for of in contenders if of.name != "nanogpt"), given.steps)
    kinds = {of.name: {"kind": of.kind, "precision": of.precision} for of in steps}
    return [
        {"by": by, "point": point, "pilots": {name: vars(of) for name, of in pilots.items()}} | _at(found, kinds, held)
        for point, found in zip(getattr(given, by), train_all(steps, trial), strict=True)
    ]


def _at(found: dict[str, Quality], kinds: dict[str, Report], held: data.HeldOut) -> Report:
    """The trainers at one point, and by how much Winnow is ahead of its rivals."""
    trainers, ahead = Report(), Report()
    for name, of in found.items():
        bits = bootstrap.ratio(of.bits, held.bytes, key=name)
        runs = [(run.steps, run.seconds, float(np.sum(run.bits[of.view]) / held.bytes.sum())) for run in of.runs]
        trainers[name] = kinds[name] | {
            "bits_per_byte": bits.value, "low": bits.low, "high": bits.high, "rate": of.runs[0].rate,
            "tried": of.tried, "view": of.view, "runs": runs,
        }  # fmt: skip
    for name, ours in rivals(trainers).items():
        by = bootstrap.ratio(found[name].bits - found[ours].bits, held.bytes, key=name)
        ahead[name] = {"of": ours, "value": by.value, "low": by.low, "high": by.high}
    return {"trainers": trainers, "ahead": ahead}


def _faster_nanogpt(contenders: list[Contender], pilots: dict[str, Pilot], seconds: float) -> list[Contender]:
    """Of nanoGPT compiled and eager the one that makes more steps."""
    both = [of for of in contenders if of.kind == "nanogpt"]
    slower = sorted(both, key=lambda of: pilots[of.name].steps(seconds))[: len(both) - 1]
    return [of for of in contenders if of not in slower]


if __name__ == "__main__":
    sys.exit(main())
