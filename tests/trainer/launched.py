"""Several processes over gloo: runs as torchrun starts them, each of which loads torch anew, which takes seconds; and
ranks that have it loaded already."""

import multiprocessing
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import torch

from winnow.trainer.parallel.ranks import joined

ROOT = Path(__file__).resolve().parents[2]
TRAIN = """
import os, signal, sys
from pathlib import Path
from winnow.trainer.config import config_file
from winnow.trainer.errors import BadCall
from winnow.trainer.run.train import train

configuration, run, until = sys.argv[1:]

def say(text):
    print(text, flush=True)
    if until and text.startswith(until):
        os.kill(os.getpid(), signal.SIGTERM)

train(config_file.load(configuration), Path(run), say)
"""


def launched(ranks: int, *arguments: str, code: str = TRAIN) -> subprocess.CompletedProcess[str]:
    script = Path(arguments[1]).with_suffix(".py")
    script.write_text(code)
    start = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(ranks)] if ranks > 1 else []
    alone = {name: value for name, value in os.environ.items() if name not in ("RANK", "WORLD_SIZE")}
    return subprocess.run(
        [sys.executable, *start, str(script), *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
        env=alone | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def forked(world: int, work: Callable[..., Any], *given: Any) -> list[tuple[ForkServerProcess, Connection]]:
    """Start `work(ranks, *given)`, a module's function, on each of `world` ranks; what it returns can be received."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "torch.distributed.fsdp", work.__module__])
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    found = []
    for rank in range(world):
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_rank, args=(rank, world, port, work, given, there))
        child.start()
        there.close()
        found.append((child, here))
    return found


def told(started: list[tuple[ForkServerProcess, Connection]]) -> list[Any]:
    """What each rank returned."""
    found = [here.recv() for _, here in started]
    for child, _ in started:
        child.join()
    return found


def _rank(
    rank: int, world: int, port: int, work: Callable[..., Any], given: tuple[Any, ...], there: Connection
) -> None:
    torch.set_num_threads(1)
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(world), "LOCAL_RANK": str(rank), "LOCAL_WORLD_SIZE": str(world),
                   "MASTER_ADDR": "localhost", "MASTER_PORT": str(port)}  # fmt: skip
    with joined("cpu") as ranks:
        there.send(work(ranks, *given))
