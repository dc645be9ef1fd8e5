"""RUN/run.html: of a run the columns that are drawn, thinned, and tables and sentences as text.

Everything here is JSON: numbers, null where there is none, and text, which the page shows as text whatever it says.
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from winnow.trainer import reading
from winnow.trainer.errors import BadCall
from winnow.trainer.figures import share
from winnow.trainer.report import facts, page, story, words
from winnow.trainer.report.history import METRICS, Entry, History, bits_key, column, read, table, text, unit, value
from winnow.trainer.report.series import POINTS, kept
from winnow.trainer.run import run_folder
from winnow.trainer.run.checkpoint_folders import kept_steps

SOURCES = 6
"""Of more sources than these, those are drawn of which the most bytes were scored; the table has all."""
PLACES = ("step", "tokens", "seconds")
DRAWN = (*PLACES, "loss", "bits", "gradient_norm", "rate", "tokens_per_second", "mfu", "matmul_share")
"""Columns of the step lines on a run's page, beside the smoothed ones; `bits` are those of its objective."""
MARKS, EVENTS, TASKS, PROMPTS, SAMPLES, LONGEST = 200, 400, 50, 20, 12, 4000
"""At most: marks of a kind, sentences of events, tasks, prompts, samples of a prompt, characters of a text."""
FILE = "run.html"


@dataclass(frozen=True)
class Told:
    """A run as far as its folder tells."""

    name: str
    history: History
    config: str = ""
    """The text of config.lock.toml."""
    lock: Mapping[str, Any] = field(default_factory=dict)
    """pack.lock.json."""
    kept: int | None = None
    """Checkpoints that are there; None where no one looked."""


def run_page(told: Told) -> dict[str, Any]:
    """The page of one run."""
    history = told.history
    return {
        "kind": "run",
        "title": told.name,
        "story": story.tell(history),
        "tiles": facts.tiles(history, told.kept),
        "facts": facts.what(told.history, facts.settings(told.config), told.lock),
        **curves(told),
        "marks": marks(told),
        "tasks": _tasks(history),
        "samples": _samples(history),
        "time": facts.time_spent(history),
        "skipped": facts.skipped(history.of("skip")),
        "sources": facts.sources(history),
        "events": _events(history),
        "machine": facts.machine(history.last("start")),
        "config": told.config[:100_000],
    }


def curves(told: Told, names: Sequence[str] = DRAWN, limit: int = POINTS) -> dict[str, Any]:
    """What is drawn of a run: its step lines, of them these columns, where they end and where the middle lies of what
    they are means of, and its evaluations."""
    history = told.history
    key = bits_key(history)
    rows = {name: history.steps(name) for name in names if name != "bits"}
    if "bits" in names:
        rows["bits"] = history.steps(key)
    rows |= {f"{name}_smooth": story.smoothed(history, of) for name, of in (("loss", "loss"), ("bits", key))}
    xz = column(history.of("evaluation"), "xz_bits_per_byte").tolist()  # measured once
    chosen = kept([of for name, of in rows.items() if name not in (*PLACES, "rate")], limit)
    rows |= {f"{place}_middle": story.middles(history, place) for place in PLACES}
    return {
        "unit": unit(key),
        "flops_per_token": _number(value(history.last("start"), "flops_per_token")),
        "rows": {name: _numbers(of[chosen]) for name, of in rows.items() if np.isfinite(of).any()},
        "held_out": held_out(history),
        "xz": next((_number(found) for found in xz if math.isfinite(found)), None),
    }


