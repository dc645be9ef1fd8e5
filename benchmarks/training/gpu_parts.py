"""The parts of gpu_check.py, each for a process of its own. What touches the GPU does so in processes below that."""

import contextlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.training import data
from benchmarks.training.contenders import HERE, Contender, Shape, run
from benchmarks.training.peers import LitGPT, NanoGPT
from benchmarks.training.process import CommandFailed, Running
from benchmarks.training.speed import MANY, compiling_in, fresh
from winnow.trainer.config.config_file import NO_PACK, load
from winnow.trainer.pack.index import Pack
from winnow.trainer.report import history
from winnow.trainer.report.history import History

BATCH = 65_536
SMALL = ("layers=1", "width=32", "heads=2", "kv_heads=0", "mlp=48", "context=32")
"""Of [model], where the device is a CPU."""
SMALL_BATCH = 256
AIMS = {"124m": 0.42, "350m": 0.50, "1b": 0.50}
"""MFU."""
SAVES = 20
"""Steps between the saves of the run that is killed."""
STEPS = 4000
"""Of a run: more than are taken, and few enough that the rate has risen within seconds, and the loss falls."""
NEVER = 10**9
NEEDED = ("hypothesis", "numpy", "pyarrow", "pytest", "rich", "safetensors", "tokenizers", "tomli_w")
TESTS = ("tests/trainer/test_cuda.py", "tests/trainer/model/test_attention.py", "tests/trainer/data/test_prefetch.py")
CHOSEN = "cuda or pinned"
"""Of these, by name."""
REPORTING = 6.0
"""Seconds that pytest has for its report when it is stopped: less than gpu_check.GRACE."""
ROOT = HERE.parents[1]
ALONE: tuple[str | Path, ...] = (sys.executable, "-m", "benchmarks.training.trainer_only")


@dataclass(frozen=True)
class Asked:
    """What the check was asked for."""

    output: Path
    device: str
    seconds: float
    """Of steps at each size."""
    peak: float
    """FLOP/s that MFU is of."""
    compile: str
    nanogpt: Path | None = None
    litgpt: Path | None = None

    @property
    def small(self) -> bool:
        return self.device == "cpu"

    @property
    def patience(self) -> float:
        """What the parts' limits are multiplied with: a CPU may have other work."""
        return 5.0 if self.small else 1.0

    @property
    def pack(self) -> Path:
        return self.output / "pack"


class Tell:
    """Writes down what a part has found, each time that it finds something."""

    def __init__(self, file: Path) -> None:
        self._file, self._figures = file, dict[str, Any]()

    def __call__(self, **figures: Any) -> None:
        self._figures |= figures
        half = self._file.with_suffix(".part")  # it is read meanwhile
        half.write_text(json.dumps(self._figures))
        half.replace(self._file)


def machine(asked: Asked, tell: Tell) -> None:
    """What it is, and the rate of its matrix products."""
    import torch

    missing = [name for name in (*NEEDED, *([] if asked.small else ["triton"])) if find_spec(name) is None]
    tell(python=sys.version.split()[0], torch=torch.__version__, cuda=torch.version.cuda, missing=missing)
    if missing:
        raise CommandFailed(f"install {', '.join(missing)}: what else is here stands on it")
    if not asked.small:
        at = torch.cuda.get_device_properties(0)
        tell(gpu=at.name, capability=f"{at.major}.{at.minor}", memory=at.total_memory)
    size = "256" if asked.small else "8192"
    words: list[str | Path] = [sys.executable, HERE / "matmul.py", "--device", asked.device, "--size", size]
    seconds = "0.1" if asked.small else "2"
    found = json.loads(subprocess.run([*words, "--seconds", seconds], stdout=subprocess.PIPE, check=True).stdout)
    tell(bfloat16_flops=found["bfloat16"], float32_flops=found["float32"])


