"""RUN/metrics.jsonl: what happened, a line an event, each with its kind, step, tokens and seconds so far.

    start       the machine, what was measured on it, the model's size; one for each session
    step        every `run.log_every` steps: means since the line before
    skip        a step that the guard skipped, with its documents
    evaluation  bits per byte in total and by source, with intervals
    task        what the model makes of a cloze task (cloze.py); answers right, with intervals
    sample      a prompt, and what the model goes on with
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
from winnow.trainer.report import history
from winnow.trainer.report.sinks import Sinks

FILE = "metrics.jsonl"


class Metrics:
    """Appends to the file of a run; does nothing where `writes` is False (on all ranks but the first)."""

    def __init__(self, run: Path, writes: bool = True, sinks: Sinks | None = None) -> None:
        self._path = run / FILE
        self._writes, self._sinks = writes, sinks

    def cut(self, step: int) -> list[dict[str, Any]]:
        """Keep what came before the end of `step`, and give it back; a line that was cut off in its middle goes too."""
        kept = [dict(entry) for entry in history.read(self._path).entries if entry.get("step", 0) <= step]
        if self._writes and self._path.is_file():
            with aside.whole(self._path) as file:
                file.writelines(f"{json.dumps(entry)}\n".encode() for entry in kept)
        return kept

    def add(self, kind: str, step: int, tokens: int, seconds: float, **values: Any) -> None:
        """Append a line; what is not finite becomes null. RunFailed names the file where it cannot be written."""
        if not self._writes:
            return
        entry = {"kind": kind, "step": step, "tokens": tokens, "seconds": round(seconds, 3)} | values
        with aside.named(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(_finite(entry))}\n")
        if self._sinks is not None:
            self._sinks.add(kind, step, values)

    def close(self) -> None:
        if self._sinks is not None:
            self._sinks.close()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
