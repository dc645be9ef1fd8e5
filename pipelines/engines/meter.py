"""What a piece of work cost the process that did it and its children: time, peak memory. For run.json only."""

import contextlib
import resource
import time
from dataclasses import dataclass

from winnow.pipelines import progress

_STATUS, _CLEAR = "/proc/self/status", "/proc/self/clear_refs"


@dataclass(frozen=True)
class Cost:
    """The cost of one task."""

    cpu_seconds: float
    """Of this process and its children."""
    child_cpu_seconds: float
    """Of its children, as far as they told of it (progress.spent)."""
    wall_seconds: float
    peak_mib: float
    """Of this process alone; since it began to work, where the system cannot tell for a task."""


class Meter:
    """Measures from its making to `cost()`."""

    def __init__(self) -> None:
        with contextlib.suppress(OSError), open(_CLEAR, "w") as file:
            file.write("5")  # Linux: the high-water mark begins anew
        self._wall, self._cpu, self._child = time.monotonic(), time.process_time(), progress.child_cpu_seconds()

    def cost(self) -> Cost:
        child = progress.child_cpu_seconds() - self._child
        return Cost(time.process_time() - self._cpu + child, child, time.monotonic() - self._wall, _peak_mib())


def _peak_mib() -> float:
    with contextlib.suppress(OSError), open(_STATUS) as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
