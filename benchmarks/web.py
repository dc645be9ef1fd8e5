"""Winnow's recipe `fineweb` beside datatrove's FineWeb steps: the same WARC pages in one run, CPU and verdicts.

One after the other, each with all the processes that it starts: datatrove (one worker), `winnow build fineweb`, and the
functions of that build in a plain loop. Both tools lie in environments of their own, made under --work on the first
run, Winnow without the extras of its developers. Then datatrove's filters judge the texts that Winnow extracted, which
tells the rules' differences from the extractors'. CPU seconds, not wall time, so that other work on the machine matters
little; compare them within one run only. Linux.

    python -m benchmarks.web --input 'crawl/*.warc.gz' --work DIR

same verdict   both keep a page or both drop it, whatever the reason; pages are matched by file and URL
engine cost    CPU of the build divided by that of the plain loop
rest           everything that is not extraction: start, reading, rules, deduplication, writing, engine
"""

import argparse
import dataclasses
import glob
import json
import shutil
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import web_winnow
from benchmarks.spent import CommandFailed, run
from benchmarks.web_peer import NO_TEXT, Page, Peer
from winnow.pipelines.annotators.models import MODELS, cached_model

LEAST_RATIO, MOST_REST, MOST_ENGINE = 2.2, 0.35, 1.15
LOOP = Path(__file__).with_name("web_loop.py")
Report = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", action="append", required=True, metavar="PATTERN", help="may be repeated")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="environment, outputs and logs")
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="of Winnow's build; datatrove has one (default: %(default)s)",
    )
    parser.add_argument("--skip-datatrove", action="store_true", help="Winnow alone")
    parser.add_argument("--keep-datatrove", action="store_true", help="take its last run in DIR: no new figures of CPU")
    parser.add_argument("--direct", action="store_true", help="the plain loop once more, without the sandbox")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args()
    try:
        report = measured(given)
    except CommandFailed as error:
        print(f"web.py: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines(report)))
    if given.json:
        given.json.write_text(f"{json.dumps(report, indent=1, ensure_ascii=False)}\n")
    return 0


def measured(given: argparse.Namespace) -> Report:
    work: Path = given.work.resolve()
    report: Report = {"machine": _machine()}
    model = cached_model("lid.176.ftz", MODELS["lid.176.ftz"].sha256)
    peer = Peer(work, model)
    if not given.skip_datatrove:
        peer.install()
        report["datatrove"] = _datatrove(peer, given)
    python = web_winnow.install(work)
    report["winnow"] = _winnow(python, work, given)
    report["loop"] = _loop(python, work, given, "loop")
    if given.direct:
        report["direct"] = _loop(python, work, given, "direct", "--direct")
    ours = web_winnow.ends(work / "winnow")
    report["pages"] = len(ours)
    report["winnow"] |= {"kept": _kept(ours), "lost": dict(web_winnow.lost(ours))}
    if not given.skip_datatrove:
        theirs = peer.ends()
        report["datatrove"] |= {"kept": _kept(theirs), **peer.extraction()}
        report["verdicts"] = compared(ours, theirs)
        report["same_texts"] = _same_texts(peer, work)
    return report


def _machine() -> Report:
    """The processor as the kernel names it."""
    about = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":")[1].strip() for line in about if line.startswith("model name")]
    return {"processor": names[0] if names else "", "cpus": len(names)}


def _datatrove(peer: Peer, given: argparse.Namespace) -> Report:
    figures = peer.work / "datatrove.json"
    if not given.keep_datatrove:
        files = sorted({Path(path).resolve() for pattern in given.input for path in glob.glob(pattern)})
        figures.write_text(json.dumps(dataclasses.asdict(peer.build(files))))
    found: Report = json.loads(figures.read_text())
    return found


def _winnow(python: Path, work: Path, given: argparse.Namespace) -> Report:
    output = work / "winnow"
    shutil.rmtree(output, ignore_errors=True)
    command: list[str | Path] = [python.with_name("winnow"), "build", "fineweb", "--quiet", "--output", output]
    command += ["--workers", str(given.workers), *_inputs(given)]
    spent = run(command, work / "logs" / "winnow.txt")
    costs = web_winnow.costs(output, spent.cpu)
    return {**dataclasses.asdict(costs), "speed": spent.speed, "rest": costs.rest, "outside": costs.outside}


def _loop(python: Path, work: Path, given: argparse.Namespace, name: str, *options: str) -> Report:
    log = work / "logs" / f"{name}.txt"
    spent = run([python, LOOP, "--output", work / name, *_inputs(given), *options], log)
    return {"total": spent.cpu, "speed": spent.speed, "stages": json.loads(log.read_text().splitlines()[-1])}


