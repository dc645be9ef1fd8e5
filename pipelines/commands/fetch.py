"""`winnow models fetch`."""

import argparse

from winnow.pipelines.commands.parser import Commands, Parser
from winnow.pipelines.errors import BadCall


def add(commands: Commands) -> None:
    models = commands.add_parser("models", help="fetch the models that recipes name", allow_abbrev=False)
    actions = models.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    fetch = actions.add_parser("fetch", help="put them into the cache directory ($WINNOW_CACHE)")
    fetch.add_argument("names", nargs="*", metavar="MODEL", help="one of those that recipes name (default: all)")
    fetch.set_defaults(run=_fetch)


def _fetch(given: argparse.Namespace) -> int:
    from winnow.pipelines.annotators.models import MODELS, fetch
    from winnow.pipelines.recipe.strict import suggest

    for name in given.names:
        if name not in MODELS:
            raise BadCall(f"there is no model {name!r}{suggest(name, MODELS)}")
    fetch(given.names or list(MODELS), print)
    return 0
