"""`winnow forget`."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from winnow.pipelines.commands.argument_kinds import folder, workers
from winnow.pipelines.commands.help import FORGET
from winnow.pipelines.commands.parser import RAW, Commands
from winnow.pipelines.ending import ending_once

if TYPE_CHECKING:
    from winnow.pipelines.forget.forget import Outcome

_SHOWN = 10
"""Ids that are named."""


def add(commands: Commands) -> None:
    forget = commands.add_parser(
        "forget", help="remove documents from a finished build", formatter_class=RAW, epilog=FORGET,
        allow_abbrev=False, description="Remove documents from a finished build.",
    )  # fmt: skip
    forget.add_argument("dir", type=folder, metavar="DIR", help="the --output of a finished build, on this machine")
    forget.add_argument("--url", action="append", default=[], metavar="URL",
                        help="an address, whatever its scheme, www. and last slash; may be repeated")  # fmt: skip
    forget.add_argument("--domain", action="append", default=[], metavar="HOST",
                        help="all addresses of this host and of those below it; may be repeated")  # fmt: skip
    forget.add_argument("--id-file", metavar="FILE", help="ids of documents, 32 hex digits, one a line")
    forget.add_argument("--dry-run", action="store_true", help="say what would be removed, and change nothing")
    forget.add_argument("--workers", type=workers, default=os.cpu_count() or 1, metavar="N",
                        help="processes on this machine (default: %(default)s)")  # fmt: skip
    forget.add_argument("--quiet", action="store_true", help="print errors only")
    forget.set_defaults(run=_forget)


def _forget(given: argparse.Namespace) -> int:
    from winnow.pipelines.display import Display
    from winnow.pipelines.forget.asked import asked
    from winnow.pipelines.forget.forget import Request, forget

    what = asked(given.url, given.domain, given.id_file)
    with ending_once():
        done = forget(Request(given.dir, what, given.dry_run, given.workers), Display(sys.stderr, given.quiet))
    if not given.quiet:
        print(_told(given.dir, done))
    return 0


def _told(shown: str, done: "Outcome") -> str:
    from winnow.pipelines.views.tabular import plural

    gone, lines = done.gone.by_source, list[str]()
    if not gone:
        lines.append(f"{shown}: no record of it is asked for; nothing was changed.")
    verb = "would go" if done.moved is None else "forgotten"
    for source, (records, of) in gone.items():
        lines.append(f"{source}: {plural(records, 'record')} {verb}, with {plural(of.documents, 'document')} of "
                     f"{of.characters:,} characters")  # fmt: skip
    if done.moved is not None:
        lines.append(f"{plural(done.moved.back, 'document')} that these had displaced came back; "
                     f"{plural(done.moved.away, 'other')} went as copies of those")  # fmt: skip
    if done.unknown_ids:
        more = len(done.unknown_ids) - _SHOWN
        named = ", ".join(done.unknown_ids[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        lines.append(f"ids that are not there: {named}")
    return "\n".join(lines)
