"""What a run took, of run.json: times, processor and memory by stage. It is outside of what a build promises."""

from collections.abc import Callable, Mapping
from typing import Any

from winnow.pipelines.text import clean
from winnow.pipelines.views.tabular import align, measure, pad, percent, shorten
from winnow.pipelines.views.tabular import width as columns

_NAME = 40


def costs(run: Mapping[str, Any] | None, width: int, bar: Callable[[float, float, int], str]) -> list[str]:
    """Lines; none where nothing is known. What is no number is left out: anyone can write that file."""
    if not run:
        return []
    seconds, rate, workers = (_number(run.get(name)) for name in ("seconds", "documents_a_second", "workers"))
    head = [f"{measure(seconds, 3)} s"] if seconds is not None else []
    head += [f"{measure(rate, 3)} documents/s"] if rate else []
    head += [f"{measure(workers)} workers"] if workers else []
    idle = _number(run.get("idle_share"))
    head += [f"{percent(idle)} idle"] if idle is not None and 0 <= idle <= 1 else []
    jobs, cpu, child, peak = (_table(run.get(name)) for name in (
        "jobs", "cpu_seconds_by_stage", "child_cpu_seconds_by_stage", "peak_mib_by_stage"))  # fmt: skip
    lines = ["", "The run (run.json): " + ", ".join(head)]
    if jobs:
        rows = align([[name, f"{measure(value, 3)} s"] for name, value in jobs.items()], "lr", "  ")
        longest, most = max(map(columns, rows)), max(jobs.values())
        lines += [f"{pad(row, longest)}  {bar(value, most, width - longest - 2)}".rstrip()
                  for row, value in zip(rows, jobs.values(), strict=True)]  # fmt: skip
    if stages := [*dict.fromkeys([*cpu, *peak])]:
        units = ((cpu, "s"), (child, "s"), (peak, "MiB"))
        table = [["stage", "processor", "of children", "peak memory"]]
        table += [[name, *(_told(of.get(name), unit) for of, unit in units)] for name in stages]
        lines += ["", *align(table, "lrrr", "  ")]
    return lines


def _told(value: float | None, unit: str) -> str:
    return "" if value is None else f"{measure(value, 3)} {unit}"


def _number(value: object) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if known else None  # type: ignore[arg-type]


def _table(value: object) -> dict[str, float]:
    """Name -> number of what is one."""
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {shorten(clean(str(name)), _NAME): of for name, each in pairs if (of := _number(each)) is not None}
