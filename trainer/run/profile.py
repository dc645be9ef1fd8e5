"""Some steps of a run under torch's profiler (run.profile), in RUN/profile/: what takes the time, and the memory.

    steps-10-13.json.gz       a trace, for Perfetto or chrome://tracing
    memory-10-13.pickle       on CUDA: what was allocated when and where, for pytorch.org/memory_viz

The first rank's only. It watches: results stay the same, bit for bit, and one that fails is said and ends no run.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity

from winnow.trainer.config.check import profiled
from winnow.trainer.errors import one_line

FOLDER = "profile"
EVENTS = 100_000
"""Of the memory's history, at most: what comes before is forgotten."""


class Profile:
    """Begins and ends by itself; closed, so that a run that is stopped within leaves what there is."""

    def __init__(self, asked: str, run: Path, device: torch.device, say: Callable[[str], None]) -> None:
        """asked: FIRST:LAST, steps counted from 1; empty: none."""
        self._steps = profiled(asked)
        self._folder, self._device, self._say = run / FOLDER, device, say
        self._running: torch.profiler.profile | None = None
        self._first = self._last = 0

    def before(self, step: int) -> None:
        """`step`, counted from 1, is taken next."""
        if self._steps is None or self._running is not None or not self._steps[0] <= step <= self._steps[1]:
            return
        cuda = self._device.type == "cuda"
        self._first = self._last = step
        try:
            if cuda:
                torch.cuda.memory._record_memory_history(max_entries=EVENTS)
            kinds = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if cuda else [])]
            self._running = torch.profiler.profile(activities=kinds, record_shapes=True)
            self._running.start()
        except RuntimeError as error:
            self._fails(error)

    def after(self, step: int) -> None:
        """`step` is taken."""
        self._last = step
        if self._steps is not None and step >= self._steps[1]:
            self.close()

    def close(self) -> None:
        """End what runs, if it does."""
        if self._running is None:
            return
        running, self._running = self._running, None
        trace = self._folder / f"steps-{self._first}-{self._last}.json.gz"
        cuda = self._device.type == "cuda"
        try:
            if cuda:
                torch.cuda.synchronize(self._device)
            running.stop()
            self._folder.mkdir(exist_ok=True)
            running.export_chrome_trace(str(trace))
            if cuda:
                snapshot = self._folder / f"memory-{self._first}-{self._last}.pickle"
                torch.cuda.memory._dump_snapshot(str(snapshot))  # type: ignore[no-untyped-call]
        except (OSError, RuntimeError) as error:
            self._fails(error)
        else:
            self._say(f"{trace} shows where the time of these steps went: open it with Perfetto")
        finally:
            if cuda:
                torch.cuda.memory._record_memory_history(enabled=None)

    def _fails(self, error: Exception) -> None:
        self._steps = self._running = None
        self._say(f"warning: run.profile fails: {one_line(error)}")
