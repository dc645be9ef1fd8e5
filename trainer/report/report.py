"""RUN/run.html: how a run went, on one page that needs nothing but itself.

Headline figures; loss and bits per byte; speed against the stated and the measured peak; learning rate and gradient
norm; where the time went; skipped steps with their documents; sources with their epochs; machine and configuration.
"""

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from winnow.trainer.aside import whole
from winnow.trainer.figures import count, duration, number, share, size, smooth
from winnow.trainer.report import history, metrics, page
from winnow.trainer.report.charts import Level, Line, chart
from winnow.trainer.report.history import Entry, History, bits_key, column, finite_or, newest, table, value, words
from winnow.trainer.report.tables import machine, skipped, sources, time_spent
from winnow.trainer.run import run_folder

FILE = "run.html"
_SOURCES_DRAWN = 6
"""Of more sources than these, the lines are those of which the most bytes were scored; the table has all."""


def write(run: Path) -> Path:
    """Draw RUN/run.html from RUN/metrics.jsonl and RUN/config.lock.toml, as far as they are there; gives its path."""
    told = history.read(run / metrics.FILE)
    lock = run / run_folder.CONFIG
    config = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    path = run / FILE
    with whole(path) as file:
        file.write(render(run.resolve().name, told, config).encode("utf-8", "replace"))
    return path


def render(name: str, told: History, config: str) -> str:
    """The page of a run called `name`; `config` is the text of its config.lock.toml."""
    steps = told.of("step")
    body = [
        f'<p class="quiet">winnow train</p><h1>{escape(name)}</h1><p>{escape(_state(told))}</p>',
        page.tiles(_headline(told)),
        f'<div class="grid2">{_loss(steps)}{_bits(told)}</div>',
        "<h2>Speed</h2>",
        f'<div class="grid2">{_throughput(steps)}{_peak(told)}</div><div class="below">{time_spent(told)}</div>',
        "<h2>Steps</h2>",
        f'<div class="grid2">{_line(steps, "rate", "Learning rate", "rate")}'
        f"{_line(steps, 'gradient_norm', 'Gradient norm, before clipping', 'norm')}</div>",
        skipped(told.of("skip")),
        "<h2>Sources</h2>",
        sources(told),
        "<h2>Machine and configuration</h2>",
        machine(told.last("start")),
        f'<details class="card"><summary>config.lock.toml</summary><pre>{escape(config)}</pre></details>'
        if config
        else "",
        f'<p class="quiet">{told.unreadable} lines of metrics.jsonl could not be read.</p>' if told.unreadable else "",
    ]
    return page.page(f"{name}: a training run", "\n".join(part for part in body if part))


def _state(told: History) -> str:
    start, at = told.last("start"), newest(told)
    if not start:
        return "Nothing recorded yet."
    total = value(start, "steps")
    of = f" of {total:,.0f}" if math.isfinite(total) else ""
    last = next((entry for entry in reversed(told.entries) if entry.get("kind") in ("start", "end")), {})
    state = {"done": "finished", "stopped": "stopped before its end"}.get(str(last.get("reason")), "under way")
    return f"{count(value(start, 'parameters'))} parameters, step {finite_or(value(at, 'step'), 0):,.0f}{of}, {state}."


def _headline(told: History) -> list[tuple[str, str, str]]:
    steps, evaluation = told.of("step"), told.last("evaluation")
    tokens, speeds = value(newest(told), "tokens"), [v for v in column(steps, "tokens_per_second") if math.isfinite(v)]
    last = smooth(column(steps, "loss"))
    key = bits_key(told)
    best = min((v for v in column(told.of("evaluation"), key) if math.isfinite(v)), default=math.nan)
    now = value(evaluation, key)
    remark = f"best {number(best, 4)}" if best < now else "held-out documents"
    figures = [
        (words(key).capitalize(), number(now, 4), remark),
        ("Training loss", number(last[-1] if last else math.nan, 4), "nats a token, smoothed"),
        ("Tokens", count(tokens), _epochs_remark(steps)),
        ("Tokens a second", number(_median(speeds)), "median of the run"),
    ]
    mfu = [v for v in column(steps, "mfu") if math.isfinite(v)]
    if mfu:
        figures.append(("MFU", share(_median(mfu)), "of the stated peak"))
    else:
        measured = _of_matmul(told, _median(speeds))
        figures.append(("Matmul share", share(measured), "of the rate measured here"))
    memory = max((v for v in column(steps, "memory") if math.isfinite(v)), default=math.nan)
    if math.isfinite(memory):
        figures.append(("Peak memory", size(memory), "of one process"))
    figures.append(("Time", duration(value(newest(told), "seconds")), f"{len(told.of('save'))} checkpoints saved"))
    return figures


