"""`winnow attribution`: the list that a corpus is published with."""

import argparse

from winnow.pipelines.commands.parser import RAW, Commands

ABOUT = """\
Write the pages and revisions of a corpus whose license asks for attribution to standard output, a line each:
tab-separated, the columns' names first, an empty field where a thing is not known; with --json an object a line, null
where it is not known.

  title          of the page, book or file
  url            its address, or the path of a file
  revision       the number of the revision that was taken, of a wiki's page
  revision_url   the address of just that revision, with the history that names its authors
  license        as the row has it, SPDX where the source spells it so
  date           of the revision or of publication
  source         of the recipe

Listed is each kept document whose row states a license, but for those that ask for nothing (CC0-1.0, 0BSD, MIT-0,
Unlicense, WTFPL, PDDL-1.0, public domain). A document whose license is not known is not listed: the card counts them.
"""
EXAMPLE = "example:\n  winnow attribution corpus-1 > ATTRIBUTION.tsv\n"


def add(commands: Commands) -> None:
    attribution = commands.add_parser(
        "attribution", help="list the pages and revisions kept whose license asks for attribution", allow_abbrev=False,
        formatter_class=RAW, description=ABOUT, epilog=EXAMPLE,
    )  # fmt: skip
    attribution.add_argument("dir", metavar="DIR")
    attribution.add_argument("--json", action="store_true", help="as JSON, an object a line")
    attribution.set_defaults(run=_attribution)


def _attribution(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.attribution import lines

    for line in lines(given.dir, given.json):
        print(line)
    return 0