def made_pack(asked: Asked, tell: Tell) -> None:
    """Texts of made-up words, as frequent as Zipf has them, with a tokenizer of their own, packed."""
    folder, rng = asked.output / "corpus", np.random.default_rng(1)
    documents, lexicon, vocab = (300, 2_000, 512) if asked.small else (16_000, 60_000, 32_768)
    parts = np.array(["".join(rng.choice(list("abcdefghijklmnoprstuvwyz"), rng.integers(1, 4))) for _ in range(900)])
    words = np.array(["".join(rng.choice(parts, rng.integers(1, 5))) for _ in range(lexicon)])
    often = 1 / np.arange(1, lexicon + 1)
    lengths = np.clip(rng.lognormal(5.5, 1.0, documents), 10, 20_000).astype(int)
    drawn = np.split(rng.choice(words, lengths.sum(), p=often / often.sum()), np.cumsum(lengths)[:-1])
    texts = [" ".join(of) + "." for of in drawn]
    folder.mkdir(parents=True, exist_ok=True)
    columns = {"id": [f"made-{number}" for number in range(documents)], "text": texts, "source": ["made"] * documents}
    pq.write_table(pa.table(columns), folder / "made.parquet", row_group_size=1000)
    logs, tokenizer = asked.output / "logs", asked.output / "tokenizer"
    if not (tokenizer / "tokenizer.json").is_file():
        learn: list[str | Path] = [*ALONE, "tokenizer", "train", folder, "--vocab", str(vocab), "--output", tokenizer]
        run(learn, logs / "tokenizer.txt")
    pack: list[str | Path] = [*ALONE, "pack", folder, "--tokenizer", tokenizer, "--validation", "0.05"]
    run([*pack, "--output", asked.pack], logs / "pack-made.txt")
    made = Pack.open(asked.pack)
    tell(documents=documents, tokens=made.counts("train", "made").tokens, vocab=made.vocab)


def tests(asked: Asked, tell: Tell) -> None:
    """Those that a GPU is for, and what they are held against on the CPU; without one, these alone."""
    report = asked.output / "logs" / "tests.xml"
    report.unlink(missing_ok=True)
    words = ["-m", "pytest", "-v", "-k", CHOSEN, "-p", "no:cacheprovider", "--maxfail=50", f"--junitxml={report}"]
    if find_spec("xdist"):
        words += ["-n", "4"]  # most of the time is taken by compilers, on the host
    environment = os.environ | {"TORCHINDUCTOR_COMPILE_THREADS": "4"}  # of each of these
    process = subprocess.Popen([sys.executable, *words, *TESTS], cwd=ROOT, env=environment)
    try:
        code = process.wait()
    except SystemExit:  # its time is over: what has ended by then is reported
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(REPORTING)
        raise
    finally:
        process.kill()
        if report.is_file():
            [suite] = ElementTree.parse(report).iter("testsuite")
            counts = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
            cases = [case for case in suite.iter("testcase") if any(case.iter("failure")) or any(case.iter("error"))]
            tell(**counts, failed=[case.attrib["name"] for case in cases])
    if code:
        raise CommandFailed(f"pytest ended with code {code}")


def speed(name: str, asked: Asked, tell: Tell) -> None:
    """Steps of a preset for so many seconds: what they were in, how fast, what they took, what was compiled anew."""
    sets = {"run.log_every": 1 if asked.small else 5, "run.save_every": NEVER, "run.evaluate_every": NEVER}
    training = Training(name, name, asked, sets)
    training.start()
    try:
        training.wait(lambda told: len(told.steps("step")) > 1)
        time.sleep(asked.seconds)
    finally:
        training.end()
        _tell_speed(name, training, asked, tell)


