"""What web.py found, as text."""

from collections.abc import Iterator
from typing import Any

LEAST_RATIO, MOST_REST, MOST_ENGINE = 5, 9, 1.15
"""datatrove : the recommended recipe; what is not extraction in its build, ms a page; build : loop."""
Report = dict[str, Any]


def lines(report: Report) -> list[str]:
    """The report, line by line."""
    pages = report["pages"]
    found = [f"{pages} pages; {report['machine']['cpus']} x {report['machine']['processor']}", ""]
    found += [f"{'CPU':46}{'seconds':>9}{'ms a page':>11}"]
    found += [f"{name:46}{cpu:9.1f}{1000 * cpu / pages:11.2f}" for name, cpu in _costs(report)]
    speeds = {name: report[name]["speed"] for name in ("datatrove", "loop") if name in report}
    speeds |= {name: build["speed"] for name, build in report["builds"].items()}
    said = ", ".join(f"{name} {speed:.2f}" for name, speed in speeds.items())
    found += ["", f"CPU seconds of the same small work beside each, equal on a quiet machine: {said}", ""]
    found += [*_ratios(report), ""]
    for name, title in (("verdicts", "each with its own extraction"), ("same_texts", "on the texts Winnow extracted")):
        if name in report:
            found += _differences(title, report[name])
    return found


def _costs(report: Report) -> Iterator[tuple[str, float]]:
    if "datatrove" in report:
        yield "datatrove", report["datatrove"]["cpu"]
    for number, (name, build) in enumerate(report["builds"].items()):
        yield f"Winnow, {name}", build["total"]
        yield "  extraction, in the sandbox's child", build["extract"]
        yield "  rest", build["rest"]
        if not number:  # the recipe that the rest is said of
            for stage, cpu in build["stages"].items():
                yield f"    {stage}", cpu
            yield "    start, driver, engine", build["outside"]
    loop = report["loop"]
    yield "the first build's functions in a plain loop", loop["total"]
    yield "  extraction, in the sandbox's child", loop["sandboxes"]
    for stage, cpu in loop["stages"].items():
        yield f"  {stage}", cpu
    for step, cpu in loop["steps"].items():
        yield f"    of which step {step}", cpu
    if "direct" in report:
        yield "the loop without the sandbox", report["direct"]["total"]


def _ratios(report: Report) -> list[str]:
    name, build = next(iter(report["builds"].items()))
    rows: list[tuple[str, float, str]] = []
    for each, costs in report["builds"].items() if "datatrove" in report else ():
        goal = f">= {LEAST_RATIO}" if each == name else "stated"
        rows.append((f"datatrove : {each}, CPU", report["datatrove"]["cpu"] / costs["total"], goal))
    rows.append((f"rest of {name}, ms a page", 1000 * build["rest"] / report["pages"], f"<= {MOST_REST}"))
    rows.append((f"build : loop, {name}, CPU", build["total"] / report["loop"]["total"], f"<= {MOST_ENGINE}"))
    rows.append(("idle share of the worker", build["idle_share"], "stated"))
    said = [f"{row:46}{value:9.2f}   {goal}" for row, value, goal in rows]
    kept = [f"{each} {costs['kept']}" for each, costs in report["builds"].items()]
    kept += [f"datatrove {report['datatrove']['kept']}"] if "datatrove" in report else []
    lost = [f"{each} {costs['lost'] or 0}" for each, costs in report["builds"].items()]
    said += [f"kept: {', '.join(kept)}", f"pages lost to a limit of time or memory or a crash: {', '.join(lost)}"]
    if "datatrove" in report:
        ends = ("timeout", "clean_error", "broken_process", "dropped")
        said.append(
            f"pages that datatrove's extraction ended: { {end: report['datatrove'].get(end, 0) for end in ends} }"
        )
    return said


def _differences(title: str, verdicts: Report) -> list[str]:
    same, pages = verdicts["same"], verdicts["pages"]
    found = [f"same verdict, {title}: {same} of {pages} ({verdicts['share']:.2%})"]
    found += [f"{count:6}  {our:50} {their}" for our, their, count in verdicts["differ"]]
    return [*found, ""]
