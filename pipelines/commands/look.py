"""`winnow card`, `ledger` and `why`: what looks at a finished build."""

import argparse

from winnow.pipelines.commands.parser import Commands
from winnow.pipelines.errors import BadCall


def add(commands: Commands) -> None:
    card = commands.add_parser("card", help="show a build's data card", allow_abbrev=False)
    ledger = commands.add_parser("ledger", help="show a build's ledger", allow_abbrev=False)
    why = commands.add_parser("why", help="one document's way through the build", allow_abbrev=False)
    for command, run in ((card, _card), (ledger, _ledger), (why, _why)):
        command.add_argument("dir", metavar="DIR")
        command.set_defaults(run=run)
    ledger.add_argument("--check", action="store_true",
                        help="count the rows of corpus/ and rejected/ again; exit 1 if anything differs")  # fmt: skip
    ledger.add_argument("--json", action="store_true", help="as JSON")
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


def _why(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.finished import finished
    from winnow.pipelines.views.terminal.why import ways

    text, found = ways(finished(given.dir), given.document)
    if not found:
        raise BadCall(text)
    print(text)
    return 0
