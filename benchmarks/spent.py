"""CPU seconds of a command and of everything that it starts, also of what outlives its parent. Linux only.

A process's own account of its children counts those that it waited for. Workers and sandboxes end after their parents,
so this process takes over every orphan below it (PR_SET_CHILD_SUBREAPER) and waits for all.
"""

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


class CommandFailed(Exception):
    """A command ended with another exit code than 0; the message names it and its log."""


@dataclass(frozen=True)
class Spent:
    """What a command and its descendants cost."""

    cpu: float
    """Seconds, user and system."""
    speed: float
    """CPU seconds of one fixed piece of work, the mean of just before and just after: what else runs on the machine
    makes CPU seconds longer, and this says by how much."""


def run(command: Sequence[str | Path], log: Path) -> Spent:
    """Run a command to the end of its last descendant; what it says goes to `log`."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    before, at_first = _children(), probe()
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"{Path(command[0]).name} {' '.join(map(str, command[1:]))[:150]}", file=sys.stderr)
    with log.open("wb") as said:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False).returncode
    _wait_for_orphans()
    if code:
        raise CommandFailed(f"exit code {code}: {' '.join(map(str, command))}; see {log}")
    return Spent(_children() - before, (at_first + probe()) / 2)


def probe() -> float:
    """Words counted, sorted and joined, three times over: memory and interpreter, as in the work that is measured."""
    began = time.process_time()
    for _ in range(3):
        words = [f"{number * 2654435761 % 1000003:x}" for number in range(200_000)]
        " ".join(sorted(Counter(words), key=str.upper)).split()
    return time.process_time() - began


def _wait_for_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
