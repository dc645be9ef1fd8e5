"""The parts of run.html that are told in words and tables: time, skipped steps, sources, machine."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from winnow.trainer.figures import number
from winnow.trainer.optim.scaling import EPOCHS_AS_GOOD
from winnow.trainer.report import page
from winnow.trainer.report.charts import bar
from winnow.trainer.report.history import Entry, History, bits_key, column, finite_or, newest, table, value, words


def time_spent(told: History) -> str:
    """Where the run's seconds went: what is not measured by itself is told as the rest."""
    steps = told.of("step")
    tokens = column(steps, "tokens")
    worked = [
        finite_or((now - before) / speed, 0.0) if speed else 0.0
        for now, before, speed in zip(tokens, [0.0, *tokens], column(steps, "tokens_per_second"), strict=False)
    ]
    part = {
        key: math.fsum(w * finite_or(v, 0.0) for w, v in zip(worked, column(steps, key), strict=True))
        for key in ("wait", "optimizer")
    }
    taken = {
        kind: math.fsum(finite_or(v, 0.0) for v in column(told.of(kind), "seconds_taken"))
        for kind in ("evaluation", "save")
    }
    passes = math.fsum(worked) - math.fsum(part.values())
    rest = value(newest(told), "seconds") - math.fsum(worked) - math.fsum(taken.values())
    names = ("forward and backward", "optimizer", "waiting for data", "evaluation", "saving", "start, compiling, rest")
    amounts = (passes, part["optimizer"], part["wait"], taken["evaluation"], taken["save"], rest)
    return bar("Where the time went", zip(names, amounts, strict=True))


def skipped(skips: Sequence[Entry]) -> str:
    if not skips:
        return '<p class="quiet">No step was skipped.</p>'
    rows = [
        [f"{value(s, 'step'):,.0f}", str(s.get("reason", "")), number(value(s, "loss"), 4),
         number(value(s, "gradient_norm"), 4), _documents(s.get("documents"))]
        for s in skips
    ]  # fmt: skip
    heads = ["step", "reason", "loss", "gradient norm", "its documents"]
    return f'<h2>Skipped steps</h2><div class="card">{page.table(heads, rows, frozenset({1, 4}))}</div>'


def _documents(found: Any) -> str:
    names = [str(name) for name in found] if isinstance(found, list | tuple) else []
    more = f" and {len(names) - 20:,} more" if len(names) > 20 else ""
    return ", ".join(names[:20]) + more


def sources(told: History) -> str:
    evaluation, steps = table(told.last("evaluation"), "by_source"), told.of("step")
    epochs = table(steps[-1], "epochs") if steps else {}
    names = sorted({*evaluation, *epochs})
    if not names:
        return '<p class="quiet">Nothing recorded yet.</p>'
    rows, past, key = [], [], bits_key(told)
    for name in names:
        passes, of = value(epochs, name), table(evaluation, name)
        past += [name] if passes > EPOCHS_AS_GOOD else []
        rows.append(
            [name, number(passes, 3), _interval(of, key), *(number(value(of, k)) for k in ("documents", "bytes"))]
        )
    heads = ["source", "epochs", f"{words(key)} (95 % interval)", "documents scored", "bytes scored"]
    warning = f'<p class="warn">Read more than four times: {escape(", ".join(past))}. Repeated tokens are worth less ' \
              "and less (Muennighoff et al. 2023); winnow plan says how much.</p>" if past else ""  # fmt: skip
    return f'<div class="card">{page.table(heads, rows)}</div>{warning}'


def _interval(of: Mapping[str, Any], key: str) -> str:
    middle, low, high = (value(of, k) for k in (key, "low", "high"))
    return f"{middle:.4f} ({low:.4f} to {high:.4f})" if math.isfinite(middle + low + high) else number(middle, 4)


def machine(start: Entry) -> str:
    known = [(words(key), _said(start[key])) for key in start if key not in ("kind", "step", "tokens", "seconds")]
    return page.facts(known) if known else '<p class="quiet">Nothing recorded yet.</p>'


def _said(found: Any) -> str:
    if isinstance(found, float) or (isinstance(found, int) and abs(found) >= 100_000):
        return number(float(found), 4)
    if isinstance(found, Mapping):
        return ", ".join(f"{key}: {_said(part)}" for key, part in found.items())
    return "-" if found is None else str(found)
