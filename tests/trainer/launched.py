"""Several processes over gloo: runs as torchrun starts them, each of which loads torch anew, which takes seconds; and
ranks that have it loaded already."""

import contextlib
import io
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import torch
from torch.distributed import TCPStore

from winnow.pipelines.cli import main
from winnow.trainer.config import config_file
from winnow.trainer.parallel.ranks import joined
from winnow.trainer.run.train import train

STORES = list[TCPStore]()
"""Which are open as long as they are held."""
ROOT = Path(__file__).resolve().parents[2]
TRAIN = """
import sys
from pathlib import Path
from winnow.trainer.config import config_file
from winnow.trainer.run.train import train

train(config_file.load(sys.argv[1]), Path(sys.argv[2]), print)
"""


def launched(ranks: int, file: Path, run: Path) -> subprocess.CompletedProcess[str]:
    """Train as torchrun does it."""
    script = run.with_suffix(".py")
    script.write_text(TRAIN)
    start = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(ranks)]
    alone = {name: value for name, value in os.environ.items() if name not in ("RANK", "WORLD_SIZE")}
    return subprocess.run(
        [sys.executable, *start, str(script), str(file), str(run)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
        env=alone | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def forked(world: int, work: Callable[..., Any], *given: Any) -> list[tuple[ForkServerProcess, Connection]]:
    """Start `work(ranks, *given)`, a module's function, on each of `world` ranks; what it returns can be received."""
    return _started(world, _joined, work, *given)


def told(started: list[tuple[ForkServerProcess, Connection]]) -> list[Any]:
    """What each rank returned."""
    found = [here.recv() for _, here in started]
    for child, _ in started:
        child.join()
    return found


def trained(world: int, file: Path, run: Path, until: str = "") -> list[int | None]:
    """Train on so many ranks, of which each has a SIGTERM where it says what begins with `until`; their exit codes."""
    started = _started(world, _train, file, run, until)
    for child, _ in started:
        child.join(300)
    return [child.exitcode for child, _ in started]


def commanded(
    world: int, file: Path, run: Path, spoilt: Callable[[int], AbstractContextManager[None]]
) -> list[tuple[int, str]]:
    """`winnow train` on each rank, under `spoilt(rank)`, with a store that outlives the ranks, as under torchrun; the
    exit codes, and what was written to stderr."""
    found = []
    for child, here in _started(world, _command, file, run, spoilt, kept=True):
        try:
            found.append(here.recv())
        except EOFError:
            child.join()
            found.append((child.exitcode, ""))
    return found


def _command(file: Path, run: Path, spoilt: Callable[[int], AbstractContextManager[None]]) -> tuple[int, str]:
    err = io.StringIO()
    with spoilt(int(os.environ["RANK"])), contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()):
        code = main(["train", str(file), "--output", str(run)])
    return code, err.getvalue()


def _started(
    world: int, work: Callable[..., Any], *given: Any, kept: bool = False
) -> list[tuple[ForkServerProcess, Connection]]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "torch.distributed.fsdp"])
    with socket.socket() as free:
        free.bind(("localhost", 0))
        place = {"WORLD_SIZE": world, "LOCAL_WORLD_SIZE": world, "MASTER_ADDR": "localhost",
                 "MASTER_PORT": free.getsockname()[1]}  # fmt: skip
    if kept:
        STORES.append(TCPStore("localhost", int(place["MASTER_PORT"]), world, is_master=True, wait_for_workers=False))
        place |= {"TORCHELASTIC_USE_AGENT_STORE": True, "TORCHELASTIC_RESTART_COUNT": 0}
    found = []
    for rank in range(world):
        here, there = context.Pipe(duplex=False)
        of = {name: str(value) for name, value in {**place, "RANK": rank, "LOCAL_RANK": rank}.items()}
        child = context.Process(target=_rank, args=(of, there, work, *given))
        child.start()
        there.close()
        found.append((child, here))
    return found


def _rank(place: dict[str, str], there: Connection, work: Callable[..., Any], *given: Any) -> None:
    torch.set_num_threads(1)
    os.environ |= place
    there.send(work(*given))


def _joined(work: Callable[..., Any], *given: Any) -> Any:
    with joined("cpu") as ranks:
        return work(ranks, *given)


def _train(file: Path, run: Path, until: str) -> None:
    def say(text: str) -> None:
        if until and text.startswith(until):
            os.kill(os.getpid(), signal.SIGTERM)

    train(config_file.load(file), run, say)
