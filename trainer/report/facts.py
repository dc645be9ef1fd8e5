"""What run.html tells in words and tables: what the run is, headline figures, time, skipped steps, sources, machine."""

import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from winnow.trainer.figures import count, duration, number, share, size
from winnow.trainer.report import story, words
from winnow.trainer.report.history import Entry, History, bits_key, column, finite_or, newest, table, text, unit, value

Facts = list[tuple[str, str]]
MOST = 200
"""Rows of a table."""


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def lock_of(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(text_of(path) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def settings(config: str) -> Mapping[str, Any]:
    """config.lock.toml as it can be read."""
    try:
        return tomllib.loads(config)
    except (ValueError, RecursionError):
        return {}


def tiles(told: History) -> list[tuple[str, str, str]]:
    """Headline figures: what it is, the figure, a remark."""
    key, evaluation, now = bits_key(told), told.last("evaluation"), newest(told)
    held, best = value(evaluation, key), story.best(told)
    beside = story.gaps(told)
    low, high = value(evaluation, "low"), value(evaluation, "high")
    between = f"{low:.4f} to {high:.4f}" if math.isfinite(low + high) else ""
    losses, speed, (kind, used) = story.smoothed(told, "loss"), story.speed(told), story.utilisation(told)
    memory, epochs, saves = told.steps("memory"), story.most_read(told), len(told.of("save"))
    found = [
        (f"Held-out, {unit(key)}", _four(held), f"best {_four(best)}" if best < held else between),
        (f"Training, {unit(key)}", _four(beside[-1].training) if beside else "-",
         f"gap {_four(beside[-1].size)}" if beside else ""),
        ("Training loss", _four(float(losses[-1])) if len(losses) else "-", "nats a token, smoothed"),
        ("Tokens", count(value(now, "tokens")),
         f"a source up to {number(epochs, 2)} times" if math.isfinite(epochs) else ""),
        ("Tokens a second", number(speed), "median of the run"),
        ("MFU" if kind == "mfu" else "Matmul share", share(used),
         "of the stated peak" if kind == "mfu" else "of the rate measured here"),
        ("Peak memory", size(float(np.nanmax(memory))) if np.isfinite(memory).any() else "-", "of one process"),
        ("Time", duration(value(now, "seconds")), f"{saves:,} checkpoint{'s' * (saves != 1)} saved"),
    ]  # fmt: skip
    return [(name, figure, remark) for name, figure, remark in found if figure != "-"]


def what(told: History, config: Mapping[str, Any], lock: Mapping[str, Any]) -> Facts:
    """What this run is: shape, length, pack, tokenizer, seed, schedule, date, version."""
    starts = told.of("start")
    start = starts[-1] if starts else {}
    pack, optimizer = table(start, "pack"), table(config, "optimizer")
    name = text(pack, "name") or text(config, "data", "pack")
    packed = (text(pack, "fingerprint") or text(lock, "fingerprint"))[:12]
    tokenizer = (text(start, "tokenizer") or text(lock, "tokenizer_sha256"))[:12]
    random = "random weights" if start or config else ""
    found = [
        ("Model", _model(start, config)),
        ("Length", _length(start)),
        ("Pack", ", ".join(filter(None, [name, _pack(pack), packed]))),
        ("Tokenizer", ", ".join(filter(None, [_tokens(value(start, "vocab")), tokenizer]))),
        ("Optimizer", _optimizer(optimizer)),
        ("Seed", text(start, "seed") or text(config, "seed")),
        ("From", text(lock, "from", "checkpoint") or text(config, "init") or random),
        ("Begun", _dates(starts)),
        ("Winnow", f"{text(start, 'winnow')} {text(start, 'commit')}".strip()),
    ]
    return [(name, fact) for name, fact in found if fact]


def _model(start: Entry, config: Mapping[str, Any]) -> str:
    shape = table(start, "shape") or table(config, "model")
    layers, width, heads = (value(shape, key) for key in ("layers", "width", "heads"))
    parts = [
        text(shape, "architecture") or text(start, "objective"),
        f"{number(layers)} layers of width {count(width, 4)}" if math.isfinite(layers + width) else "",
        f"{number(heads)} heads" if math.isfinite(heads) else "",
        f"{count(value(start, 'parameters'))} parameters" if math.isfinite(value(start, "parameters")) else "",
        f"context {value(start, 'context'):,.0f}" if math.isfinite(value(start, "context")) else "",
    ]
    return ", ".join(filter(None, parts))


def _length(start: Entry) -> str:
    steps, rows, context = (value(start, key) for key in ("steps", "rows", "context"))
    if not math.isfinite(steps + rows + context):
        return ""
    return f"{steps:,.0f} steps of {rows:,.0f} windows: {count(steps * rows * context)} tokens"


def _pack(pack: Mapping[str, Any]) -> str:
    documents, tokens = value(pack, "documents"), value(pack, "tokens")
    return f"{count(documents)} documents, {count(tokens)} tokens" if math.isfinite(documents + tokens) else ""


def _tokens(vocab: float) -> str:
    return f"{vocab:,.0f} tokens" if math.isfinite(vocab) else ""


def _optimizer(found: Mapping[str, Any]) -> str:
    rate, warm, decay = (value(found, key) for key in ("rate", "warmup", "decay"))
    if not found:
        return ""
    schedule = text(found, "schedule")
    falls = f", decay over the last {share(decay, 0)}" if schedule == "wsd" else ""
    return f"{text(found, 'name')}, rate {number(rate)}, {schedule}, warm-up {share(warm, 0)}{falls}"


def _dates(starts: Sequence[Entry]) -> str:
    dates = [date for start in starts if (date := text(start, "date"))]
    named = [f"{date[:16].replace('T', ' ')} UTC" for date in dates]
    more = f"; {len(starts):,} sessions, the last {named[-1]}" if len(starts) > 1 and named else ""
    return f"{named[0]}{more}" if named else ""


def machine(start: Entry) -> list[str]:
    """The machine and how it was used, in sentences."""
    if not start:
        return []
    threads, ranks, rows = (value(start, key) for key in ("threads", "ranks", "micro_rows"))
    on = text(start, "machine") or "an unknown machine"
    if math.isfinite(threads) and start.get("device") == "cpu":
        on += f", {threads:,.0f} {'thread' if threads == 1 else 'threads'}"
    many = f"{ranks:,.0f} {'process' if ranks == 1 else 'processes'}" if math.isfinite(ranks) else ""
    passes = f"{rows:,.0f} {'window' if rows == 1 else 'windows'} a pass" if math.isfinite(rows) else ""
    compiled = {"yes": "compiled", "no": "not compiled"}.get(text(start, "compile"), "")
    dtype = f"matrix products in {text(start, 'dtype')}" if start.get("dtype") else ""
    torch = f"torch {text(start, 'torch')}" if start.get("torch") else ""
    said = [f"{', '.join(filter(None, [on, many, dtype, compiled, passes, torch]))}."]
    measured, peak = value(start, "matmul_flops"), value(start, "peak_flops")
    if math.isfinite(measured):
        stated = f", where {_flops(peak)} are stated" if math.isfinite(peak) else ""
        said.append(f"Large matrix products reached {_flops(measured)} at the start{stated}.")
    if math.isfinite(value(start, "seconds_to_first_step")):
        said.append(f"The first step was done {duration(value(start, 'seconds_to_first_step'))} after the start.")
    return said


def time_spent(told: History) -> list[tuple[str, float, str]]:
    """Where the run's seconds went, with a figure for people; what is not measured by itself is the rest, as are the
    first step and, of a branch, the steps of the run that it left."""
    tokens, speeds = told.steps("tokens"), told.steps("tokens_per_second")
    first = finite_or(value(next(iter(told.of("start")), {}), "tokens"), 0.0)
    before = np.concatenate([[first], tokens[:-1]]) if len(tokens) else tokens
    with np.errstate(divide="ignore", invalid="ignore"):
        worked = np.where(speeds > 0, (tokens - before) / speeds, 0.0)
    worked = np.nan_to_num(worked, posinf=0.0)

    def part(key: str) -> float:
        return float(np.nansum(worked * told.steps(key)))

    def taken(*kinds: str) -> float:
        return math.fsum(finite_or(v, 0.0) for kind in kinds for v in column(told.of(kind), "seconds_taken"))

    wait, optimizer, whole_ = part("wait"), part("optimizer"), float(worked.sum())
    apart = {"evaluation": taken("evaluation"), "tasks and samples": taken("task", "sample"), "saving": taken("save")}
    rest = value(newest(told), "seconds") - whole_ - math.fsum(apart.values())
    parts = {"forward and backward": whole_ - wait - optimizer, "optimizer": optimizer, "waiting for data": wait,
             **apart, "start, compiling, rest": rest}  # fmt: skip
    return [(name, round(seconds, 3), duration(seconds)) for name, seconds in parts.items() if seconds > 0]


def skipped(skips: Sequence[Entry]) -> list[list[str]]:
    """Step, reason, loss, gradient norm, documents; of many the last ones."""
    return [
        [whole(value(s, "step")), text(s, "reason"), _four(value(s, "loss")),
         number(value(s, "gradient_norm"), 4), words.documents(s.get("documents"), 6)]
        for s in skips[-MOST:]
    ]  # fmt: skip


def sources(told: History) -> dict[str, Any]:
    """Heads and rows: source, times read, its bits with their interval, xz where it was measured, what was scored."""
    evaluation, key = table(told.last("evaluation"), "by_source"), bits_key(told)
    beside = next((table(e, "by_source") for e in told.of("evaluation") if "xz_bits_per_byte" in e), {})
    heads = ["source", "times read", f"{unit(key)} (95 % interval)", "documents scored", "bytes scored"]
    epochs = dict(story.epochs(told))
    rows = []
    for name in sorted({*evaluation, *epochs})[:MOST]:
        of = table(evaluation, name)
        scored = [whole(value(of, key)) for key in ("documents", "bytes")]
        rows.append([name, number(epochs.get(name, math.nan)), words.interval(of, key), *scored])
        if beside:
            rows[-1].insert(3, _four(value(beside, name, "xz_bits_per_byte")))
    if beside:
        heads.insert(3, "xz")
    return {"heads": heads, "rows": rows}


def task(entry: Entry) -> str:
    """The newest figure of a task."""
    return f"{words.interval(table(entry, 'accuracy'), figure=share)}, by chance {share(value(entry, 'chance'))}"


def whole(found: float) -> str:
    return f"{found:,.0f}" if math.isfinite(found) else "-"


def _four(found: float) -> str:
    return f"{found:.4f}" if math.isfinite(found) else "-"


def _flops(found: float) -> str:
    return f"{number(found)}FLOP/s"
