"""`winnow robots`."""

import argparse
import sys
from typing import TYPE_CHECKING

from winnow.filters.agents import AGENTS, is_agent
from winnow.pipelines.commands.argument_kinds import folder
from winnow.pipelines.commands.help import ROBOTS
from winnow.pipelines.commands.parser import RAW, Commands
from winnow.pipelines.ending import ending_once

if TYPE_CHECKING:
    from winnow.pipelines.robots.gather import Gathered


def add(commands: Commands) -> None:
    about = "Gather the robots.txt of WARC files into one table of hosts, for the step robots_txt."
    robots = commands.add_parser("robots", help="gather the robots.txt of a crawl, for the step robots_txt",
                                 formatter_class=RAW, epilog=ROBOTS, allow_abbrev=False, description=about)  # fmt: skip
    robots.add_argument("--input", action="extend", nargs="+", required=True, metavar="PATTERN",
                        help="WARC or ARC files with robots.txt among their records")  # fmt: skip
    robots.add_argument("--output", type=folder, required=True, metavar="FILE",
                        help="the table, a Parquet file on this machine")  # fmt: skip
    robots.add_argument("--agents", type=_agent, action="extend", nargs="+", metavar="NAME",
                        help=f"robots that a recipe may ask for (default: {' '.join(AGENTS)})")  # fmt: skip
    robots.add_argument("--quiet", action="store_true", help="print errors only")
    robots.set_defaults(run=_robots)


def _agent(text: str) -> str:
    if not is_agent(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no robot's name: wanted letters, digits, '_', '.' and '-', "
                                         "without a version")  # fmt: skip
    return text


def _robots(given: argparse.Namespace) -> int:
    from winnow.pipelines.build import storage_for
    from winnow.pipelines.display import Display
    from winnow.pipelines.errors import BadCall
    from winnow.pipelines.files.storage import is_remote
    from winnow.pipelines.robots.gather import gather

    if is_remote(given.output):
        raise BadCall(
            f"--output {given.output}: the table is written to this machine; a build brings it to its workers"
        )
    display = Display(sys.stderr, given.quiet)
    with ending_once():
        found = gather(storage_for(*given.input), given.input, given.output, given.agents or AGENTS, display)
    if not given.quiet:
        print(_told(given.output, found))
    return 0


def _told(output: str, found: "Gathered") -> str:
    from winnow.pipelines.views.tabular import plural

    known = ", ".join(f"{n:,} {what}" for what, n in sorted(found.origins.items()))
    lines = [f"{output}: {plural(found.origins.total(), 'host')} ({known}), of {found.answers:,} robots.txt in "
             f"{plural(found.files, 'file')}"]  # fmt: skip
    if found.lost:
        rules = ", ".join(f"{rule} {n:,}" for rule, n in sorted(found.lost.items()))
        lines.append(f"not read: {plural(found.lost.total(), 'record')} ({rules})")
    if found.gaps:
        lines.append(f"damage: {plural(found.gaps, 'gap')} of {found.gap_bytes:,} bytes in which no record was found")
    return "\n".join(lines)
