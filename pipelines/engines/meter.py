"""What a piece of work cost the process that did it: CPU time, wall time, peak memory. For run.json only."""

import contextlib
import os
import resource
import time
from dataclasses import dataclass

_STATUS, _CLEAR = "/proc/self/status", "/proc/self/clear_refs"


@dataclass(frozen=True)
class Cost:
    """The cost of one task."""

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float
    """Of this process alone; since it began to work, where the system cannot tell for a task."""


class Meter:
    """Measures from its making to `cost()`."""

    def __init__(self) -> None:
        with contextlib.suppress(OSError), open(_CLEAR, "w") as file:
            file.write("5")  # Linux: the high-water mark begins anew
        self._wall, self._cpu = time.monotonic(), _cpu()

    def cost(self) -> Cost:
        return Cost(_cpu() - self._cpu, time.monotonic() - self._wall, _peak_mib())


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def _peak_mib() -> float:
    with contextlib.suppress(OSError), open(_STATUS) as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
