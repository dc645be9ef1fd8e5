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

A line may be missing, cut off in its middle (the machine went down) or older than this version; what can be read is.
Step lines are kept as columns of numbers, 8 bytes each: a run of 10^6 steps may have 10^6 of them.
"""

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from winnow.trainer import aside
from winnow.trainer.errors import shown
from winnow.trainer.report.sinks import Sinks

METRICS = "metrics.jsonl"
Entry = Mapping[str, Any]
Numbers = npt.NDArray[np.float64]
BITS, MASKED_BITS = "bits_per_byte", "bits_per_masked_token"
"""A model's quality; an encoder has no bits per byte."""
COLUMNS = ("step", "tokens", "seconds", "loss", BITS, MASKED_BITS, "gradient_norm", "rate", "tokens_per_second", "mfu",
           "matmul_share", "wait", "optimizer", "memory")  # fmt: skip
"""Of step lines, what becomes a column."""


class History:
    """The entries of a run in their order; those of kind "step" as columns."""

    def __init__(self, entries: Iterable[Entry] = (), unreadable: int = 0) -> None:
        self.entries: list[Entry] = []
        """All but the step lines."""
        self.last_step: Entry = {}
        self.unreadable = unreadable
        """How many lines were none."""
        self._columns = {name: array("d") for name in COLUMNS}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        if entry.get("kind") != "step":
            self.entries.append(entry)
            return
        self.last_step = entry
        for name, column in self._columns.items():
            column.append(value(entry, name))

    def steps(self, name: str) -> Numbers:
        """One of COLUMNS of all step lines; NaN where a line lacks it."""
        return np.array(self._columns[name])

    def of(self, kind: str) -> list[Entry]:
        """The entries of a kind: start, evaluation, task, sample, save, skip or end."""
        return [entry for entry in self.entries if entry.get("kind") == kind]

    def last(self, kind: str) -> Entry:
        """The newest of a kind; an empty one where there is none."""
        return next((entry for entry in reversed(self.entries) if entry.get("kind") == kind), {})


def read(path: Path) -> History:
    """The history in a metrics.jsonl; an empty one where the file is missing."""
    found = History()
    for _, entry in lines(path):
        if entry is None:
            found.unreadable += 1
        else:
            found.add(entry)
    return found


def lines(path: Path) -> Iterator[tuple[bytes, Entry | None]]:
    """Each line that is not blank, with its entry; None where it is none."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            if not line.strip():
                continue
            try:
                entry = json.loads(line.decode(errors="replace"))
            except (ValueError, RecursionError):
                entry = None
            yield line, entry if isinstance(entry, dict) else None


class Metrics:
    """Appends to the file of a run; does nothing where `writes` is False (on all ranks but the first)."""

    def __init__(self, run: Path, writes: bool = True, sinks: Sinks | None = None) -> None:
        self._path = run / METRICS
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
        entry |= aside.finite(values)
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


def _found(entry: Entry, keys: Sequence[str]) -> Any:
    """What stands at a way of keys; None where there is nothing."""
    found: Any = entry
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def value(entry: Entry, *keys: str) -> float:
    """The number at a way of keys; NaN where there is none, so that a line has a gap and no lie."""
    found = _found(entry, keys)
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > 1e200:
        return math.nan
    return float(found)


def text(entry: Entry, *keys: str) -> str:
    """The text at a way of keys; "" where there is nothing. What is no text is written as Python writes it, and cut."""
    found = _found(entry, keys)
    return found if isinstance(found, str) else "" if found is None else shown(found)


def table(entry: Entry, *keys: str) -> Mapping[str, Any]:
    """The mapping at a way of keys; an empty one where there is none."""
    found = _found(entry, keys)
    return found if isinstance(found, Mapping) else {}


def column(entries: Sequence[Entry], *keys: str) -> Numbers:
    """`value` of each entry."""
    return np.array([value(entry, *keys) for entry in entries], dtype=np.float64)


def newest(told: History) -> Entry:
    """The last entry that names a step, the largest; an empty one where none does."""
    named = [entry for entry in (told.last_step, *told.entries) if math.isfinite(value(entry, "step"))]
    return max(named, key=lambda entry: (value(entry, "step"), finite_or(value(entry, "seconds"), 0.0)), default={})


def finite_or(found: float, other: float) -> float:
    """`found`, or `other` where it is no finite number."""
    return found if math.isfinite(found) else other


def bits_key(told: History) -> str:
    """Under which key the run's quality stands."""
    masked = any(MASKED_BITS in entry for entry in (told.last_step, *told.of("evaluation")))
    return MASKED_BITS if masked else BITS


def unit(key: str) -> str:
    """bits_per_byte as people read it."""
    return key.replace("_", " ")