def _epochs_remark(steps: Sequence[Entry]) -> str:
    epochs = [v for v in table(steps[-1], "epochs").values() if isinstance(v, int | float)] if steps else []
    return f"up to {number(max(epochs), 2)} epochs of a source" if epochs else ""


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else math.nan


def _of_matmul(told: History, speed: float) -> float:
    start = told.last("start")
    able = value(start, "matmul_flops")
    return speed * _flops(start) / able if able else math.nan


def _flops(start: Entry) -> float:
    """Of a token, on each of the run's devices."""
    return value(start, "flops_per_token") / max(1.0, finite_or(value(start, "ranks"), 1.0))


def _loss(steps: Sequence[Entry]) -> str:
    tokens, losses = column(steps, "tokens"), column(steps, "loss")
    means = smooth(losses)
    # The first steps fall from ln(vocabulary); with them on the axis all that follows would be a flat line.
    begun = [v for v in means[len(means) // 12 :] if math.isfinite(v)]
    top = max(begun) + 0.15 * (max(begun) - min(begun)) if begun else None
    lines = [Line("smoothed", tokens, means, 0), Line("as recorded", tokens, losses, 0, faint=True)]
    return chart("Training loss", lines, x_label="tokens", y_label="nats a token", top=top)


def _bits(told: History) -> str:
    evaluations, steps, key = told.of("evaluation"), told.of("step"), bits_key(told)
    tokens = column(evaluations, "tokens")

    def line(name: str, colour: int, *of: str) -> Line:
        low, high = (column(evaluations, *of, end) for end in ("low", "high"))
        return Line(name, tokens, column(evaluations, *of, key), colour, low=low, high=high)

    total = line("all", 0)
    lines = [line(source, min(i + 2, 7), "by_source", source) for i, source in enumerate(_largest(evaluations))]
    training = smooth(column(steps, key))
    lines.append(Line("training, smoothed", column(steps, "tokens"), training, 8))
    later = [v for v in [*total.y[len(total.y) // 5 :], *training[len(training) // 5 :]] if math.isfinite(v)]
    drawn = lines if len(lines) == 2 else [total, *lines]  # one source and training: the source is the total
    return chart(f"Held-out documents, {words(key)}", drawn, x_label="tokens", y_label=words(key),
                 top=1.25 * max(later) if later else None, note="Bands: 95 % intervals over documents.")  # fmt: skip


def _largest(evaluations: Sequence[Entry]) -> list[str]:
    sources = table(evaluations[-1], "by_source") if evaluations else {}
    return sorted(sources, key=lambda s: (-finite_or(value(sources[s], "bytes"), 0.0), s))[:_SOURCES_DRAWN]


def _throughput(steps: Sequence[Entry]) -> str:
    line = Line("tokens a second", column(steps, "tokens"), column(steps, "tokens_per_second"), 0)
    return chart("Throughput", [line], x_label="tokens", y_label="tokens a second", from_zero=True)


def _peak(told: History) -> str:
    """Achieved FLOP/s beside what the maker states and what was measured in this run."""
    steps, start = told.of("step"), told.last("start")
    achieved = [v * _flops(start) for v in column(steps, "tokens_per_second")]
    known = {"stated peak": value(start, "peak_flops"), "measured matmul": value(start, "matmul_flops")}
    limits = {name: flops for name, flops in known.items() if math.isfinite(flops)}
    scale, unit = (1e12, "TFLOP/s") if max(limits.values(), default=0.0) >= 1e12 else (1e9, "GFLOP/s")
    levels = [Level(f"{name}, {number(flops / scale)} {unit}", flops / scale) for name, flops in limits.items()]
    line = Line("achieved on a device", column(steps, "tokens"), [flops / scale for flops in achieved], 0)
    return chart("Share of the machine", [line], x_label="tokens", y_label=unit, levels=levels, from_zero=True)


def _line(steps: Sequence[Entry], key: str, title: str, y_label: str) -> str:
    values = column(steps, key)
    finite = sorted(v for v in values if math.isfinite(v))
    top = 3 * finite[len(finite) * 98 // 100] if finite and key == "gradient_norm" else None
    lines = [Line(title.split(",")[0].lower(), column(steps, "tokens"), values, 0)]
    return chart(title, lines, x_label="tokens", y_label=y_label, top=top, from_zero=True)
