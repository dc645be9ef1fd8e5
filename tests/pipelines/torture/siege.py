"""One build under attack: its driver, workers and sandboxes are killed, stopped and ended at random moments."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST = 240.0
"""Seconds after which a build counts as hanging."""


@dataclass(frozen=True)
class Outcome:
    """How a build ended."""

    code: int
    said: str
    strikes: tuple[str, ...]
    """What was done to it, in order."""

    @property
    def told(self) -> list[str]:
        return self.said.splitlines()


def build(inputs: Path, output: Path, *more: str) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "winnow",
        "build",
        "tiny",
        "--input",
        f"{inputs}/*",
        "--output",
        str(output),
    ]
    return subprocess.Popen(
        [*command, "--workers", "2", "--quiet", *more],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def besiege(running: "subprocess.Popen[str]", dice: random.Random, strikes: int, longest: float) -> Outcome:
    """Strike a build `strikes` times within about `longest` seconds each, then wait for its end."""
    done: list[str] = []
    for _ in range(strikes):
        if not _lives_for(running, dice.uniform(0.0, longest)):
            break
        done += _strike(running.pid, dice)
    try:
        _, said = running.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        hanging = _members(running.pid)
        for pid in hanging:
            os.kill(pid, signal.SIGKILL)
        raise AssertionError(f"the build hangs after {done}: {hanging}") from None
    _end_all(running.pid)
    return Outcome(running.returncode, said, tuple(done))


def _strike(session: int, dice: random.Random) -> list[str]:
    """Attack a process of the build; the driver rarely, or no build would ever end."""
    members = _members(session)
    if dice.random() < 0.05:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(session, signal.SIGINT)  # Ctrl-C: all that stand in the foreground get it
        return ["SIGINT to all"]
    others = [pid for pid in members if pid != session]
    victim = session if not others or dice.random() < 0.15 else dice.choice(others)
    how = dice.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP))
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, how)
        if how == signal.SIGSTOP:
            time.sleep(dice.uniform(0.05, 0.5))
            os.kill(victim, signal.SIGCONT)
        return [f"{how.name} to {members.get(victim, '?')}"]
    return []


def _members(session: int) -> dict[int, str]:
    """The processes of a session: id -> `driver`, or the end of its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[3]) == session and fields[0] != "Z":
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                found[int(entry.name)] = "driver" if int(entry.name) == session else line[-60:].strip()
    return found


def _lives_for(running: "subprocess.Popen[str]", seconds: float) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(seconds)
        return False
    return True


def _end_all(session: int) -> None:
    """What a killed driver leaves ends by itself; nothing of a build may live for long without it."""
    for pid in _members(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    for _ in range(800):
        if not _members(session):
            return
        time.sleep(0.05)
    left = _members(session)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    raise AssertionError(f"processes live on without their driver: {left}")


def damage(files: Sequence[Path], dice: random.Random) -> None:
    """Flip a bit of some files, cut or delete others."""
    for path in dice.sample(files, min(len(files), dice.randint(1, 6))):
        data = bytearray(path.read_bytes())
        how = dice.choice(("flip", "cut", "empty", "delete"))
        if how == "delete":
            path.unlink()
            continue
        if how == "flip" and data:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        elif how == "cut":
            del data[dice.randrange(len(data) + 1) :]
        elif how == "empty":
            data.clear()
        path.write_bytes(data)
