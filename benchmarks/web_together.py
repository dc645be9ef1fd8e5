"""datatrove's FineWeb steps and `winnow build` at the same time, each on a core: what both cost under equal conditions.

On a shared machine the same work costs a tenth more or less CPU from one minute to the next, so `web.py`, which runs
one after the other, tells their ratio no closer than that. Here builds follow one another for as long as datatrove
takes, so that a slow minute is slow for both. The last build, which goes on when datatrove has ended, is left out where
there is another. The environments are web.py's, in the same --work. Linux.

    python -m benchmarks.web_together --input 'crawl/*.warc.gz' --work DIR
"""

import argparse
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks import web_winnow
from benchmarks.spent import CommandFailed, Spent, run
from benchmarks.web_peer import Peer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", action="append", required=True, metavar="PATTERN", help="may be repeated")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="environments, outputs and logs")
    parser.add_argument("--recipe", default="english-web", help="default: %(default)s")
    given = parser.parse_args()
    try:
        theirs, ours = measured(given.input, given.work.resolve(), given.recipe)
    except CommandFailed as error:
        print(f"web_together.py: {error}", file=sys.stderr)
        return 1
    cpu = [build.cpu for build in ours]
    mean = sum(cpu) / len(cpu)
    print(f"datatrove, CPU seconds          {theirs.cpu:8.1f}")
    print(f"winnow build {given.recipe:18} {mean:8.1f}   the mean of {', '.join(f'{each:.1f}' for each in cpu)}")
    print(f"datatrove : Winnow              {theirs.cpu / mean:8.2f}")
    return 0


def measured(patterns: list[str], work: Path, recipe: str) -> tuple[Spent, list[Spent]]:
    """What datatrove cost, and what each of the builds beside it."""
    peer = Peer(work)
    peer.install()
    winnow = web_winnow.install(work).with_name("winnow")
    output, log = work / "together", work / "logs" / "together.txt"
    command: list[str | Path] = [winnow, "build", recipe, "--quiet", "--workers", "1", "--output", output]
    command += [part for pattern in patterns for part in ("--input", pattern)]
    ours: list[Spent] = []
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:  # each process has an account of its children
        theirs = pool.submit(peer.build, patterns)
        while not theirs.done():
            shutil.rmtree(output, ignore_errors=True)
            ours.append(pool.submit(run, command, log).result())
    return theirs.result(), ours[:-1] or ours


if __name__ == "__main__":
    sys.exit(main())
