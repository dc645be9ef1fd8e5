"""`winnow card`, `ledger`, `why`, `rejected` and `clusters`: what looks at a finished build."""

import argparse
import shutil

from winnow.pipelines.commands.argument_kinds import number
from winnow.pipelines.commands.parser import RAW, Commands
from winnow.pipelines.errors import BadCall

CLUSTERS = """\
examples:
  winnow clusters corpus-1                             the largest clusters, by the document that was kept
  winnow clusters corpus-1 --domain example.org        the largest with a document of a domain
  winnow clusters corpus-1 4f0c3a5b                    the members of one, and how the least similar differs
  winnow clusters corpus-1 4f0c3a5b --with 81d2e07f    how another differs
"""

REJECTED = """\
examples:
  winnow rejected corpus-1                             twenty of all
  winnow rejected corpus-1 --rule gopher_quality.stop_words --language de
  winnow rejected corpus-1 --language th --top 100 --json
The same documents each time: those with the least hash of their ids.
"""


def add(commands: Commands) -> None:
    card = commands.add_parser("card", help="show a build's data card", allow_abbrev=False)
    ledger = commands.add_parser("ledger", help="show a build's ledger", allow_abbrev=False)
    why = commands.add_parser("why", help="one document's way through the build", allow_abbrev=False)
    clusters = commands.add_parser("clusters", help="the copies that were found, and how they differ",
                                   allow_abbrev=False, formatter_class=RAW, epilog=CLUSTERS)  # fmt: skip
    rejected = commands.add_parser("rejected", help="some of the documents that were dropped", allow_abbrev=False,
                                   formatter_class=RAW, epilog=REJECTED)  # fmt: skip
    runs = ((card, _card), (ledger, _ledger), (why, _why), (clusters, _clusters), (rejected, _rejected))
    for command, run in runs:
        command.add_argument("dir", metavar="DIR")
        command.set_defaults(run=run)
    ledger.add_argument("--check", action="store_true",
                        help="count the rows of corpus/ and rejected/ again; exit 1 if anything differs")  # fmt: skip
    ledger.add_argument("--json", action="store_true", help="as JSON")
    clusters.add_argument("document", metavar="DOCUMENT", nargs="?",
                          help="any document of a cluster, as for winnow why: show that one")  # fmt: skip
    clusters.add_argument("--with", dest="other", metavar="ID",
                          help="the member to hold against the kept one (default: the least similar)")  # fmt: skip
    clusters.add_argument("--source", metavar="NAME", help="list clusters with a document of this source")
    clusters.add_argument("--domain", metavar="DOMAIN",
                          help="list clusters with a document of this domain or one under it")  # fmt: skip
    clusters.add_argument("--top", type=number, default=20, metavar="N", help="how many clusters to list (default 20)")
    clusters.add_argument("--json", action="store_true", help="as JSON")
    rejected.add_argument("--rule", metavar="RULE", help="that they broke first, as gopher_quality.words")
    rejected.add_argument("--language", metavar="CODE", help="that they are in, as de; of code, as Python")
    rejected.add_argument("--source", metavar="NAME", help="that they are of")
    rejected.add_argument("--top", type=number, default=20, metavar="N", help="how many to show (default 20)")
    rejected.add_argument("--json", action="store_true", help="as JSON")
    why.add_argument("document", metavar="DOCUMENT",
                     help="its id or the first digits of that, its address, or the path of a file of code")  # fmt: skip


def _card(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.card.page import render
    from winnow.pipelines.views.finished import finished

    print(render(finished(given.dir).ledger), end="")
    return 0


def _ledger(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.terminal.ledger import checked, ledger

    text, right = checked(given.dir, given.json) if given.check else (ledger(given.dir, given.json), True)
    print(text)
    return 0 if right else 1


def _rejected(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.sample import Wanted
    from winnow.pipelines.views.terminal.rejected import rejected

    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    print(rejected(given.dir, Wanted(given.rule, given.language, given.source), given.top, given.json, width))
    return 0


def _clusters(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.clusters import Wanted
    from winnow.pipelines.views.terminal.clusters import listed, shown

    if given.document is None and given.other is not None:
        raise BadCall("--with: name a document of the cluster first, as in winnow clusters DIR DOCUMENT --with ID")
    if given.document is None:
        domain = given.domain.lower().strip(".") if given.domain else None
        print(listed(given.dir, given.top, given.json, Wanted(given.source, domain)))
    elif given.source is not None or given.domain is not None:
        raise BadCall("--source and --domain list clusters: leave the document out")
    else:
        print(shown(given.dir, given.document, given.other, given.json))
    return 0


def _why(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.finished import finished
    from winnow.pipelines.views.terminal.why import ways

    text, found = ways(finished(given.dir), given.document)
    if not found:
        raise BadCall(text)
    print(text)
    return 0
