"""`winnow publish`."""

import argparse
import sys
from typing import TYPE_CHECKING

from winnow.pipelines.commands.argument_kinds import folder
from winnow.pipelines.commands.help import PUBLISH
from winnow.pipelines.commands.parser import RAW, Commands
from winnow.pipelines.ending import ending_at_once, ending_once
from winnow.pipelines.errors import BadCall

if TYPE_CHECKING:
    from winnow.pipelines.display import Display
    from winnow.pipelines.publish.tree import Tree


def add(commands: Commands) -> None:
    publish = commands.add_parser("publish", help="put a finished build on the Hub, or show what would go there",
                                  formatter_class=RAW, epilog=PUBLISH, allow_abbrev=False)  # fmt: skip
    publish.add_argument("dir", type=folder, metavar="DIR")
    publish.add_argument("--repo", metavar="ORG/NAME", help="the data set on the Hub")
    publish.add_argument("--yes", action="store_true", help="upload it; without this nothing is changed")
    publish.add_argument("--private", action="store_true", help="make the repository private where it is not there yet")
    publish.add_argument("--revision", metavar="BRANCH", help="the branch, which is made where it is not there (main)")
    publish.add_argument("--to", type=folder, metavar="FOLDER", help="write the tree into a folder, and ask no Hub")
    publish.add_argument("--with-rejected", action="store_true", help="publish what was dropped as well")
    publish.add_argument("--with-keys", action="store_true", help="publish the hashes for winnow build --against")
    publish.add_argument("--json", action="store_true", help="as JSON")
    publish.add_argument("--quiet", action="store_true", help="print errors only")
    publish.set_defaults(run=_publish)


def _publish(given: argparse.Namespace) -> int:
    from winnow.pipelines.display import Display
    from winnow.pipelines.publish import folder, told
    from winnow.pipelines.publish.tree import tree_of
    from winnow.pipelines.views.finished import finished

    if given.repo is None and given.to is None:
        raise BadCall("winnow publish: name a data set with --repo ORG/NAME, or a folder with --to")
    if given.to is not None and (given.repo is not None or given.yes or given.private or given.revision):
        raise BadCall("--to writes the tree into a folder: leave out --repo, --yes, --private and --revision")
    tree = tree_of(finished(given.dir), given.with_rejected, given.with_keys)
    if given.repo is not None:
        return _to_the_hub(given, tree, Display(sys.stderr, given.quiet))
    with ending_once():
        written = folder.write(tree, given.to)
    if given.json or not given.quiet:
        print(told.written(tree, given.to, written, given.json))
    return 0


def _to_the_hub(given: argparse.Namespace, tree: "Tree", display: "Display") -> int:
    from winnow.pipelines.publish import send, told
    from winnow.pipelines.publish.repository import Repository

    repository = Repository(given.repo, given.revision)
    with ending_at_once(display.console.show_cursor):
        if given.yes:
            done = send.publish(tree, repository, given.private, display)
            text = told.did(tree, repository, done, given.json)
        else:
            text = told.would(tree, repository, send.asked(tree, repository, display.say), given.private, given.json)
    if given.json or not given.quiet:
        print(text)
    return 0
