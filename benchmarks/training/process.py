"""Trainers that are measured: each a process of its own that is stopped and continued, and tells of its steps.

One runs while all others stand still (SIGSTOP to its whole group), and what is timed are its own steps, on this
process's clock: from the line that it writes at the end of one step to that of another. Linux only.
"""

import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_POLL_SECONDS = 0.02


class CommandFailed(Exception):
    """A command ended with another exit code than 0, or said nothing for too long; the message names its log."""


@dataclass(frozen=True)
class Launch:
    """How a trainer is started, and how its steps are told."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    log: Path
    """Takes all that it prints."""
    step: "re.Pattern[str] | None" = None
    """A line that it prints at a step's end; its group 1 is the number of the step."""
    first: int = 1
    """The number that it gives to its first step."""
    metrics: Path | None = None
    """Where it writes JSON lines {"kind": "step", "step": …} instead."""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """Some whole steps of one trainer while no other ran."""

    steps: int
    seconds: float
    others: float
    """Share of the CPUs that anything else took meanwhile."""


class Running:
    """A started trainer."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        launch.log.parent.mkdir(parents=True, exist_ok=True)
        self._marks: list[float] = []
        self._news = threading.Condition()
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            launch.command,
            cwd=launch.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **launch.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        watches = (self._read_output, *([self._read_metrics] if launch.metrics else []))
        self._threads = [threading.Thread(target=watch, daemon=True) for watch in watches]
        for thread in self._threads:
            thread.start()

    @property
    def steps(self) -> int:
        """Steps that have ended."""
        return len(self._marks)

    def wait(self, steps: int, timeout: float) -> float:
        """Until so many steps have ended in all; the time when the last of them did."""
        with self._news:
            done = self._news.wait_for(lambda: self.steps >= steps or self._process.poll() is not None, timeout)
        if done and self.steps < steps:  # it may have ended before what it said last was read
            for thread in self._threads:
                thread.join(timeout)
        if self.steps < steps:
            what = f"ended with code {self._process.poll()}" if done else f"was silent for {timeout:.0f} seconds"
            raise CommandFailed(f"{self.launch.name} {what} after {self.steps} steps; see {self.launch.log}")
        return self._marks[steps - 1]

    def finish(self, timeout: float) -> None:
        """Until it ends by itself."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.end()
            raise CommandFailed(f"{self.launch.name} did not end; see {self.launch.log}") from None
        if code:
            raise CommandFailed(f"{self.launch.name} ended with code {code}; see {self.launch.log}")

    def stretch(self, steps: int, timeout: float) -> Stretch:
        """Let it run for so many steps, and stop it again."""
        before, own, began = _busy(), self._cpu(), time.perf_counter()
        first = self.steps
        self._signal(signal.SIGCONT)
        ended = self.wait(first + steps, timeout)
        self.pause()
        wall = time.perf_counter() - began
        others = (_busy() - before - (self._cpu() - own)) / (wall * (os.cpu_count() or 1))
        return Stretch(steps, ended - began, max(0.0, others))

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def end(self) -> None:
        """Stop it for good, with all that it started."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def peak_memory(self) -> int:
        """Bytes that its processes had at most, one by one, added up; 0 once it has ended."""
        total = 0
        for process in self._group():
            try:
                status = Path(f"/proc/{process}/status").read_text()
            except OSError:
                continue
            found = re.search(r"VmHWM:\s+(\d+) kB", status)
            total += int(found[1]) * 1024 if found else 0
        return total

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _read_output(self) -> None:
        assert self._process.stdout is not None
        with self.launch.log.open("w", encoding="utf-8") as log:
            for line in self._process.stdout:
                now = time.perf_counter()
                log.write(line)
                log.flush()
                found = self.launch.step.search(line) if self.launch.step else None
                if found:
                    self._mark(int(found[1]) - self.launch.first + 1, now)
        self._process.wait()
        with self._news:
            self._news.notify_all()

    def _read_metrics(self) -> None:
        path, read = self.launch.metrics, 0
        while path is not None:
            ended = self._process.poll() is not None
            lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []
            for line in lines[read:]:
                entry = json.loads(line)
                if entry["kind"] == "step":
                    self._mark(entry["step"], time.perf_counter())
            read = len(lines)
            if ended:
                return
            time.sleep(_POLL_SECONDS)

    def _mark(self, step: int, now: float) -> None:
        with self._news:
            self._marks += [now] * (step - len(self._marks))
            self._news.notify_all()

    def _group(self) -> list[int]:
        """Its processes."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            fields = _stat(path)
            if fields and int(fields[2]) == self._process.pid:
                found.append(int(path.parent.name))
        return found

    def _cpu(self) -> float:
        """Seconds that its processes took so far, what they have buried included."""
        stats = (_stat(Path(f"/proc/{process}/stat")) for process in self._group())
        return sum(sum(map(int, fields[11:15])) for fields in stats if fields) / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> list[str]:
    """The fields of /proc/N/stat from the third, the state, on; none where the process is gone."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _busy() -> float:
    """CPU seconds of the whole machine since it started, idling and waiting for disks left out."""
    fields = [int(number) for number in Path("/proc/stat").read_text().split("\n")[0].split()[1:8]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")
