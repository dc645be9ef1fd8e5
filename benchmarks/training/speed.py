"""How fast each trainer runs, in turns: a few whole steps of one while all others stand still, and so on, in rounds."""

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.training.contenders import HERE, Contender, Shape
from benchmarks.training.process import Launch, Running, Stretch

MANY = 2000
"""Steps of a run that is long to those who plan it, and never ends here."""
TIMEOUT = 1800.0


@dataclass(frozen=True)
class Speed:
    """What was measured of one trainer."""

    first: float
    """Seconds from its command to the end of its first step, with nothing compiled beforehand."""
    stretches: tuple[Stretch, ...]
    memory: int
    """Bytes, at most."""

    def rates(self, batch_tokens: int) -> list[float]:
        """Tokens a second of each stretch."""
        return [batch_tokens * stretch.steps / stretch.seconds for stretch in self.stretches]


def measure(
    contenders: Sequence[Contender], shape: Shape, work: Path, rounds: int, steps: int, warm: int
) -> tuple[dict[str, Speed], dict[str, float]]:
    """Speeds by name, and the rates of matrix products by type, the medians of one measurement a round."""
    running = dict[str, Running]()
    try:
        return _measure(contenders, shape, work, rounds, steps, warm, running)
    finally:
        for process in running.values():
            process.end()


def _measure(
    contenders: Sequence[Contender],
    shape: Shape,
    work: Path,
    rounds: int,
    steps: int,
    warm: int,
    running: dict[str, Running],
) -> tuple[dict[str, Speed], dict[str, float]]:
    firsts, stretches, matmul = dict[str, float](), dict[str, list[Stretch]](), list[dict[str, float]]()
    for contender in contenders:
        output = fresh(work / "speed" / contender.name)
        launch = contender.launch(output, MANY, seed=1, rate=contender.rate)
        process = running[contender.name] = Running(compiling_in(launch, fresh(work / "compiled" / contender.name)))
        say(f"{contender.name}: starts")
        firsts[contender.name] = process.wait(1, TIMEOUT) - process.began
        process.wait(1 + warm, TIMEOUT)
        process.pause()
        say(f"{contender.name}: first step after {firsts[contender.name]:.1f} seconds")
    for number in range(rounds):
        matmul.append(_matmul(shape.device))
        for contender in contenders:
            found = running[contender.name].stretch(steps, TIMEOUT)
            stretches.setdefault(contender.name, []).append(found)
            rate = shape.batch_tokens * found.steps / found.seconds
            say(f"round {number + 1}: {contender.name} {rate:.0f} tokens/s, others took {found.others:.1%} of the CPUs")
    speeds = {
        name: Speed(firsts[name], tuple(stretches[name]), process.peak_memory()) for name, process in running.items()
    }
    return speeds, {kind: statistics.median(of[kind] for of in matmul) for kind in matmul[0]}


def compiling_in(launch: Launch, cache: Path) -> Launch:
    """With a folder of its own for what torch compiles."""
    return replace(launch, environment={**launch.environment, "TORCHINDUCTOR_CACHE_DIR": str(cache)})


def fresh(path: Path) -> Path:
    """A path with nothing at it, in a folder that is there."""
    shutil.rmtree(path, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _matmul(device: str) -> dict[str, float]:
    size = 8192 if device == "cuda" else 2048
    command: list[str | Path] = [sys.executable, HERE / "matmul.py", "--device", device, "--size", str(size)]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found
