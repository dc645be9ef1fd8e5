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

from winnow.trainer.aside import whole, write_json
from winnow.trainer.errors import BadCall, printable, shown
from winnow.trainer.figures import count, duration, number
from winnow.trainer.report import facts, metrics, page, story, words
from winnow.trainer.report.data import PLACES, Told, curves, open_run
from winnow.trainer.report.history import Entry, Numbers, bits_key, newest, text, value
from winnow.trainer.report.series import POINTS, at

ALONG: Mapping[str, Callable[[float], str]] = {
    "step": lambda v: f"{v:,.0f} steps", "tokens": lambda v: f"{count(v)} tokens",
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
    tables, differs = [final(told), *equal(told)], differences(told)
    heard = warnings(told)
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
    with whole(output) as file:
        file.write(page.render(data).encode("utf-8", "replace"))
    say(f"\n{output} shows them")
    if json is not None:
        write_json(json, {"runs": names, "tables": data["tables"], "differences": data["differences"]})


def opened(runs: Sequence[Path]) -> list[Told]:
    """The runs under names that tell them apart."""
    if len(runs) < 2:
        raise BadCall("one run has nothing to be compared with: name two or more")
    for run in runs:
        if not (run / metrics.FILE).is_file():
            raise BadCall(f"{run} is no run: it has no {metrics.FILE}; name folders that winnow train made")
    if len({run.resolve() for run in runs}) < len(runs):
        raise BadCall("a run is named twice")
    paths = [run.resolve().parts for run in runs]
    tail = next(n for n in range(1, max(map(len, paths)) + 1) if len({path[-n:] for path in paths}) == len(paths))
    told = [replace(open_run(run), name="/".join(path[-tail:])) for run, path in zip(runs, paths, strict=True)]
    for path, one in zip(runs, told, strict=True):
        if not one.history.last("start"):
            raise BadCall(f"{path}: {metrics.FILE} has no start line, the run has not begun")
    return told


def final(runs: Sequence[Told]) -> Table:
    """How each ended, or stands."""
    by_run = [{name: _both(name, figure, remark) for name, figure, remark in facts.tiles(run.history)} for run in runs]
    names = list(dict.fromkeys(name for tiles in by_run for name in tiles))
    rows = [["Parameters", *(count(value(run.history.last("start"), "parameters")) for run in runs)],
            ["Steps", *(facts.whole(value(newest(run.history), "step")) for run in runs)],
            *([name, *(tiles.get(name, "-") for tiles in by_run)] for name in names)]  # fmt: skip
    return Table("As they stand", ["", *(run.name for run in runs)], rows)


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
    held = [_evaluated(run, along, place) for run in runs]
    rows = [
        ["Held-out", *(words.interval(entry, bits_key(run.history)) for run, entry in zip(runs, held, strict=True))],
        ["measured at step", *(facts.whole(value(entry, "step")) for entry in held)],
        *(
            [name, *(_four(at(_places(run, along), story.smoothed(run.history, column or bits_key(run.history)), place))
                     for run in runs)]
            for name, column in (("Training", ""), ("Training loss", "loss"))
        ),
        *(
            [name, *(figure(at(_places(run, along), run.history.steps(key), place)) for run in runs)]
            for name, key, figure in (("Step", "step", facts.whole), ("Tokens", "tokens", count),
                                      ("Time", "seconds", duration))
        ),
    ]  # fmt: skip
    note = "Held-out: the last evaluation up to there. Training: smoothed, at that very point."
    return Table(f"After {ALONG[along](place)}, the most that all have", ["", *(run.name for run in runs)], rows, note)


def _places(run: Told, along: str) -> Numbers:
    """Of the step lines."""
    if along == "FLOPs":
        return run.history.steps("tokens") * value(run.history.last("start"), "flops_per_token")
    return run.history.steps(along)


def _evaluated(run: Told, along: str, place: float) -> Entry:
    """The last evaluation of a step that was done by then; how long evaluating takes does not count against a run."""
    steps, places = run.history.steps("step"), _places(run, along)
    done = [e for e in run.history.of("evaluation") if at(steps, places, value(e, "step")) <= place * (1 + 1e-9)]
    return done[-1] if done else {}


def differences(runs: Sequence[Told]) -> Table:
    """Settings, and what the start lines say of pack, tokenizer, machine and version, where not all are alike."""
    known = [_flat(facts.settings(run.config)) | _surroundings(run) for run in runs]
    names = list(dict.fromkeys(name for settings in known for name in settings))
    rows = [[name, *(settings.get(name, "-") for settings in known)] for name in names]
    differing = [row for row in rows if len(set(row[1:])) > 1]
    return Table("What differs in their configurations", ["setting", *(run.name for run in runs)], differing)


def _surroundings(run: Told) -> dict[str, str]:
    start, lock = run.history.last("start"), run.lock
    named = {
        "pack": text(lock, "fingerprint")[:12],
        "tokenizer": text(lock, "tokenizer_sha256")[:12],
        "from": text(lock, "from", "checkpoint"),
        "machine": text(start, "machine"),
        "processes": facts.whole(value(start, "ranks")),
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

    def several(of: Callable[[Told], Any]) -> bool:
        return len({of(run) for run in runs}) > 1

    found = []
    if several(lambda run: text(run.lock, "fingerprint")):
        found.append("Their packs differ, so that held-out documents may: winnow eval sets each on the same texts.")
    if several(lambda run: text(run.lock, "tokenizer_sha256")):
        found.append(
            "Their tokenizers differ: a loss is nats a token, and of one tokenizer; bits per byte are of none."
        )
    if several(lambda run: bits_key(run.history)):
        found.append("Encoders and decoders are measured in different units.")
    if several(lambda run: text(run.history.last("start"), "machine")):
        found.append("They ran on different machines, which equal time compares too.")
    return found


def _both(name: str, figure: str, remark: str) -> str:
    """A figure with its interval, which is what stands beside held-out text unless it was better once."""
    return f"{figure} ({remark})" if name.startswith("Held-out") and remark else figure


def _four(found: float) -> str:
    return f"{found:.4f}" if found == found else "-"


def _cut(text: str) -> str:
    """Without its middle, where it is long."""
    half = (WIDEST - 1) // 2 if cell_len(text) == len(text) else (WIDEST - 1) // 4
    return text if cell_len(text) <= WIDEST else f"{text[:half]}…{text[-half:]}"
