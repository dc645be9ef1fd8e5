"""What run.html tells in words and tables: what the run is, headline figures, time, skipped steps, sources, machine."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from winnow.trainer.figures import count, duration, many, number, share, size
from winnow.trainer.report import story, words
from winnow.trainer.report.history import Entry, History, bits_key, column, finite_or, newest, table, text, unit, value
from winnow.trainer.report.words import four, known, whole

MOST = 200
"""Rows of a table."""


def settings(config: str) -> Mapping[str, Any]:
    """config.lock.toml as it can be read."""
    try:
        return tomllib.loads(config)
    except (ValueError, RecursionError):
        return {}


def tiles(told: History, kept: int | None = None) -> list[tuple[str, str, str]]:
    """Headline figures: what it is, the figure, a remark. kept: checkpoints that are there, where that is known."""
    key, evaluation, now, beside = bits_key(told), told.last("evaluation"), newest(told), story.gaps(told)
    held, low, high = (value(evaluation, name) for name in (key, "low", "high"))
    best, losses, (kind, used) = story.best(told), story.smoothed(told, "loss"), story.utilisation(told)
    memory, epochs, saves = told.steps("memory"), story.most_read(told), len(told.of("save"))
    there = "" if kept is None or kept == saves else f", {kept:,} there now"
    found = [
        (f"Held-out, {unit(key)}", four(held),
         f"best {four(best)}" if best < held else known(f"{low:.4f} to {high:.4f}", low, high)),
        (f"Training, {unit(key)}", four(beside[-1].training) if beside else "-",
         f"gap {four(beside[-1].size)}" if beside else ""),
        ("Training loss", four(float(losses[-1])) if len(losses) else "-", "nats a token, smoothed"),
        ("Tokens", count(value(now, "tokens")), known(f"a source up to {number(epochs, 2)} times", epochs)),
        ("Tokens a second", number(story.median(told, "tokens_per_second")), "median of the run"),
        ("MFU" if kind == "mfu" else "Matmul share", share(used),
         "of the stated peak" if kind == "mfu" else "of the rate measured here"),
        ("Peak memory", size(float(np.nanmax(memory))) if np.isfinite(memory).any() else "-", "of one process"),
        ("Time", duration(value(now, "seconds")), f"{many(saves, 'checkpoint')} saved{there}"),
    ]  # fmt: skip
    return [(name, figure, remark) for name, figure, remark in found if figure != "-"]


def what(told: History, config: Mapping[str, Any], lock: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What this run is: shape, length, pack, tokenizer, seed, schedule, date, version."""
    starts = told.of("start")
    start = starts[-1] if starts else {}
    pack = table(start, "pack")
    steps, rows, context, vocab = (value(start, key) for key in ("steps", "rows", "context", "vocab"))
    documents, tokens = value(pack, "documents"), value(pack, "tokens")
    found = [
        ("Model", _model(start, config)),
        ("Length", known(f"{many(steps, 'step')} of {many(rows, 'window')}: {count(steps * rows * context)} tokens",
                         steps, rows, context)),
        ("Pack", _listed(text(pack, "name") or text(config, "data", "pack"),
                         known(f"{count(documents)} documents, {count(tokens)} tokens", documents, tokens),
                         (text(pack, "fingerprint") or text(lock, "fingerprint"))[:12])),
        ("Tokenizer", _listed(known(f"{vocab:,.0f} tokens", vocab),
                              (text(start, "tokenizer") or text(lock, "tokenizer_sha256"))[:12])),
        ("Optimizer", _optimizer(table(config, "optimizer"))),
        ("Seed", text(start, "seed") or text(config, "seed")),
        ("From", text(lock, "from", "checkpoint") or text(config, "init")
         or ("random weights" if start or config else "")),
        ("Begun", _dates(starts)),
        ("Winnow", f"{text(start, 'winnow')} {text(start, 'commit')}".strip()),
    ]  # fmt: skip
    return [(name, fact) for name, fact in found if fact]


