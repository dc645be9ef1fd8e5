"""RUN/metrics.jsonl: what happened, a line an event, each with its kind, step, tokens and seconds so far.

    start       what the run is, the machine, what was measured on it; one for each session
    step        every `run.log_every` steps: means since the line before
    skip        a step that the guard skipped, with its documents
    evaluation  bits per byte in total and by source, with intervals; the first one has xz's beside it
    task        what the model answers right of a cloze task
    sample      what it wrote after a prompt
    save        a checkpoint
    end         "done" or "stopped"

`step` counts steps that are done, `tokens` those they trained on. A run that goes on from a checkpoint first cuts off
what came after it, so that the file reads as if the run had never been interrupted.
"""

import json
import math
from pathlib import Path
from typing import Any

from winnow.trainer import aside
from winnow.trainer.report.history import Entry, History, lines, value
from winnow.trainer.report.sinks import Sinks

FILE = "metrics.jsonl"


class Metrics:
    """Appends to the file of a run; does nothing where `writes` is False (on all ranks but the first)."""

    def __init__(self, run: Path, writes: bool = True, sinks: Sinks | None = None) -> None:
        self._path = run / FILE
        self._writes, self._sinks = writes, sinks
        self.history = History()
        """What stands in the file, once `cut` has read it; empty where nothing is written."""

    def cut(self, step: int) -> list[Entry]:
        """Keep what came before the end of `step`, and give of that all but the step lines; a line that was cut off in
        its middle goes too."""
        if self._writes and self._path.is_file():
            with aside.whole(self._path) as file:
                for line, entry in lines(self._path):
                    if entry is not None and not value(entry, "step") > step:
                        file.write(line if line.endswith(b"\n") else line + b"\n")
                        self.history.add(entry)
        return list(self.history.entries)

    def add(self, kind: str, step: int, tokens: int, seconds: float, **values: Any) -> Entry:
        """Append a line and give its entry; what is not finite becomes null. RunFailed names the file where it cannot
        be written."""
        entry: dict[str, Any] = {"kind": kind, "step": step, "tokens": tokens, "seconds": round(seconds, 3)}
        entry |= _finite(values)
        if not self._writes:
            return entry
        with aside.named(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(entry)}\n")
        self.history.add(entry)
        if self._sinks is not None:
            self._sinks.add(kind, step, values)
        return entry

    def close(self) -> None:
        if self._sinks is not None:
            self._sinks.close()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