def _inputs(given: argparse.Namespace) -> list[str]:
    return [argument for pattern in given.input for argument in ("--input", pattern)]


def _kept(ends: Mapping[Page, str | None]) -> int:
    return sum(rule is None for rule in ends.values())


def compared(ours: Mapping[Any, str | None], theirs: Mapping[Any, str | None]) -> Report:
    """The share of pages with the same verdict, and the others by (our rule, their rule)."""
    pairs = Counter((rule or "kept", theirs.get(page, NO_TEXT) or "kept") for page, rule in ours.items())
    same = sum(count for (our, their), count in pairs.items() if (our == "kept") == (their == "kept"))
    others = {pair: count for pair, count in pairs.items() if (pair[0] == "kept") != (pair[1] == "kept")}
    table = [
        [our, their, count] for (our, their), count in sorted(others.items(), key=lambda item: (-item[1], item[0]))
    ]
    return {"pages": len(ours), "same": same, "share": same / len(ours), "differ": table}


def _same_texts(peer: Peer, work: Path) -> Report:
    """datatrove's filters on the texts that Winnow extracted, before deduplication."""
    path, ours = work / "texts.jsonl", dict[str, str | None]()
    with path.open("w", encoding="utf-8") as file:
        for name, text, rule in web_winnow.texts(work / "winnow"):
            file.write(f"{json.dumps({'id': name, 'text': text})}\n")
            ours[name] = rule
    return compared(ours, peer.judge(path))


def lines(report: Report) -> list[str]:
    """The report as text."""
    pages, winnow, loop = report["pages"], report["winnow"], report["loop"]
    found = [f"{pages} pages; {report['machine']['cpus']} x {report['machine']['processor']}", ""]
    found += [f"{'CPU':34}{'seconds':>9}{'ms a page':>11}"]
    rows = [("datatrove", report["datatrove"]["cpu"])] if "datatrove" in report else []
    rows += [("Winnow", winnow["total"]), ("  extraction", winnow["extract"]), ("  rest", winnow["rest"])]
    rows += [(f"    {name}", cpu) for name, cpu in winnow["stages"].items()]
    rows += [("    start, driver, engine", winnow["outside"]), ("the same functions in a loop", loop["total"])]
    rows += [(f"  {name}", cpu) for name, cpu in loop["stages"].items()]
    rows += [("the loop without the sandbox", report["direct"]["total"])] if "direct" in report else []
    found += [f"{name:34}{cpu:9.1f}{1000 * cpu / pages:11.1f}" for name, cpu in rows]
    speeds = [f"{name} {report[name]['speed']:.2f}" for name in ("datatrove", "winnow", "loop") if name in report]
    found += ["", f"CPU seconds of the same small work beside each, equal on a quiet machine: {', '.join(speeds)}"]
    found += ["", *_ratios(report), ""]
    for name, title in (("verdicts", "each with its own extraction"), ("same_texts", "on the texts Winnow extracted")):
        if name in report:
            found += _differences(title, report[name])
    return found


def _ratios(report: Report) -> list[str]:
    winnow, rows = report["winnow"], []
    if "datatrove" in report:
        peer = report["datatrove"]
        rows.append((f"datatrove : Winnow, CPU            {peer['cpu'] / winnow['total']:.2f}", f">= {LEAST_RATIO}"))
    rows.append((f"rest : extraction, CPU             {winnow['rest'] / winnow['extract']:.2f}", f"<= {MOST_REST}"))
    engine = winnow["total"] / report["loop"]["total"]
    rows.append((f"engine cost, build : loop, CPU     {engine:.2f}", f"<= {MOST_ENGINE}"))
    rows.append((f"idle share of the workers          {winnow['idle_share']:.2f}", "stated"))
    said = [f"{row:46} {goal}" for row, goal in rows]
    said.append(f"kept: Winnow {winnow['kept']}" + (f", datatrove {peer['kept']}" if "datatrove" in report else ""))
    said.append(f"pages lost to a limit of time or memory or a crash: Winnow {winnow['lost'] or 0}")
    if "datatrove" in report:
        ends = {name: peer.get(name, 0) for name in ("timeout", "clean_error", "broken_process", "dropped")}
        said.append(f"pages that datatrove's extraction ended: {ends}")
    return said


def _differences(title: str, verdicts: Report) -> list[str]:
    same, pages = verdicts["same"], verdicts["pages"]
    found = [f"same verdict, {title}: {same} of {pages} ({verdicts['share']:.2%})"]
    found += [f"{count:6}  {our:50} {their}" for our, their, count in verdicts["differ"]]
    return [*found, ""]


if __name__ == "__main__":
    sys.exit(main())
