"""`winnow compare`: several runs side by side, as tables in the terminal and as one page that needs nothing else.

Final figures with their intervals; the same at the last step, token, amount of compute and second that all of them
have; what differs in their configurations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.cells import cell_len

from winnow.trainer.aside import write_json
from winnow.trainer.errors import BadCall, printable, shown
from winnow.trainer.figures import count, duration, many, number
from winnow.trainer.report import facts, page, story, words
from winnow.trainer.report.data import PLACES, Told, curves, open_run
from winnow.trainer.report.history import METRICS, Entry, History, Numbers, bits_key, newest, text, value
from winnow.trainer.report.series import POINTS, at

ALONG: Mapping[str, Callable[[float], str]] = {
    "step": lambda v: many(v, "step"), "tokens": lambda v: f"{count(v)} tokens",
    "FLOPs": lambda v: f"{number(v)}FLOPs", "seconds": duration,
}  # fmt: skip
"""What runs are made equal in, and its words."""
DRAWN = (*PLACES, "rate", "tokens_per_second")
"""Columns of each run's step lines on the page, beside the smoothed ones."""
DEEPEST = 4
WIDEST = 34
"""Columns of the terminal that a cell takes at most."""


@dataclass(frozen=True)
class Table:
    """A figure a row, a run a column."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    note: str = ""

    def lines(self) -> list[str]:
        """For the terminal."""
        cells = [[_cut(printable(cell)) for cell in row] for row in [self.heads, *self.rows]]
        wide = [max(cell_len(row[i]) for row in cells) for i in range(len(self.heads))]
        told = [
            "  ".join(cell + " " * (wide[i] - cell_len(cell)) for i, cell in enumerate(row)).rstrip() for row in cells
        ]
        return ["", self.title, *told, *([self.note] if self.note else [])]


def compare(runs: Sequence[Path], output: Path, say: Callable[[str], None], json: Path | None = None) -> None:
    """Write the page to `output` and say the tables. BadCall where there are less than two runs, or one is none."""
    told = opened(runs)
    tables, differs, heard = [final(told), *equal(told)], differences(told), warnings(told)
    for warning in heard:
        say(warning)
    for each in [*tables, *([differs] if differs.rows else [])]:
        say("\n".join(each.lines()))
    names = [run.name for run in told]
    data = {
        "kind": "comparison",
        "title": " and ".join(names) if len(names) == 2 else f"{len(names)} runs: {', '.join(names)}",
        "story": [f"{run.name}: {' '.join(story.state(run.history))}" for run in told],
        "warnings": heard,
        "tables": [asdict(each) for each in tables],
        "differences": asdict(differs),
        "runs": [{"name": run.name, **curves(run, DRAWN, max(60, POINTS // len(told)))} for run in told],
    }
    page.write(output, data)
    say(f"\n{output} shows them")
    if json is not None:
        write_json(json, {"runs": names, "tables": data["tables"], "differences": data["differences"]})


def opened(runs: Sequence[Path]) -> list[Told]:
    """The runs under names that tell them apart."""
    if len(runs) < 2:
        raise BadCall("one run has nothing to be compared with: name two or more")
    for run in runs:
        if not (run / METRICS).is_file():
            raise BadCall(f"{run} is no run: it has no {METRICS}; name folders that winnow train made")
    if len({run.resolve() for run in runs}) < len(runs):
        raise BadCall("a run is named twice")
    paths = [run.resolve().parts for run in runs]
    tail = next(n for n in range(1, max(map(len, paths)) + 1) if len({path[-n:] for path in paths}) == len(paths))
    told = [replace(open_run(run), name="/".join(path[-tail:])) for run, path in zip(runs, paths, strict=True)]
    for path, one in zip(runs, told, strict=True):
        if not one.history.last("start"):
            raise BadCall(f"{path}: {METRICS} has no start line, the run has not begun")
    return told


def _table(title: str, head: str, runs: Sequence[Told], columns: Sequence[Mapping[str, str]], note: str = "") -> Table:
    """columns: of each run its figures by name, not all of which every run has."""
    names = dict.fromkeys(name for column in columns for name in column)
    rows = [[name, *(column.get(name, "-") for column in columns)] for name in names]
    return Table(title, [head, *(run.name for run in runs)], rows, note)


def final(runs: Sequence[Told]) -> Table:
    """How each ended, or stands."""
    return _table("As they stand", "", runs, [_final(run) for run in runs])


def _final(run: Told) -> dict[str, str]:
    """A figure has its interval, which is what stands beside held-out text unless that was better once."""
    told = run.history
    tiles = {name: f"{figure} ({remark})" if name.startswith("Held-out") and remark else figure
             for name, figure, remark in facts.tiles(told, run.kept)}  # fmt: skip
    parameters, steps = value(told.last("start"), "parameters"), value(newest(told), "step")
    return {"Parameters": count(parameters), "Steps": words.whole(steps), **tiles}


def equal(runs: Sequence[Told]) -> list[Table]:
    """At the last point that all have, along steps and time, and along tokens and FLOPs where steps are unlike."""
    starts = [run.history.last("start") for run in runs]
    along = ["step", "seconds"]
    if len({(value(start, "rows"), value(start, "context")) for start in starts}) > 1:
        along.insert(1, "tokens")
    if len({value(start, "flops_per_token") for start in starts}) > 1:
        along.insert(-1, "FLOPs")
    return [made for name in along if (made := _equal(runs, name)) is not None]


def _equal(runs: Sequence[Told], along: str) -> Table | None:
    ends = [_places(run, along) for run in runs]
    if not all(np.isfinite(places).any() for places in ends):
        return None
    place = min(float(np.nanmax(places)) for places in ends)
    means = _shared([_places(run, along, story.middles) for run in runs])
    note = ("Held-out: the last evaluation up to there. Training: smoothed, at the middle of a line of metrics.jsonl, "
            f"after {ALONG[along](means)}.")  # fmt: skip
    title = f"After {ALONG[along](place)}, the most that all have"
    return _table(title, "", runs, [_column(run, along, place, means) for run in runs], note)


def _shared(middles: Sequence[Numbers]) -> float:
    """Where means are set beside each other: at one of the shortest run's last two if the others have the same, for a
    loss that falls fast lies below what is interpolated."""
    known = [np.unique(of[np.isfinite(of)]) for of in middles]
    shortest = min(known, key=lambda of: float(of[-1]))
    same = [float(middle) for middle in shortest[-2:] if all(middle in of for of in known)]
    return max(same, default=float(shortest[-1]))


def _column(run: Told, along: str, place: float, means: float) -> dict[str, str]:
    """A run's figures at a place, those of training at that of a mean; how long evaluating takes does not count
    against it."""
    history, key, places = run.history, bits_key(run.history), _places(run, along)
    middles = _places(run, along, story.middles)

    def there(column: Numbers) -> float:
        return at(places, column, place)

    def done(evaluation: Entry) -> bool:
        return at(history.steps("step"), places, value(evaluation, "step")) <= place * (1 + 1e-9)

    evaluation = next(filter(done, reversed(history.of("evaluation"))), {})
    return {
        "Held-out": words.interval(evaluation, key),
        "measured at step": words.whole(value(evaluation, "step")),
        "Training": words.four(at(middles, story.smoothed(history, key), means)),
        "Training loss": words.four(at(middles, story.smoothed(history, "loss"), means)),
        "Step": words.whole(there(history.steps("step"))),
        "Tokens": count(there(history.steps("tokens"))),
        "Time": duration(there(history.steps("seconds"))),
    }


def _places(run: Told, along: str, of: Callable[[History, str], Numbers] = History.steps) -> Numbers:
    """Of the step lines, where each ends, or `of` it."""
    if along == "FLOPs":
        return of(run.history, "tokens") * value(run.history.last("start"), "flops_per_token")
    return of(run.history, along)


def differences(runs: Sequence[Told]) -> Table:
    """Settings, and what the start lines say of pack, tokenizer, machine and version, where not all are alike."""
    known = [_flat(facts.settings(run.config)) | _surroundings(run) for run in runs]
    found = _table("What differs in their configurations", "setting", runs, known)
    return replace(found, rows=[row for row in found.rows if len(set(row[1:])) > 1])


def _surroundings(run: Told) -> dict[str, str]:
    start, lock = run.history.last("start"), run.lock
    named = {
        "pack": text(lock, "fingerprint")[:12],
        "tokenizer": text(lock, "tokenizer_sha256")[:12],
        "from": text(lock, "from", "checkpoint"),
        "machine": text(start, "machine"),
        "processes": words.whole(value(start, "ranks")),
        "torch": text(start, "torch"),
        "winnow": text(start, "commit") or text(start, "winnow"),
    }
    return {name: said or "-" for name, said in named.items()}


def _flat(settings: Mapping[str, Any], above: str = "", depth: int = 0) -> dict[str, str]:
    """run.tokens and the like; what is nested deeper than any setting stays together."""
    found: dict[str, str] = {}
    for name, of in settings.items():
        if isinstance(of, Mapping) and depth < DEEPEST:
            found |= _flat(of, f"{above}{name}.", depth + 1)
        else:
            found[f"{above}{name}"] = of if isinstance(of, str) else shown(of, 200)
    return found


def warnings(runs: Sequence[Told]) -> list[str]:
    """Why some of their figures are not to be compared."""
    alike: list[tuple[Callable[[Told], str], str]] = [
        (lambda run: text(run.lock, "fingerprint"),
         "Their packs differ, so that held-out documents may: winnow eval sets each on the same texts."),
        (lambda run: text(run.lock, "tokenizer_sha256"),
         "Their tokenizers differ: a loss is nats a token, and of one tokenizer; bits per byte are of none."),
        (lambda run: bits_key(run.history), "Encoders and decoders are measured in different units."),
        (lambda run: text(run.history.last("start"), "machine"),
         "They ran on different machines, which equal time compares too."),
    ]  # fmt: skip
    return [warning for of, warning in alike if len(set(map(of, runs))) > 1]


def _cut(text: str) -> str:
    """Without its middle, where it is long."""
    half = (WIDEST - 1) // 2 if cell_len(text) == len(text) else (WIDEST - 1) // 4
    return text if cell_len(text) <= WIDEST else f"{text[:half]}…{text[-half:]}"