def resume(asked: Asked, tell: Tell) -> None:
    """A run that is evaluated and saved, killed some steps later, and started again: the steps that both sessions took
    must come to the same losses, and a signal must end it with a save."""
    sets = {"run.log_every": 1, "run.save_every": SAVES, "run.evaluate_every": SAVES, "run.evaluate_tokens": 100_000,
            "run.keep": 2}  # fmt: skip
    training = Training("resume", "124m", asked, sets)
    training.start()
    try:
        training.wait(lambda told: _last(told) >= SAVES + SAVES // 2 and (training.run / "latest").is_file())
    finally:
        training.end()
    told = training.history()
    losses, evaluation = _losses(told), told.last("evaluation")
    tell(save_seconds=told.last("save").get("seconds_taken"), evaluation_seconds=evaluation.get("seconds_taken"),
         bits_per_byte=evaluation.get("bits_per_byte"), killed_after=_last(told))  # fmt: skip
    training.start()
    try:
        training.wait(lambda told: len(told.of("start")) > 1 and _last(told) >= max(losses))
        began = time.monotonic()
        training.signal(signal.SIGTERM)
        code = training.finish()
        tell(seconds_from_signal_to_end=time.monotonic() - began, exit_code=code)
    finally:
        training.end()
    told, again = training.history(), _losses(training.history())
    [first] = map(int, re.findall(r"going on after step (\d+)", training.log.read_text(errors="replace")))
    both, last = [step for step in losses if step > first], int(told.last("save")["step"])
    tell(went_on_after=first, compared_steps=len(both), saved_at_the_signal=last,
         largest_difference=max(abs(losses[step] - again[step]) for step in both))  # fmt: skip
    if code != 128 + signal.SIGTERM or last < max(losses):
        raise CommandFailed(f"the signal ended it with code {code} and a save of step {last}")


def evaluate(asked: Asked, tell: Tell) -> None:
    """That run's newest checkpoint: on the device as it likes, and on the CPU in float32; and some text from it."""
    run_, logs = asked.output / "runs" / "resume", asked.output / "logs"
    for device, dtype in {asked.device: "auto", "cpu": "float32"}.items():
        file = logs / f"evaluation-{device}.json"
        words: list[str | Path] = ["--max-tokens", "8000", "--device", device, "--dtype", dtype, "--no-xz"]
        began = time.monotonic()
        run([*ALONE, "eval", run_, "--data", asked.pack, *words, "--json", file], logs / f"evaluation-{device}.txt")
        bits = json.loads(file.read_text())["data"][0]["bits_per_byte"]
        tell(**{f"bits_per_byte_{device}_{dtype}": bits, f"seconds_{device}_{dtype}": time.monotonic() - began})
    run([*ALONE, "generate", run_, "--prompt", "a", "--tokens", "20"], logs / "generated.txt")
    tell(generated=(logs / "generated.txt").read_text()[:80])


def nanogpt(asked: Asked, tell: Tell) -> None:
    """Its tokens a second, compiled, in the shape of 124m."""
    assert asked.nanogpt is not None
    shape = shape_of(asked)
    tokens = data.nanogpt(Pack.open(asked.pack), shape, asked.output)
    _peer(NanoGPT(shape, tokens, asked.nanogpt, compiled=asked.compile != "no"), shape, asked, tell)


def litgpt(asked: Asked, tell: Tell) -> None:
    """The same of litgpt's."""
    assert asked.litgpt is not None
    shape = shape_of(asked)
    tokens = data.nanogpt(Pack.open(asked.pack), shape, asked.output)
    files = data.litgpt_files(tokens, shape, asked.output, asked.litgpt / "bin" / "python")
    _peer(LitGPT(shape, files, asked.litgpt), shape, asked, tell)


def shape_of(asked: Asked) -> Shape:
    """That of 124m, for other trainers."""
    model = load("124m", _sets(asked, {}), NO_PACK).model
    rows = (SMALL_BATCH if asked.small else BATCH // 2) // model.context
    batch = SMALL_BATCH if asked.small else BATCH
    vocab = Pack.open(asked.pack).vocab
    return Shape(model.layers, model.width, model.heads, model.mlp, vocab, model.context, rows, batch, asked.device)


class Training:
    """A run of `winnow train`, which can be killed and started again."""

    def __init__(self, name: str, preset: str, asked: Asked, sets: dict[str, Any]) -> None:
        self.run = fresh(asked.output / "runs" / name)
        self.log = asked.output / "logs" / f"train-{name}.txt"
        self.log.unlink(missing_ok=True)
        cache = asked.output / "compiled"  # sizes of one shape find each other's code
        self._environment = os.environ | {"TORCHINDUCTOR_CACHE_DIR": str(cache), "TORCH_LOGS": "recompiles"}
        flat = [word for text in _sets(asked, sets) for word in ("--set", text)]
        self._command = [*ALONE, "train", preset, "--pack", asked.pack, *flat, "--output", self.run]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )

    def wait(self, enough: Callable[[History], bool]) -> None:
        """Until metrics.jsonl says so; the limit is the part's. CommandFailed when the run ends before."""
        while not enough(self.history()):
            if self._process is None or self._process.poll() is not None:
                last = " / ".join(self.log.read_text(errors="replace").strip().split("\n")[-3:])
                raise CommandFailed(f"the run ended: {last}")
            time.sleep(0.05)

    def history(self) -> History:
        return history.read(self.run / history.METRICS)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def finish(self) -> int:
        """The exit code, as a shell has it."""
        assert self._process is not None
        code = self._process.wait()
        return code if code >= 0 else 128 - code

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _sets(asked: Asked, sets: dict[str, Any]) -> list[str]:
    """What --set is given."""
    batch = SMALL_BATCH if asked.small else BATCH
    values = {"run.batch_tokens": batch, "run.tokens": STEPS * batch, **sets,
              "machine.device": json.dumps(asked.device), "machine.compile": json.dumps(asked.compile)}  # fmt: skip
    return [f"{name}={value}" for name, value in values.items()] + [f"model.{of}" for of in SMALL if asked.small]


def _tell_speed(name: str, training: Training, asked: Asked, tell: Tell) -> None:
    told = training.history()
    start = told.last("start")
    if not start:
        return
    rates = [rate for rate in told.steps("tokens_per_second").tolist() if rate > 0]
    before, _, after = training.log.read_text(errors="replace").partition("first step ")
    tell(dtype=start["dtype"], compile=start["compile"], micro_rows=start["micro_rows"],
         compile_failed=start.get("compile_failed", ""), seconds_to_first_step=start["seconds_to_first_step"],
         steps=_last(told), skipped=len(told.of("skip")),
         recompiles_before_the_first_step=_recompiles(before), recompiles_after=_recompiles(after))  # fmt: skip
    if rates:
        rate, flops = statistics.median(rates), start["flops_per_token"]
        tell(tokens_per_second=rate, slowest=min(rates), fastest=max(rates), mfu=rate * flops / asked.peak,
             of_measured_products=rate * flops / start["matmul_flops"], measured_products=start["matmul_flops"],
             peak_memory=int(told.steps("memory").max()), first_loss=told.steps("loss").tolist()[0],
             last_loss=told.last_step["loss"], aim=AIMS[name])  # fmt: skip


def _recompiles(log: str) -> int:
    return len(re.findall(r"Recompiling function", log))


def _last(told: History) -> int:
    return int(told.last_step.get("step", 0))


def _losses(told: History) -> dict[int, float]:
    return {int(step): loss for step, loss in zip(*map(list, map(told.steps, ("step", "loss"))), strict=True)}


def _peer(contender: Contender, shape: Shape, asked: Asked, tell: Tell) -> None:
    """Steady tokens a second."""
    launch = contender.launch(fresh(asked.output / "runs" / contender.name), MANY, seed=1, rate=contender.rate)
    process = Running(compiling_in(launch, asked.output / "compiled"))
    try:
        first = process.wait(1, NEVER)
        tell(precision=contender.precision, rows_a_pass=shape.micro_rows, seconds_to_first_step=first - process.began)
        warm = 3
        began = process.wait(1 + warm, NEVER)
        time.sleep(asked.seconds)
        ended, steps = process.wait(process.steps + 1, NEVER), process.steps
        rate = (steps - 1 - warm) * shape.batch_tokens / (ended - began)
        tell(steps=steps, tokens_per_second=rate, mfu=rate * shape.flops_per_token / asked.peak)
    finally:
        process.end()