def held_out(history: History) -> list[dict[str, Any]]:
    """A line for all documents and one for each of the largest sources."""
    evaluations, key = history.of("evaluation"), bits_key(history)
    evaluations = [evaluations[i] for i in kept([column(evaluations, key)], POINTS // 2)]
    by_source = table(evaluations[-1], "by_source") if evaluations else {}
    largest = sorted(by_source, key=lambda s: (-np.nan_to_num(value(by_source, s, "bytes")), s))[:SOURCES]
    lines = [_line("all sources", evaluations, key)]
    if len(largest) > 1:
        lines += [_line(name, evaluations, key, "by_source", name) for name in largest]
    return [line for line in lines if any(found is not None for found in line["value"])]


def _line(name: str, entries: Sequence[Entry], key: str, *of: str) -> dict[str, Any]:
    """Name, places, values, and the ends of their intervals."""
    where = {place: _numbers(column(entries, place)) for place in PLACES}
    named = (("value", key), ("low", "low"), ("high", "high"))
    return {"name": name, **where, **{end: _numbers(column(entries, *of, of_key)) for end, of_key in named}}


def marks(told: Told) -> list[dict[str, Any]]:
    """Steps at which something happened: kind, step and words."""
    history, start = told.history, told.history.last("start")
    named = _mixtures(facts.settings(told.config))
    found: list[dict[str, Any]] = [
        {"kind": "phase", "step": step, "words": f"the mixture changes{named.get(number, '')}"}
        for number, step in enumerate(story.phases(history))
    ]
    for key, said in (("warm", "the rate is at its peak"), ("decays", "the rate begins to fall")):
        if math.isfinite(step := value(start, key)):
            found.append({"kind": "rate", "step": step, "words": said})
    of = {
        "resume": (history.of("start")[1:], "the run went on from a checkpoint"),
        "save": (history.of("save"), "a checkpoint"),
        "skip": (history.of("skip"), "a step was skipped"),
    }
    for kind, (entries, said) in of.items():
        steps = column(entries, "step")
        steps = steps[np.isfinite(steps)]
        every = max(1, -(-len(steps) // MARKS))
        found += [{"kind": kind, "step": step, "words": said} for step in steps[::every].tolist()]
    return found


def _mixtures(config: Mapping[str, Any]) -> dict[int, str]:
    """By the number of a phase its mixture in words, the largest weights first."""
    phases = table(config, "data").get("phases")
    found = {}
    for number, phase in enumerate(phases if isinstance(phases, list) else []):
        weights = {name: weight for name in table(phase, "weights") if (weight := value(phase, "weights", name)) > 0}
        order = sorted(weights, key=lambda name: (-weights[name], name))
        parts = [f"{_cut(name)} {share(weights[name] / math.fsum(weights.values()), 0)}" for name in order[:4]]
        if parts:
            found[number] = f" to {', '.join(parts)}{' and more' if len(order) > 4 else ''}"
    return found


def _grouped(history: History, kind: str, key: str) -> dict[str, list[Entry]]:
    """The entries of a kind by a text of theirs."""
    found: dict[str, list[Entry]] = {}
    for entry in history.of(kind):
        found.setdefault(_cut(text(entry, key)), []).append(entry)
    return found


def _tasks(history: History) -> list[dict[str, Any]]:
    found = []
    for name, entries in list(_grouped(history, "task", "task").items())[:TASKS]:
        entries = [entries[i] for i in kept([column(entries, "accuracy", "value")], POINTS // 2)]
        found.append({**_line(name, entries, "value", "accuracy"), "chance": _number(value(entries[-1], "chance")),
                      "bits": _numbers(column(entries, "answer_bits_per_byte", "value")),
                      "last": facts.task(entries[-1])})  # fmt: skip
    return found


def _samples(history: History) -> list[dict[str, Any]]:
    """By prompt, the newest first: of many the first, the last and some between."""
    found = []
    for prompt, entries in list(_grouped(history, "sample", "prompt").items())[:PROMPTS]:
        places = np.unique(np.linspace(len(entries) - 1, 0, min(len(entries), SAMPLES)).astype(int))[::-1]
        texts = [{"step": _number(value(entries[i], "step")), "text": _cut(text(entries[i], "text"))} for i in places]
        found.append({"prompt": prompt, "texts": texts})
    return found


def _events(history: History) -> list[str]:
    """What was said of all that is drawn nowhere or once, oldest first; of many the last ones."""
    said = (words.said(entry) for entry in history.entries if entry.get("kind") not in ("task", "sample"))
    return [_cut(sentence) for sentence in said if sentence][-EVENTS:]


def open_run(run: Path, history: History | None = None) -> Told:
    """What lies in a run's folder, as far as it is there. history: RUN/metrics.jsonl, where it is at hand."""
    config, lock = run / run_folder.CONFIG, {}
    with suppress(BadCall):
        lock = reading.json_object(run / run_folder.PACK)
    settings = config.read_text(encoding="utf-8", errors="replace") if config.is_file() else ""
    told = read(run / METRICS) if history is None else history
    return Told(run.resolve().name, told, settings, lock, len(kept_steps(run)))


def write(run: Path, history: History | None = None) -> Path:
    """Draw RUN/run.html of what lies in RUN, as far as it is there; gives its path. history: as of `open_run`."""
    page.write(run / FILE, run_page(open_run(run, history)))
    return run / FILE


def _cut(found: str) -> str:
    return found if len(found) <= LONGEST else f"{found[:LONGEST]} … {len(found) - LONGEST:,} more characters"


def _number(found: float) -> float | None:
    """Six digits are more than can be seen."""
    return float(f"{found:.6g}") if math.isfinite(found) else None


def _numbers(found: np.ndarray) -> list[float | None]:
    """Whole numbers as they are: steps and tokens."""
    return [None if v != v or math.isinf(v) else int(v) if v == int(v) else float(f"{v:.6g}") for v in found.tolist()]
