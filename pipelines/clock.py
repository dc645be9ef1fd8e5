"""Times, machine and cost of a run: for run.json, which no promise covers."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from typing import Any


class Clock:
    """Wall time by job."""

    def __init__(self) -> None:
        self.began, self.jobs = time.time(), dict[str, float]()

    @contextlib.contextmanager
    def job(self, name: str) -> Iterator[None]:
        """Time a job, or one try at it: what it took counts even where it fails."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.jobs[name] = round(self.jobs.get(name, 0.0) + time.monotonic() - began, 3)

    @property
    def seconds(self) -> float:
        return time.time() - self.began

    def report(self, documents: int) -> dict[str, Any]:
        """For run.json; `documents` is all that the inputs gave, kept or not."""
        seconds = self.seconds
        return {
            "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.began)), "seconds": round(seconds, 3),
            "jobs": self.jobs, "documents_a_second": round(documents / seconds, 3), "machine": _machine(),
        }  # fmt: skip


def _machine() -> dict[str, Any]:
    name = os.uname()
    return {"system": f"{name.sysname} {name.release}", "processor": name.machine, "cpus": os.cpu_count(),
            "python": sys.version.split()[0]}  # fmt: skip
