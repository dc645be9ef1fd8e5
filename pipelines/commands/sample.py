"""`winnow sample`: documents of a finished build in the terminal."""

import argparse
import shutil
import sys

from winnow.pipelines.commands.argument_kinds import number
from winnow.pipelines.commands.parser import RAW, Commands

ABOUT = """\
examples:
  winnow sample corpus-1                                       twenty of all documents
  winnow sample corpus-1 --kept --language de -n 50
  winnow sample corpus-1 --rule gopher_quality.stop_words      that the rule dropped, the places it measured marked
  winnow sample corpus-1 --rule gopher_quality.words --kept --near    kept, and nearest to the limit
The same documents each time: those with the least hash of their ids, or nearest to the limit.
"""


def add(commands: Commands) -> None:
    sample = commands.add_parser("sample", help="some documents, kept or dropped, with what a rule found in them",
                                 allow_abbrev=False, formatter_class=RAW, epilog=ABOUT)  # fmt: skip
    sample.add_argument("dir", metavar="DIR")
    sample.add_argument(
        "--rule", metavar="RULE", help="that they broke first; with --kept or --near, that measured them"
    )
    sample.add_argument("--kept", action="store_true", help="kept ones only")
    sample.add_argument("--rejected", action="store_true", help="dropped ones only")
    sample.add_argument("--near", action="store_true", help="nearest to the limit of --rule, on both sides of it")
    sample.add_argument("--source", metavar="NAME", help="that they are of")
    sample.add_argument("--language", metavar="CODE", help="that they are in, as de; of code, as Python")
    sample.add_argument("-n", "--number", type=number, default=20, metavar="N", help="how many to show (default 20)")
    sample.add_argument("--full", action="store_true", help="whole texts")
    sample.add_argument("--json", action="store_true", help="as JSON")
    sample.set_defaults(run=_sample)


def _sample(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.sample import Wanted
    from winnow.pipelines.views.terminal.sample import asked, sample

    wanted = Wanted(given.rule, given.language, given.source)
    asks = asked(wanted, given.kept, given.rejected, given.near, given.number, given.full)
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    print(sample(given.dir, asks, given.json, width, bold=sys.stdout.isatty()))
    return 0
