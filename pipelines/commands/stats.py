"""`winnow stats`: a build's figures in the terminal."""

import argparse
import shutil

from winnow.pipelines.commands.parser import RAW, Commands

ABOUT = """\
examples:
  winnow stats corpus-1                                  totals, stages, rules, languages, domains, lengths, the run
  winnow stats corpus-1 --rule gopher_quality.words      how its values are spread, and what other limits would keep
  winnow stats corpus-1 --json | jq .rules
"""


def add(commands: Commands) -> None:
    stats = commands.add_parser("stats", help="a build's figures as tables and bars", allow_abbrev=False,
                                formatter_class=RAW, epilog=ABOUT)  # fmt: skip
    stats.add_argument("dir", metavar="DIR")
    stats.add_argument("--rule", metavar="RULE", help="the histogram of one rule, as gopher_quality.words")
    stats.add_argument("--json", action="store_true", help="as JSON")
    stats.set_defaults(run=_stats)


def _stats(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.terminal.stats import written

    width = min(shutil.get_terminal_size((100, 24)).columns, 160)
    print(written(given.dir, given.rule, given.json, width))
    return 0