def _listed(*parts: str) -> str:
    """Those that are known, with commas."""
    return ", ".join(filter(None, parts))


def _model(start: Entry, config: Mapping[str, Any]) -> str:
    shape = table(start, "shape") or table(config, "model")
    layers, width, heads = (value(shape, key) for key in ("layers", "width", "heads"))
    parameters, context = value(start, "parameters"), value(start, "context")
    return _listed(
        text(shape, "architecture") or text(start, "objective"),
        known(f"{many(layers, 'layer')} of width {count(width, 4)}", layers, width),
        known(many(heads, "head"), heads),
        known(f"{count(parameters)} parameters", parameters),
        known(f"context {context:,.0f}", context),
    )


def _optimizer(found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    rate, warm, decay = (value(found, key) for key in ("rate", "warmup", "decay"))
    schedule = text(found, "schedule")
    falls = f", decay over the last {share(decay, 0)}" if schedule == "wsd" else ""
    return f"{text(found, 'name')}, rate {number(rate)}, {schedule}, warm-up {share(warm, 0)}{falls}"


def _dates(starts: Sequence[Entry]) -> str:
    named = [f"{date[:16].replace('T', ' ')} UTC" for start in starts if (date := text(start, "date"))]
    more = f"; {len(starts):,} sessions, the last {named[-1]}" if len(starts) > 1 and named else ""
    return f"{named[0]}{more}" if named else ""


def machine(start: Entry) -> list[str]:
    """The machine and how it was used, in sentences."""
    if not start:
        return []
    on = text(start, "machine") or "an unknown machine"
    measured, peak, first = (value(start, key) for key in ("matmul_flops", "peak_flops", "seconds_to_first_step"))
    used = _listed(
        on,
        many(value(start, "threads"), "thread") if start.get("device") == "cpu" else "",
        many(value(start, "ranks"), "process", "processes"),
        f"matrix products in {text(start, 'dtype')}" if start.get("dtype") else "",
        {"yes": "compiled", "no": "not compiled"}.get(text(start, "compile"), ""),
        known(f"{many(value(start, 'micro_rows'), 'window')} a pass", value(start, "micro_rows")),
        f"torch {text(start, 'torch')}" if start.get("torch") else "",
    )
    stated = known(f", where {number(peak)}FLOP/s are stated", peak)
    reached = f"Large matrix products reached {number(measured)}FLOP/s at the start{stated}."
    said = [f"{used}.", known(reached, measured),
            known(f"The first step was done {duration(first)} after the start.", first)]  # fmt: skip
    return [sentence for sentence in said if sentence]


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
        [whole(value(s, "step")), text(s, "reason"), four(value(s, "loss")),
         number(value(s, "gradient_norm"), 4), words.documents(s.get("documents"), 6)]
        for s in skips[-MOST:]
    ]  # fmt: skip


def sources(told: History) -> dict[str, Any]:
    """Heads and rows: source, times read, its bits with their interval, xz where it was measured, what was scored."""
    evaluation, key, epochs = table(told.last("evaluation"), "by_source"), bits_key(told), dict(story.epochs(told))
    beside = next((table(e, "by_source") for e in told.of("evaluation") if "xz_bits_per_byte" in e), {})
    heads = ["source", "times read", f"{unit(key)} (95 % interval)", *(["xz"] if beside else []),
             "documents scored", "bytes scored"]  # fmt: skip
    rows = []
    for name in sorted({*evaluation, *epochs})[:MOST]:
        of = table(evaluation, name)
        xz = [four(value(beside, name, "xz_bits_per_byte"))] if beside else []
        rows.append([name, number(epochs.get(name, math.nan)), words.interval(of, key), *xz,
                     whole(value(of, "documents")), whole(value(of, "bytes"))])  # fmt: skip
    return {"heads": heads, "rows": rows}


def task(entry: Entry) -> str:
    """The newest figure of a task."""
    return f"{words.interval(table(entry, 'accuracy'), figure=share)}, by chance {share(value(entry, 'chance'))}"
