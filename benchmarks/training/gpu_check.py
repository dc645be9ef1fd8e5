"""What the trainer does on a GPU, in ten minutes at most: its tests there, its speed at three sizes, an evaluation, a
save, a kill and a resume, and other trainers beside it. One H100 or H200 and this checkout are enough.

    python -m benchmarks.training.gpu_check --output DIR
    python -m benchmarks.training.gpu_check --output DIR --nanogpt CHECKOUT --litgpt ENVIRONMENT

The parts come in the order of what matters (PARTS). Each is a process of its own with a time limit of its own, and what
it finds stands in DIR/results.json and DIR/results.md as soon as it is known: a crash or a hang of one part costs that
part alone, and when the time is over, only what came last is left out. DIR/logs has all that was said.

`--device cpu` runs the same parts with shapes of a few thousand parameters.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.training import gpu_parts
from benchmarks.training.gpu_parts import Asked, Tell

ROOT = Path(__file__).resolve().parents[2]
GRACE = 10.0
"""Seconds that a part has to end what it started, once its time is over."""


@dataclass(frozen=True)
class Part:
    """A part of the check; its figures are what it tells."""

    name: str
    seconds: float
    """At most."""
    run: Callable[[Asked, Tell], None]
    asked: Callable[[Asked], bool] = lambda _: True


PARTS = (
    Part("machine", 60, gpu_parts.machine),
    Part("pack", 90, gpu_parts.made_pack),
    Part("tests", 120, gpu_parts.tests),
    Part("124m", 140, lambda asked, tell: gpu_parts.speed("124m", asked, tell)),
    Part("350m", 140, lambda asked, tell: gpu_parts.speed("350m", asked, tell)),
    Part("1b", 160, lambda asked, tell: gpu_parts.speed("1b", asked, tell)),
    Part("resume", 120, gpu_parts.resume),
    Part("evaluate", 60, gpu_parts.evaluate),
    Part("nanogpt", 130, gpu_parts.nanogpt, lambda asked: asked.nanogpt is not None),
    Part("litgpt", 130, gpu_parts.litgpt, lambda asked: asked.litgpt is not None),
)


def main() -> int:
    given = _parser().parse_args()
    places = {name: path and path.resolve() for name, path in vars(given).items() if isinstance(path, Path | None)}
    asked = Asked(**{name: places.get(name, getattr(given, name)) for name in Asked.__annotations__})
    if given.part:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no trainer is left behind
        next(part for part in PARTS if part.name == given.part).run(asked, Tell(_told(asked, given.part)))
        return 0
    names = given.parts or [part.name for part in PARTS]
    found = check(asked, given.minutes, names)
    return int(any(of["state"] != "done" for name, of in found.items() if name in names))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.training.gpu_check",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add, names = parser.add_argument, [part.name for part in PARTS]
    add("--output", type=Path, required=True, metavar="DIR", help="results, logs, pack and runs")
    add("--device", choices=("cuda", "cpu"), default="cuda")
    add("--minutes", type=float, default=10.0, metavar="N", help="for all of it (default: %(default)g)")
    add("--seconds", type=float, default=45.0, metavar="N", help="of steps at each size (default: %(default)g)")
    add("--peak", type=float, default=989e12, metavar="FLOPS", help="that MFU is of (default: %(default)g, dense bf16)")
    add("--compile", choices=("auto", "yes", "no"), default="auto", help="(default: %(default)s)")
    add("--parts", nargs="+", choices=names, metavar="NAME", help=f"of {', '.join(names)} (default: all)")
    add("--nanogpt", type=Path, metavar="CHECKOUT", help="without it, nanoGPT is left out")
    add("--litgpt", type=Path, metavar="ENVIRONMENT", help="with litgpt and litdata; without it, litgpt is left out")
    add("--part", choices=names, help=argparse.SUPPRESS)
    return parser


def check(asked: Asked, minutes: float, names: list[str]) -> dict[str, Any]:
    """Run the parts one after another; their results by name, as results.json has them, where others stay."""
    asked.output.mkdir(parents=True, exist_ok=True)
    (asked.output / "logs").mkdir(exist_ok=True)
    ends, before = time.monotonic() + 60 * minutes, asked.output / "results.json"
    found: dict[str, Any] = json.loads(before.read_text()) if before.is_file() else {}
    for part in PARTS:
        if part.name in names and part.asked(asked):
            limit = min(part.seconds * asked.patience, ends - time.monotonic() - GRACE)
            for of in _run(part, asked, limit) if limit > 0 else [{"state": "no time was left"}]:
                found[part.name] = of
                _write(asked, found)
            print(f"{part.name}: {_words(found[part.name])}", flush=True)
    print(f"{asked.output / 'results.md'} has all of it")
    return found


def _run(part: Part, asked: Asked, limit: float) -> Iterator[dict[str, Any]]:
    """What the part has told so far, each second; at last also how it ended."""
    log, began = asked.output / "logs" / f"{part.name}.txt", time.monotonic()
    _told(asked, part.name).unlink(missing_ok=True)
    places = [str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(places), "PYTHONUNBUFFERED": "1"}
    options = {name: value for name, value in vars(asked).items() if value is not None}
    words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.training.gpu_check", "--part", part.name, *words], cwd=ROOT,
            env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            while process.poll() is None and (left := limit - (time.monotonic() - began)) > 0:
                yield {"state": "running"} | _figures(asked, part)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(min(1.0, left))
            code = process.poll()
        finally:
            _end(process)
    state = "done" if code == 0 else f"its {limit:.0f} seconds were over" if code is None else f"exit code {code}"
    last = log.read_text(errors="replace").strip().split("\n")[-3:]
    ended = {"state": state, "seconds": round(time.monotonic() - began, 1)}
    yield ended | _figures(asked, part) | ({} if code == 0 else {"last_said": last})


def _figures(asked: Asked, part: Part) -> dict[str, Any]:
    told = _told(asked, part.name)
    found: dict[str, Any] = json.loads(told.read_text()) if told.is_file() else {}
    return found


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The part first, which ends what it started in sessions of their own; then whatever is left of its group."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _told(asked: Asked, name: str) -> Path:
    return asked.output / "logs" / f"{name}.json"


def _write(asked: Asked, found: dict[str, Any]) -> None:
    """Each file aside and then in its place, so that one that is fetched midway is whole."""
    for name, text in (("results.json", f"{json.dumps(found, indent=1)}\n"), ("results.md", _page(found))):
        half = asked.output / f".{name}"
        half.write_text(text)
        half.replace(asked.output / name)


def _page(found: dict[str, Any]) -> str:
    """A table a part; its rows are what it told."""
    said = ["# The trainer on a GPU", ""]
    for name, of in found.items():
        said += [f"## {name}: {of['state']}", "", "| | |", "|---|---|"]
        said += [
            f"| {figure.replace('_', ' ')} | {_word(value)} |" for figure, value in of.items() if figure != "state"
        ]
        said.append("")
    return "\n".join(said)


def _words(of: dict[str, Any]) -> str:
    """In one line."""
    said = [f"{name.replace('_', ' ')} {_word(value)}" for name, value in of.items() if name != "state"]
    return f"{of['state']}; {', '.join(said)}"


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "/").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
