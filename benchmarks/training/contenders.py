"""What the benchmark trains, what it asks of a trainer, and Winnow's; the others are in peers.py."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, get_args

from benchmarks.training.process import CommandFailed, Launch
from winnow.trainer.run.checkpoint_folders import find_checkpoint

HERE = Path(__file__).resolve().parent
Precision = Literal["bfloat16", "float32"]
"""Of the matrix products in training. Either way master weights and their moments are in float32 (nanochat's
embeddings are not)."""


@dataclass(frozen=True)
class Shape:
    """What all of them train, and how."""

    layers: int
    width: int
    heads: int
    mlp: int
    """Inner width of SwiGLU; nanoGPT's GELU has 4 * width, which comes to as many parameters."""
    vocab: int
    context: int
    micro_rows: int
    batch_tokens: int
    device: str

    @property
    def accumulation(self) -> int:
        return self.batch_tokens // (self.micro_rows * self.context)

    @property
    def flops_per_token(self) -> int:
        """6 for each parameter that a token is multiplied with, and 12 layers * width * context for attention."""
        matrices = self.layers * (4 * self.width**2 + 3 * self.width * self.mlp) + self.vocab * self.width
        return 6 * matrices + 12 * self.layers * self.width * self.context


class Contender(Protocol):
    """One trainer."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str:
        """For the scorer."""
        ...

    @property
    def precision(self) -> Precision:
        """The best that it can be asked for, and is asked for."""
        ...

    @property
    def rate(self) -> float:
        """The learning rate that the search for the best begins with."""
        ...

    @property
    def python(self) -> Path:
        """Of the environment that it runs in, where its checkpoints are scored too."""
        ...

    @property
    def code(self) -> Path:
        """Where the scorer finds its modules, if they are not installed there."""
        ...

    def launch(self, output: Path, steps: int, seed: int, rate: float) -> Launch: ...

    def checkpoint(self, output: Path) -> Path:
        """What a run of `launch` has left."""
        ...


@dataclass(frozen=True)
class Winnow:
    """All defaults on: Muon, clipping, document mask, calibration; but no evaluation or checkpoint before the end, and
    the precision is that of the peers it is compared with. AdamW instead of Muon shows what Muon does."""

    shape: Shape
    pack: Path
    command: Path
    precision: Precision = "bfloat16"
    optimizer: str = "muon"
    kind: str = "winnow"
    python: Path = Path(sys.executable)
    code: Path = HERE.parents[1] / "src"

    @property
    def name(self) -> str:
        parts = (self.optimizer, "muon"), (self.precision, "bfloat16")
        return "-".join(["winnow", *(part for part, usual in parts if part != usual)])

    @property
    def rate(self) -> float:
        return 1.2e-2 if self.optimizer == "muon" else 1e-3

    def launch(self, output: Path, steps: int, seed: int, rate: float) -> Launch:
        shape = self.shape
        config = output.with_suffix(".toml")
        config.write_text(f"""seed = {seed}
[model]
layers = {shape.layers}
width = {shape.width}
heads = {shape.heads}
mlp = {shape.mlp}
context = {shape.context}
[data]
pack = {json.dumps(str(self.pack))}
[optimizer]
name = "{self.optimizer}"
rate = {rate}
[run]
tokens = {steps * shape.batch_tokens}
batch_tokens = {shape.batch_tokens}
log_every = 1
evaluate_every = {steps}
evaluate_tokens = 1000
save_every = {steps}
[machine]
device = "{shape.device}"
dtype = "{self.precision}"
micro_rows = {shape.micro_rows}
""")
        command: list[str | Path] = [self.command, "train", config, "--output", output]
        return Launch(self.name, command, output.parent, output.with_suffix(".log"), metrics=output / "metrics.jsonl")

    def checkpoint(self, output: Path) -> Path:
        return find_checkpoint(output)


def beside(peers: Sequence[Contender], shape: Shape, pack: Path, command: Path) -> list[Contender]:
    """The peers, each after the Winnow of its precision; without any peer it is bfloat16's."""
    found = list[Contender]()
    for precision in get_args(Precision):
        those = [of for of in peers if of.precision == precision]
        if those or (precision == "bfloat16" and not peers):
            found += [Winnow(shape, pack, command, precision), *those]
    return found


def run(command: Sequence[str | Path], log: Path) -> None:
    """To its end; what it says goes to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"{Path(command[0]).name} {' '.join(map(str, command[1:]))[:150]}", file=sys.stderr)
    with log.open("wb") as said:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False).returncode
    if code:
        raise CommandFailed(f"exit code {code}: {' '.join(map(str, command))}; see {log}")


def environment(folder: Path, packages: Sequence[str], logs: Path) -> Path:
    """An environment of its own for a peer, made unless it is there."""
    done = folder / "packages.json"
    if not (done.is_file() and json.loads(done.read_text()) == list(packages)):
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", folder], logs / f"{folder.name}-venv.txt")
        pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *packages]
        run(pip, logs / f"{folder.name}-pip.txt")
        done.write_text(json.dumps(packages))
    return folder
