"""Whole builds beside datatrove's FineWeb steps: the same WARC pages in one run, CPU and verdicts.

One after the other, each with all the processes that it starts: datatrove (one worker); `winnow build` with
`english-web`, with `fineweb`, which has datatrove's rules and trafilatura as it has, and with `fineweb` whose engine of
extraction is `blocks`; and the functions of the first of these builds in a plain loop, which says what each step costs.
Both tools lie in environments of their own, made under --work on the first run, Winnow without the extras of its
developers. Then datatrove's filters judge the texts that `fineweb` extracted, which tells the rules' differences from
the extractors'. CPU seconds, not wall time, so that other work on the machine matters little; compare them within one
run only. Linux.

    python -m benchmarks.web --input 'crawl/*.warc.gz' --work DIR

same verdict   both keep a page or both drop it, whatever the reason; pages are matched by file and URL
engine cost    CPU of the build divided by that of the plain loop
rest           everything that is not extraction: start, reading, rules, deduplication, writing, engine
"""

import argparse
import dataclasses
import json
import shutil
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import web_report, web_winnow
from benchmarks.spent import CommandFailed, run
from benchmarks.web_peer import NO_TEXT, Page, Peer

LOOP = Path(__file__).with_name("web_loop.py")
LIKE_DATATROVE = "fineweb"
"""The build whose pages and texts datatrove's verdicts are held against."""
Report = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", action="append", required=True, metavar="PATTERN", help="may be repeated")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="environment, outputs and logs")
    parser.add_argument("--workers", type=int, default=1, metavar="N",
                        help="of Winnow's builds; datatrove has one (default: %(default)s)")  # fmt: skip
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
    print("\n".join(web_report.lines(report)))
    if given.json:
        given.json.write_text(f"{json.dumps(report, indent=1, ensure_ascii=False)}\n")
    return 0


def measured(given: argparse.Namespace) -> Report:
    work: Path = given.work.resolve()
    report: Report = {"machine": _machine()}
    peer = Peer(work)
    if not given.skip_datatrove:
        peer.install()
        report["datatrove"] = _datatrove(peer, given)
    python = web_winnow.install(work)
    recipes = web_winnow.recipes(work)
    report["builds"] = {name: _build(python, recipe, work / name, given) for name, recipe in recipes.items()}
    first = next(iter(recipes.values()))
    report["loop"] = _loop(python, first, work, given, "loop")
    if given.direct:
        report["direct"] = _loop(python, first, work, given, "direct", "--direct")
    ours = web_winnow.ends(work / LIKE_DATATROVE)
    report["pages"] = len(ours)
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
        figures.write_text(json.dumps(dataclasses.asdict(peer.build(given.input))))
    found: Report = json.loads(figures.read_text())
    return found


def _build(python: Path, recipe: str, output: Path, given: argparse.Namespace) -> Report:
    shutil.rmtree(output, ignore_errors=True)  # a build takes over what an earlier one of the same release has done
    command: list[str | Path] = [python.with_name("winnow"), "build", recipe, "--quiet"]
    command += ["--output", output, "--workers", str(given.workers), *_inputs(given)]
    spent = run(command, output.parent / "logs" / f"{output.name}.txt")
    costs, ends = web_winnow.costs(output, spent.cpu), web_winnow.ends(output)
    figures = {"speed": spent.speed, "rest": costs.rest, "outside": costs.outside}
    return {**dataclasses.asdict(costs), **figures, "kept": _kept(ends), "lost": dict(web_winnow.lost(ends))}


def _loop(python: Path, recipe: str, work: Path, given: argparse.Namespace, name: str, *options: str) -> Report:
    log = work / "logs" / f"{name}.txt"
    command: list[str | Path] = [python, LOOP, "--recipe", recipe, "--output", work / name, *_inputs(given), *options]
    spent = run(command, log)
    return {"total": spent.cpu, "speed": spent.speed, **json.loads(log.read_text().splitlines()[-1])}


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
        for name, text, rule in web_winnow.texts(work / LIKE_DATATROVE):
            file.write(f"{json.dumps({'id': name, 'text': text})}\n")
            ours[name] = rule
    return compared(ours, peer.judge(path))


if __name__ == "__main__":
    sys.exit(main())
